// What only a browser can tell of a page: what it draws, how large, and what shows where the focus is.
// Each function gives the faults it finds, a sentence each.
globalThis.inspection = (() => {
  "use strict";
  const LEAST = 44; // CSS pixels of a target (WCAG 2.2, 2.5.5)
  const TARGETS = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  const name = (element) => `<${element.tagName.toLowerCase()}> ${(element.textContent || element.name).trim().slice(0, 50)}`;
  const shown = (element) => element.checkVisibility() && element.getClientRects().length > 0;
  const all = (selector) => [...document.querySelectorAll(selector)].filter(shown);

  // A link in a sentence is as high as its line (2.5.5, the exception for what stands in a text).
  const inSentence = (element) =>
    getComputedStyle(element).display === "inline" &&
    element.parentElement.textContent.trim().length > element.textContent.trim().length;

  const small = (element) => {
    const { width, height } = (element.closest("label") ?? element).getBoundingClientRect();
    if (Math.min(width, height) >= LEAST - 0.5 || inSentence(element) || element.matches(".skip:not(:focus)")) return [];
    return [`${name(element)} is ${Math.round(width)} × ${Math.round(height)} px`];
  };

  const cut = (element) => {
    const style = getComputedStyle(element);
    const hides = style.overflowX !== "visible" || element.matches("button, .button");
    const scrolls = element.matches(".unseen, .scroll, input:not([autocomplete=one-time-code])");
    if (!hides || scrolls || element.closest("svg")) return [];
    return element.scrollWidth > element.clientWidth + 1 ? [`${name(element)} does not fit in its box`] : [];
  };

  const widest = () => {
    const edge = (element) => element.getBoundingClientRect().right;
    return all("body *").reduce((found, element) => (edge(element) > edge(found) ? element : found));
  };

  const wide = () => {
    const needed = document.documentElement.scrollWidth;
    return needed > innerWidth ? [`scrolls sideways, needs ${needed} px for ${name(widest())}`] : [];
  };

  // One Tab leads to a group of radio buttons, arrow keys lead on within it.
  const stop = (element) => (element.type === "radio" ? `radio ${element.name}` : element);
  let reached = new Set();
  // A dialog that asks for an answer keeps the focus to itself.
  const open = () => document.querySelector("dialog:modal") ?? document;
  const stops = () =>
    new Set(all(`${TARGETS}, [tabindex="0"]`).filter((one) => !one.disabled && open().contains(one)).map(stop));

  const outlined = (element) => {
    const style = getComputedStyle(element);
    const outline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    return outline || style.boxShadow !== "none";
  };

  const hidden = (element) => {
    const box = element.getBoundingClientRect();
    const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    const at = document.elementFromPoint(
      Math.min(Math.max(box.x + box.width / 2, 0), innerWidth - 1),
      Math.min(Math.max(box.y + box.height / 2, 0), innerHeight - 1),
    );
    return !inside || !(element.contains(at) || at?.contains(element));
  };

  return {
    geometry: () => [...wide(), ...all(TARGETS).flatMap(small), ...all("body *").flatMap(cut)],
    tabs: () => {
      reached = new Set();
      return stops().size;
    },
    focused: () => {
      const element = document.activeElement;
      if (element === document.body || element === null) return [];
      reached.add(stop(element));
      const faults = [];
      if (!outlined(element) && !outlined(element.closest("label") ?? element)) faults.push(`no focus to be seen on ${name(element)}`);
      if (hidden(element)) faults.push(`the focus is hidden on ${name(element)}`);
      return faults;
    },
    unreached: () => {
      document.activeElement?.blur();
      const missed = [...stops()].filter((one) => !reached.has(one));
      return missed.map((one) => `Tab does not lead to ${one.tagName ? name(one) : one}`);
    },
  };
})();
