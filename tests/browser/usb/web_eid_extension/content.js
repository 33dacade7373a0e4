/* Between the page and the extension: acknowledges a request, hands it on, gives the page the answer. */
"use strict";
window.addEventListener("message", async ({ source, origin, data }) => {
  if (source !== window || !["web-eid:authenticate", "web-eid:status"].includes(data?.action)) return;
  window.postMessage({ action: `${data.action}-ack` }, origin);
  window.postMessage(await chrome.runtime.sendMessage(data), origin);
});
