/* The check of this computer: a line for each thing, each by itself, and then a button that sends what was found. Loaded at its first use. */
"use strict";
(() => {
  const { list, operate, permission, words, say, busy } = window.usbPage;
  const sending = document.querySelector("[data-usb-sending]");
  const sent = sending.querySelector("[data-usb-sent]");
  const send = sending.querySelector("[data-usb-send]");
  const token = document.querySelector("[name=csrf_token]").value;
  let findings = {};

  /** Put down what was found, and a line that says it; `value` stands in the line's sentence. */
  function tell(found, name, value) {
    Object.assign(findings, found);
    const { content, sign } = words(name, value);
    const item = document.createElement("li");
    item.className = sign;
    item.append(words(`sign-${sign}`).content, content);
    list.append(item);
  }

  /** One line of a bridge, whose trouble is its own. */
  async function line(name, look, signal) {
    try {
      tell(...(await look()));
    } catch (failure) {
      if (signal.aborted) throw failure;
      tell({ [name]: failure.cause || "failed" }, failure.cause || "failed", failure.told);
    }
  }

  /** What every signing program needs. */
  async function around() {
    tell({ secure: "yes" }, "secure-yes");
    const { machine, clock } = window.usbComputer;
    const found = machine();
    tell(found, ["phone", "macos"].includes(found.system) ? `system-${found.system}` : "system-computer");
    tell(...(await clock()));
  }

  async function check(bridge, given, program) {
    const state = await permission(program);
    list.replaceChildren();
    sent.replaceChildren();
    findings = { bridge: program.value };
    say("checking");
    await around();
    tell({ permission: state }, state === "denied" ? "blocked" : `permission-${state}`);
    const parts = { ...given, tell, line: (name, look) => line(name, look, given.signal) };
    if (state !== "denied") await bridge.examine(parts);
    say(list.querySelector(".bad") ? "to-mend" : "all-good");
    sending.hidden = false;
    busy(false);
  }

  async function report() {
    const headers = { "X-CSRFToken": token };
    const asked = { method: "POST", headers, body: new URLSearchParams(findings) };
    try {
      const answer = await fetch(sending.dataset.usbSending, asked);
      if (!answer.ok) throw new Error("not taken");
      sent.replaceChildren(document.createRange().createContextualFragment(await answer.text()));
    } catch {
      sent.replaceChildren(words("not-sent").content);
    }
  }

  window.usbCheck = () => operate(check);
  send.addEventListener("click", report);
})();
