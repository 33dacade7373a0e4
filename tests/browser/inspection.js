// What only a browser can tell of a page: what it draws, how large, and what shows where the focus is.
// Each function gives the faults it finds, a sentence each.
globalThis.inspection = (() => {
  "use strict";
  let drawn, living; // the body, as text before the inspection and as it lives while another takes its place
  let reached, faults, started; // by Tab
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
    if (element.scrollWidth <= element.clientWidth + 1) return [];
    const style = getComputedStyle(element);
    const hides = style.overflowX !== "visible" || element.matches("button, .button");
    const scrolls = element.matches(".unseen, .scroll, input:not([autocomplete=one-time-code])");
    return !hides || scrolls || element.closest("svg") ? [] : [`${name(element)} does not fit in its box`];
  };

  const widest = (elements) => {
    const edge = (element) => element.getBoundingClientRect().right;
    return elements.reduce((found, element) => (edge(element) > edge(found) ? element : found));
  };

  const wide = (elements) => {
    const needed = document.documentElement.scrollWidth;
    return needed > innerWidth ? [`scrolls sideways, needs ${needed} px for ${name(widest(elements))}`] : [];
  };

  // One Tab leads to a group of radio buttons, arrow keys lead on within it.
  const stop = (element) => (element.type === "radio" ? `radio ${element.name}` : element);
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

  const focused = () => {
    const element = document.activeElement;
    if (element === document.body || element === null) return;
    reached.add(stop(element));
    if (!outlined(element) && !outlined(element.closest("label") ?? element)) faults.add(`no focus to be seen on ${name(element)}`);
    if (hidden(element)) faults.add(`the focus is hidden on ${name(element)}`);
  };

  // Where one Tab has led is judged when the next is pressed; nothing is said of where the focus was at first.
  const pressed = () => (started ? focused() : (started = true));

  return {
    begin: () => void (drawn = document.body.outerHTML),
    geometry: () => {
      const elements = all("body *");
      const targets = elements.filter((element) => element.matches(TARGETS));
      return [...wide(elements), ...targets.flatMap(small), ...elements.flatMap(cut)];
    },
    violations: async (options) => {
      if (!globalThis.axe) readAxe();
      const { violations } = await axe.run(document, { resultTypes: ["violations"], ...options });
      return violations.map(({ id, nodes: [{ html }] }) => `${id}: ${html}`);
    },
    tabs: () => {
      [reached, faults, started] = [new Set(), new Set(), false];
      addEventListener("keydown", pressed, true);
      return stops().size;
    },
    tabbed: () => {
      removeEventListener("keydown", pressed, true);
      focused();
      document.activeElement?.blur();
      const missed = [...stops()].filter((one) => !reached.has(one));
      return [...faults, ...missed.map((one) => `Tab does not lead to ${one.tagName ? name(one) : one}`)];
    },
    // Show the page as a browser does that runs no scripts: a parser without a window reads `source` like one.
    // False where nothing differs from what was drawn. axe skips <noscript>, so its content takes its place.
    withoutScript: async (source) => {
      const { body } = new DOMParser().parseFromString(source, "text/html");
      if (!source.includes("<noscript") && body.outerHTML === drawn) return false;
      for (const one of body.querySelectorAll("noscript")) one.replaceWith(...one.childNodes);
      living = document.body;
      living.replaceWith(body);
      await Promise.allSettled([...document.images].map((image) => image.decode()));
      return true;
    },
    asItWas: () => document.body.replaceWith(living),
  };
})();
