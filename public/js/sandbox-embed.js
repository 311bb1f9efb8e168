// The page in the frame tells the page around it what happens, as the provider
// does. The server decides what there is to tell; nothing is told to anybody
// but the origin that the server let in.
(() => {
  "use strict";

  const { origin, buttonId, code } = document.body.dataset;
  if (!origin || window.parent === window) return;

  const told = new Set();

  function tell(event) {
    window.parent.postMessage({ event, buttonId, code }, origin);
  }

  function catchUp() {
    for (const element of document.querySelectorAll("[data-events]")) {
      for (const event of element.dataset.events.split(" ")) {
        if (told.has(event)) continue;
        told.add(event);
        tell(event);
      }
    }
  }

  const close = document.getElementById("close");
  close.hidden = false;
  close.addEventListener("click", () => tell("checkout_modal_closed"));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") tell("checkout_modal_closed");
  });
  document.addEventListener("htmx:after:swap", catchUp);
  catchUp();
})();
