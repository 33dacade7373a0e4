// A portlet in a frame, in the place of the script's own element. Sets no cookie, asks nobody anything else.
(() => {
  "use strict";
  const heights = {{ heights|tojson }};
  const script = document.currentScript;
  const { portlet, lang } = script.dataset;
  if (!(portlet in heights)) return;
  const frame = document.createElement("iframe");
  // Portlets lie beside this script.
  frame.src = new URL(lang ? `${portlet}?lang=${encodeURIComponent(lang)}` : portlet, script.src);
  frame.title = script.title || portlet;
  Object.assign(frame.style, { display: "block", border: 0, width: "100%", height: script.style.height || heights[portlet] });
  script.replaceWith(frame);
})();
