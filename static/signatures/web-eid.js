/* Bridge to the Web eID extension of this browser, by messages in this window. It touches no socket. */
"use strict";
(() => {
  const { Trouble, within, named, version } = window.usbComputer;
  const HANDSHAKE_MS = 1000; // to the extension's -ack
  const PROGRAM_MS = 6000; // from there to the program and back
  const PERSON_MS = 120000; // the extension's own limit for a person
  const LIBRARY = "2.0.3"; // the version of web-eid.js whose messages these are

  /** The trouble that an error of the extension stands for; of the program's own it names the PIN only in words. */
  function trouble({ code = "ERR_WEBEID_UNKNOWN_ERROR", message = "" }) {
    const said = code === "ERR_WEBEID_NATIVE_FATAL" && named(message);
    return new Trouble(said || code, said || code === "ERR_WEBEID_USER_CANCELLED" ? "" : message);
  }

  /** One request to the extension: `web-eid:<action>`, acknowledged, then answered by -success or -failure. */
  async function request(action, details, limit, signal) {
    const over = new AbortController();
    const on = (ending, heard) =>
      window.addEventListener(
        "message",
        ({ source, origin, data }) => {
          const ours = source === window && origin === location.origin;
          if (ours && data?.action === `web-eid:${action}-${ending}`) heard(data);
        },
        { signal: over.signal },
      );
    const answer = within(limit, signal, (resolve, reject) => {
      on("success", resolve);
      on("failure", ({ error }) => reject(trouble(Object(error))));
    }, "ERR_WEBEID_ACTION_TIMEOUT");
    answer.catch(() => {}); // it is looked at below, after the handshake
    try {
      await within(HANDSHAKE_MS, signal, (resolve) => {
        on("ack", resolve);
        window.postMessage({ action: `web-eid:${action}`, libraryVersion: LIBRARY, ...details }, location.origin);
      }, "ERR_WEBEID_EXTENSION_UNAVAILABLE");
      return await answer;
    } finally {
      over.abort();
    }
  }

  /** Sign the nonce that `ask` fetches; the extension adds the page's origin itself. */
  async function prove({ ask, signal }) {
    const { nonce } = await ask();
    const details = { challengeNonce: nonce, options: { lang: "en", userInteractionTimeout: PERSON_MS } };
    const answer = await request("authenticate", details, PERSON_MS + PROGRAM_MS, signal);
    const { unverifiedCertificate, algorithm, signature, format, appVersion } = answer;
    const token = { unverifiedCertificate, algorithm, signature, format, appVersion };
    return { kind: "web-eid", proof: JSON.stringify(token) };
  }

  /** Look at everything, and `tell` each thing: what was found, the sentence's name, and a value in it. */
  async function examine({ line, tell, signal }) {
    await line("program", async () => {
      const { nativeApp } = await request("status", {}, PROGRAM_MS, signal);
      tell({ extension: "answers" }, "extension-answers");
      tell({ program: "answers" }, "program-answers");
      return version(String(nativeApp));
    });
  }

  window.usbBridges = { ...window.usbBridges, "web-eid": { prove, examine } };
})();
