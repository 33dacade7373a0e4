/* The code of a link that works once: it stands after #, which no server and no log gets to see. */
"use strict";
(() => {
  const field = document.querySelector("[name=code]");

  function takeCode() {
    if (location.hash.length < 2) return;
    field.value = location.hash.slice(1);
    history.replaceState(null, "", location.pathname + location.search);
  }

  takeCode();
  window.addEventListener("hashchange", takeCode); // a link opened where this page stands already
  for (const link of document.querySelectorAll("a[data-with-code]"))
    link.addEventListener("click", () => { link.hash = field.value.trim(); });
})();
