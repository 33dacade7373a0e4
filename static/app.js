// Comforts only: every page works without this file.
(() => {
  "use strict";
  const summary = document.querySelector(".error-summary");
  if (summary) summary.focus();

  // A second press while the first is under way is held back; the server would answer it the same in any case.
  const waiting = new WeakSet();
  const release = (form) => {
    waiting.delete(form);
    for (const button of form.querySelectorAll("button[aria-busy]")) {
      button.removeAttribute("aria-busy");
      button.removeAttribute("aria-disabled");
    }
  };
  const offline = document.querySelector(".offline");
  document.addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    if (event.defaultPrevented) return;
    // On a dead line the page stays with what was typed, instead of giving way to the browser's own error page.
    if (!navigator.onLine) {
      event.preventDefault();
      offline.hidden = false;
      return;
    }
    if (waiting.has(form) || submitter?.getAttribute("aria-disabled") === "true") {
      event.preventDefault();
      return;
    }
    waiting.add(form);
    submitter?.setAttribute("aria-busy", "true");
    submitter?.setAttribute("aria-disabled", "true");
    setTimeout(release, 8000, form);
  });
  window.addEventListener("online", () => (offline.hidden = true));
  window.addEventListener("pageshow", () => [...document.forms].forEach(release));
})();
