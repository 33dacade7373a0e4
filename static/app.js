// Comforts only: every page works without this file.
(() => {
  "use strict";
  const summary = document.querySelector(".error-summary");
  if (summary) summary.focus();

  // A step that answers its form is one of the browser's history like any: coming back to it sends nothing again.
  if (document.querySelector("[data-support-code]")) history.replaceState(null, "", location.href);

  // The page in the other language comes with the answer that is ticked.
  document.querySelector("[hreflang]")?.addEventListener("click", ({ currentTarget: link }) => {
    const ticked = document.querySelector("[name=answer]:checked");
    const address = new URL(link.href);
    if (ticked) address.searchParams.set("answer", ticked.value);
    link.href = address;
  });

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
  // On a dead line the page stays with what was typed, instead of giving way to the browser's own error page. The
  // browser does not know of every line: it is tried once.
  const reached = new WeakSet();
  async function reach(form, submitter) {
    try {
      await fetch(location.href, { method: "HEAD" });
      reached.add(form);
      form.requestSubmit(submitter);
    } catch {
      offline.hidden = false;
    }
  }
  document.addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    if (event.defaultPrevented) return;
    if (!navigator.onLine && !reached.delete(form)) {
      event.preventDefault();
      reach(form, submitter);
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
