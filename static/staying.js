// The end of a page with somebody's data is announced in time, and one press puts it off (WCAG 2.2, 2.2.1).
(() => {
  "use strict";
  const line = document.querySelector("[data-left]");
  const [dialog, closed] = document.getElementById("staying").content.cloneNode(true).children;
  document.body.append(dialog);
  const page = document.querySelector(".page");
  const clock = dialog.querySelector("[role=timer]");
  const status = dialog.querySelector("[role=status]");
  const send = (address) =>
    fetch(address, { method: "POST", keepalive: true, body: new URLSearchParams(new FormData(document.querySelector(".desk form, .page form"))) });
  // What is done in one tab keeps the others open, too.
  const tabs = window.BroadcastChannel && new BroadcastChannel(line.dataset.tabs);
  let end = 0;
  let typed = false; // whether something stands in the form that the server does not have

  /** Stay open for as long as the server says, unless another tab knows better. */
  function stayOpen(told) {
    if (Date.now() + 1000 * told.seconds < end) return;
    end = Date.now() + 1000 * told.seconds;
    for (const time of document.querySelectorAll("[data-until]")) time.textContent = told.until;
    if (dialog.open) dialog.close();
  }

  async function ask() {
    try {
      const answer = await send(line.dataset.more);
      if (!answer.ok || answer.redirected) return close();
      const told = await answer.json();
      stayOpen(told);
      tabs?.postMessage(told);
    } catch {
      status.textContent = status.dataset.offline;
    }
  }

  function warn() {
    status.textContent = "";
    dialog.showModal();
    keep();
  }

  /** Have the server keep what is typed; where the line is down, the next occasion tries again. */
  async function keep() {
    if (!typed) return;
    typed = false;
    await send(line.dataset.typed).catch(() => (typed = dialog.isConnected));
  }

  /** A link leads on when what is typed is kept: its page may be this one in another language. */
  function leave(event) {
    const link = event.target.closest("a[href]");
    const plain = !(event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (!typed || !plain || link?.origin !== location.origin || link.getAttribute("href").startsWith("#")) return;
    event.preventDefault();
    Promise.race([keep(), new Promise((resolve) => setTimeout(resolve, 3000))]).then(() => location.assign(link));
  }

  function close() {
    keep();
    clearInterval(timer);
    tabs?.close();
    dialog.remove();
    page.replaceChildren(closed);
    document.title = closed.querySelector("h2").textContent;
    closed.querySelector("h2").focus();
  }

  function look() {
    const left = Math.ceil((end - Date.now()) / 1000);
    if (left <= 0) return close();
    if (left > line.dataset.warning) return;
    if (!dialog.open) warn();
    clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    if (left < 60 && !status.textContent) status.textContent = status.dataset.soon;
  }

  dialog.querySelector("button").addEventListener("click", ask);
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    ask();
  });
  if (line.dataset.typed) page.addEventListener("input", () => (typed = true));
  document.addEventListener("submit", (event) => (typed &&= event.defaultPrevented));
  document.addEventListener("click", leave);
  tabs?.addEventListener("message", ({ data }) => stayOpen(data));
  const first = { seconds: Number(line.dataset.left), until: line.querySelector("[data-until]").textContent };
  stayOpen(first);
  tabs?.postMessage(first);
  const timer = setInterval(look, 1000);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) keep(); // a telephone that is put away may never show this page again
    look();
  });
})();
