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
  document.addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    if (event.defaultPrevented) return;
    if (waiting.has(form) || submitter?.getAttribute("aria-disabled") === "true") {
      event.preventDefault();
      return;
    }
    waiting.add(form);
    submitter?.setAttribute("aria-busy", "true");
    submitter?.setAttribute("aria-disabled", "true");
    setTimeout(release, 8000, form);
  });
  window.addEventListener("pageshow", () => [...document.forms].forEach(release));

  // "You can ask for a new code after 30 seconds": count down, then give the button free.
  for (const line of document.querySelectorAll("[data-countdown]")) {
    const button = document.getElementById(line.dataset.countdown);
    const number = line.querySelector("[data-seconds]");
    const end = Date.now() + 1000 * number.textContent;
    button.setAttribute("aria-disabled", "true");
    const timer = setInterval(() => {
      const left = Math.ceil((end - Date.now()) / 1000);
      number.textContent = Math.max(left, 0);
      if (left > 0) return;
      clearInterval(timer);
      line.hidden = true;
      button.removeAttribute("aria-disabled");
    }, 500);
  }
})();
