/* Between the extension and the native application: it tells its version, then answers one command. */
"use strict";
const VERSION = "2.4.0";

/** The next message of the application. */
function next(port) {
  return new Promise((resolve, reject) => {
    port.onMessage.addListener((message) => (message.error ? reject(message.error) : resolve(message)));
    port.onDisconnect.addListener(() => {
      const why = chrome.runtime.lastError?.message ?? "connection to the native app was closed";
      reject({ code: "ERR_WEBEID_NATIVE_UNAVAILABLE", message: why });
    });
  });
}

async function answer({ action, challengeNonce, libraryVersion, options }, { url }) {
  const port = chrome.runtime.connectNative("eu.webeid");
  try {
    const { version } = await next(port);
    if (action === "web-eid:status") {
      port.postMessage({ command: "quit", arguments: {} });
      return { action: `${action}-success`, library: libraryVersion, extension: VERSION, nativeApp: version };
    }
    const details = { challengeNonce, origin: new URL(url).origin, lang: options?.lang };
    port.postMessage({ command: "authenticate", arguments: details });
    return { action: `${action}-success`, ...(await next(port)) };
  } catch (error) {
    return { action: `${action}-failure`, error };
  } finally {
    port.disconnect();
  }
}

chrome.runtime.onMessage.addListener((message, sender, reply) => {
  answer(message, sender).then(reply);
  return true;
});
