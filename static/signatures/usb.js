/* The page where a citizen signs in with a USB token: one operation at a time, cancelled by loading the page anew. */
"use strict";
(() => {
  const form = document.querySelector("form[data-usb-form]");
  if (!form) return;
  const start = form.querySelector("[data-usb-start]");
  const status = form.querySelector("[data-usb-status]");
  const { usbBridge = "vnpt", usbLicence, challengeUrl } = form.dataset;

  const words = (cause) =>
    document.querySelector(`template[data-usb-cause="${cause}"]`) ||
    document.querySelector('template[data-usb-cause="failed"]');

  function say(template) {
    status.replaceChildren(...(template ? [template.content.cloneNode(true)] : []));
  }

  /** The text to sign, made by the server for this browser. */
  async function ask() {
    const headers = { "X-CSRFToken": form.elements.csrf_token.value };
    const body = new URLSearchParams(); // empty, but a form: the server takes nothing else
    const answer = await fetch(challengeUrl, { method: "POST", headers, body }).catch(() => {
      throw Object.assign(new Error("offline"), { cause: "offline" });
    });
    const { text } = await answer.json();
    if (!answer.ok || !text) throw new Error("no challenge");
    return text;
  }

  async function sign() {
    start.disabled = true;
    say(document.querySelector("template[data-usb-working]"));
    try {
      const { kind, prove } = window.usbBridges[usbBridge];
      form.elements.proof.value = await prove(ask, usbLicence);
      form.elements.kind.value = kind;
      form.submit();
    } catch (failure) {
      say(words(failure.cause));
      start.disabled = false;
    }
  }

  start.addEventListener("click", sign);
})();
