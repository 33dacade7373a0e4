/* The pages where staff register a passkey or sign in with one: the browser is asked after a click only. */
"use strict";
(() => {
  const form = document.querySelector("form[data-passkey-form]");
  const start = form.querySelector("[data-passkey-start]");
  const status = form.querySelector("[data-passkey-status]");
  const { code } = form.elements;

  function say(template) {
    status.replaceChildren(...(template ? [template.content.cloneNode(true)] : []));
  }

  const words = (cause) => document.querySelector(`template[data-passkey-cause="${cause}"]`);

  const bytes = (text) =>
    Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replaceAll("+", "-")
      .replaceAll("/", "_")
      .replaceAll("=", "");

  /** What the server wants of the browser, as the browser takes it. */
  async function ask() {
    const sent = new URLSearchParams({ csrf_token: form.elements.csrf_token.value, code: code ? code.value.trim() : "" });
    const answer = await fetch(form.dataset.challengeUrl, { method: "POST", body: sent }).catch(() => {
      throw Object.assign(new Error("offline"), { cause: "offline" });
    });
    if (answer.status === 429) throw Object.assign(new Error("many"), { cause: "many" });
    const options = await answer.json();
    if (options.refused) throw Object.assign(new Error("refused"), { cause: options.refused });
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    return options;
  }

  /** The browser's answer as JSON (WebAuthn level 3, 5.1.8): `toJSON` is missing where this was made earlier. */
  function written({ id, type, response }) {
    const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
    const sent = parts.filter((part) => response[part]).map((part) => [part, text(response[part])]);
    return JSON.stringify({ id, rawId: id, type, response: Object.fromEntries(sent) });
  }

  const CAUSES = { NotAllowedError: "cancelled", AbortError: "cancelled", InvalidStateError: "registered", SecurityError: "address" };

  async function go() {
    start.disabled = true;
    say(document.querySelector("template[data-passkey-working]"));
    try {
      if (!window.PublicKeyCredential) throw Object.assign(new Error("none"), { cause: "none" });
      const publicKey = await ask();
      form.elements.proof.value = written(await navigator.credentials[form.dataset.passkey]({ publicKey }));
      form.submit();
    } catch (failure) {
      say(words(failure.cause) || words(CAUSES[failure.name]) || words("cancelled"));
      start.disabled = false;
    }
  }

  start.addEventListener("click", go);
  form.addEventListener("submit", (event) => {
    event.preventDefault(); // Enter in the field is the button
    go();
  });
})();
