// The copy buttons of the page to pay on. Where a browser keeps the clipboard
// from the page, as in a frame, an old way is tried before giving up.
(() => {
  "use strict";

  const SHOWN = 2000; // ms for which a button says what it did

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return copyBySelecting(text);
    }
  }

  function copyBySelecting(text) {
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "visually-hidden";
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (!button) return;
    const word = button.firstChild; // what was copied stands behind it, for who cannot see
    word.data = (await copy(button.dataset.copy)) ? "Copied" : "Not copied";
    button.focus();
    setTimeout(() => { word.data = "Copy"; }, SHOWN);
  });
})();
