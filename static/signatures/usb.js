/* Pages that speak to a USB token: which signing program, its script and sentences, and the signing itself. */
"use strict";
(() => {
  const programs = document.querySelector("[data-usb-programs]");
  if (!programs) return;
  const area = programs.closest("[data-usb]");
  const [start, cancel, status] = ["start", "cancel", "status"].map((name) => area.querySelector(`[data-usb-${name}]`));
  const form = document.querySelector("form[data-usb-form]");
  const phone = document.querySelector("[data-usb-phone]");
  if (phone) phone.hidden = !/Android|iPhone|iPad/.test(navigator.userAgent);
  const got = {};
  let stop = new AbortController();
  let warned = false;

  const trouble = (cause) => Object.assign(new Error(cause), { cause });

  /** The sentence of that name; `told` stands in it, or under it as what the signing program says. */
  function words(name, told = "") {
    const template = (wanted) => document.querySelector(`template[data-usb-words~="${wanted}"]`);
    const found = template(name) || template("failed");
    const content = found.content.cloneNode(true);
    const place = content.querySelector("[data-usb-value]");
    if (place) place.textContent = told;
    else if (String(told).trim()) {
      content.append(template("told").content.cloneNode(true));
      content.querySelector("q").textContent = String(told).slice(0, 200);
    }
    return { content, sign: found.dataset.sign || "bad" };
  }

  function say(name, told) {
    status.replaceChildren(...(name ? [words(name, told).content] : []));
  }

  /** Fetched once, when it is needed; where the line is down, again the next time. */
  function once(address, fetched) {
    got[address] ??= fetched(address).catch(() => {
      delete got[address];
      throw trouble("offline");
    });
    return got[address];
  }

  async function sentences(address) {
    const answer = await fetch(address);
    if (!answer.ok) throw trouble("offline");
    document.body.append(document.createRange().createContextualFragment(await answer.text()));
  }

  function script(address) {
    return new Promise((resolve, reject) => {
      const element = Object.assign(document.createElement("script"), { src: address, onload: resolve, onerror: reject });
      document.head.append(element);
    });
  }

  /** The chosen program's bridge, with its sentences on the page. */
  async function bridge({ value, dataset }) {
    await once(programs.dataset.usbPrograms, sentences);
    for (const address of dataset.usbScripts.split(" ")) await once(address, script);
    return window.usbBridges[value];
  }

  /** The browser's permission for a program. Before the browser asks for it, the person is told what it will ask. */
  async function permission({ dataset }) {
    if (!("usbLocal" in dataset)) return "not-needed";
    const state = await window.usbComputer.permission();
    if (state === "prompt" && !warned) {
      warned = true;
      throw trouble("permission");
    }
    return state;
  }

  function busy(on) {
    if (on === start.disabled) return;
    for (const control of [start, ...programs.elements]) control.disabled = on;
    cancel.hidden = !on;
    (on ? cancel : start).focus();
  }

  /** One operation at a time, in all tabs: `work` is given the bridge of the chosen program. */
  async function operate(work) {
    const program = programs.querySelector(":checked");
    if (!program) return say("choose");
    stop = new AbortController();
    busy(true);
    say("working");
    try {
      const found = await bridge(program);
      if (!window.isSecureContext) throw trouble("insecure");
      await navigator.locks.request("usb-token", { ifAvailable: true }, async (lock) => {
        if (!lock) throw trouble("elsewhere");
        await work(found, { licence: area.dataset.usbLicence, signal: stop.signal }, program);
      });
    } catch (failure) {
      say(failure.cause || "failed", failure.told);
      busy(false);
    }
  }

  /** The challenge to sign, made by the server for this browser: its text, and the nonce in it. */
  async function ask(signal) {
    const headers = { "X-CSRFToken": form.elements.csrf_token.value };
    const body = new URLSearchParams(); // empty, but a form: the server takes nothing else
    const answer = await fetch(form.dataset.challengeUrl, { method: "POST", headers, body, signal }).catch(() => {
      throw trouble(signal.aborted ? "stopped" : "offline");
    });
    if (!answer.ok) throw trouble("stale");
    return answer.json();
  }

  async function sign(bridge, given, program) {
    if ((await permission(program)) === "denied") throw trouble("blocked");
    const { kind, proof } = await bridge.prove({ ask: () => ask(given.signal), ...given });
    form.elements.kind.value = kind;
    form.elements.proof.value = proof;
    form.submit();
  }

  programs.addEventListener("change", ({ target }) => {
    say("");
    bridge(target).catch(() => {}); // it is looked at when the button is pressed
  });
  cancel.addEventListener("click", () => stop.abort());
  window.addEventListener("pageshow", () => busy(false));
  for (const hidden of area.querySelectorAll("[data-usb-hidden]")) hidden.hidden = false;
  const list = document.querySelector("[data-usb-findings]");
  const check = () => once(list.dataset.usbFindings, script).then(() => window.usbCheck(), ({ cause }) => say(cause));
  start.addEventListener("click", form ? () => operate(sign) : check);
  window.usbPage = { list, operate, permission, words, say, busy };
})();
