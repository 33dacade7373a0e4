// The page that takes the code: the countdown to the next code, and what became of the message.
(() => {
  "use strict";
  // "You can have a new code in 30 seconds": count down, then give the button free.
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

  // Ask after the message with growing pauses, only while somebody looks, until there is nothing more to learn.
  const place = document.querySelector("[data-message]");
  if (!place) return; // no code that was sent counts any more
  const byHand = document.querySelector("[data-look]");
  const end = Date.now() + 1000 * place.dataset.lasts;
  let pause = 2000;
  let timer = 0;

  function wait() {
    clearTimeout(timer);
    const over = Boolean(place.querySelector("[data-final]")) || Date.now() >= end;
    byHand.hidden = !over;
    if (!over && !document.hidden) timer = setTimeout(ask, pause);
  }
  async function ask() {
    pause = Math.min(pause * 1.5, 30000);
    try {
      const answer = await fetch(place.dataset.message);
      const told = document.createRange().createContextualFragment(await answer.text());
      if (answer.status === 204) return; // this browser stands elsewhere by now
      // Written only where it changed: a screen reader reads out whatever is written here.
      if (answer.ok && told.textContent.trim() !== place.textContent.trim()) place.replaceChildren(told);
    } catch {
      // The line is down; the next pause is longer.
    }
    wait();
  }
  document.addEventListener("visibilitychange", wait);
  wait();
})();
