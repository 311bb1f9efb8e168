// The embedded checkout in a dialog of ours: the provider's page runs in its
// frame, and none of its scripts beside our sessions. Its messages may hasten a
// look at the order; nothing depends on them.
(() => {
  "use strict";

  const PATIENCE = 8000; // ms until a frame that shows nothing is doubted

  let dialog = null;

  // A name for this one opening. randomUUID is for https and loopback only.
  function newID() {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  // The way to pay with another device.
  function phone(qr) {
    return make("div", { class: "phone row" },
      make("img", { class: "qr", src: qr, alt: "QR code that leads to the payment page", width: "128", height: "128" }),
      make("p", { class: "small" }, "Or scan this and pay with your phone."));
  }

  function open(button) {
    if (dialog) return;
    const id = newID();
    const source = new URL(button.dataset.embed);
    // A page that was made for frames wants to know who embeds it. A hosted page
    // is shown just as its link leads to it, with a code for a phone beside it.
    const { qr } = button.dataset;
    if (!qr) {
      source.searchParams.set("origin", `${location.origin}/`);
      source.searchParams.set("buttonId", id);
    }

    const frame = make("iframe", { class: "embed-frame", src: source.href, title: "Payment page of Coinbase" });
    const close = make("button", { type: "button", class: "button secondary" }, "Close");
    const hosted = make("a", { href: button.dataset.hosted, target: "_blank", rel: "noopener" }, "Pay on Coinbase's page instead");
    const doubt = make("p", { class: "embed-doubt small", role: "status" }, "Does nothing show here? ", hosted);
    const title = make("h2", { id: "embed-title" }, "Pay with Coinbase");
    const beside = make("div", { class: "embed-beside" }, doubt);
    if (qr) beside.prepend(phone(qr));
    dialog = make("dialog", { class: "embed", "aria-labelledby": "embed-title" },
      make("div", { class: "row between" }, title, close), frame, beside);

    let heard = false;
    const warn = () => {
      doubt.classList.add("notice", "warn");
      doubt.replaceChildren("The payment page could not be shown here. ", hosted, ".");
    };
    const timer = setTimeout(() => { if (!heard) warn(); }, PATIENCE);
    frame.addEventListener("load", () => { heard = true; });

    const hear = (event) => {
      if (event.origin !== source.origin || event.source !== frame.contentWindow) return;
      let said = event.data;
      if (typeof said === "string") { try { said = JSON.parse(said); } catch { return; } }
      if (said?.buttonId !== id) return;
      heard = true;
      if (said.event === "error_not_found") warn();
      if (said.event === "checkout_modal_closed") dialog?.close();
      document.dispatchEvent(new CustomEvent("till:look"));
    };
    window.addEventListener("message", hear);

    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      clearTimeout(timer);
      window.removeEventListener("message", hear);
      dialog.remove();
      dialog = null;
      document.dispatchEvent(new CustomEvent("till:look"));
      // The button may have been swapped away meanwhile.
      (document.getElementById("embed") ?? document.getElementById("main"))?.focus();
    });

    document.body.append(dialog);
    dialog.showModal();
  }

  // One listener on the document serves every button, whenever it comes.
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-embed]");
    if (button) open(button);
  });

  // A page that comes back from the browser's memory has no use for an old frame.
  window.addEventListener("pagehide", () => dialog?.close());
})();
