// For the pages of other shops: opens a checkout or a charge in a frame over
// the page.
//
//   <a class="buy-with-crypto" data-custom="customer 42"
//      href="https://SANDBOX/checkout/ID">Buy</a>
//   <script src="https://SANDBOX/v1/checkout.js?onload=ready"></script>
//
//   function ready() { BuyWithCrypto.registerCallback("onSuccess", (message) => …); }
//
// A callback is given { buttonId, code, event }. It is a hint and no proof: only
// a signed webhook proves a payment. Without this script the links work, too.
(() => {
  "use strict";

  const VERSION = "201807";
  const CALLBACKS = {
    payment_detected: "onPaymentDetected",
    charge_confirmed: "onSuccess",
    charge_failed: "onFailure",
  };

  const source = new URL(document.currentScript.src);
  const callbacks = {};
  const buttons = new WeakMap(); // link -> the id of its messages
  let open = null; // what is shown: { dialog, frame, buttonId }

  const api = {
    registerCallback(name, callback) {
      if (!Object.values(CALLBACKS).includes(name)) throw new Error(`BuyWithCrypto has no callback ${name}`);
      if (typeof callback !== "function") throw new TypeError(`${name} needs a function`);
      callbacks[name] = callback;
    },
  };

  // crypto.randomUUID is there on secure pages only.
  function uuid() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  function buttonIdOf(link) {
    if (!buttons.has(link)) buttons.set(link, uuid());
    return buttons.get(link);
  }

  // The address to show in a frame, or null for a link that is not ours.
  function frameURL(link) {
    const target = new URL(link.href, document.baseURI);
    const path = /\/(checkout|charges)\/([^/]+)\/?$/.exec(target.pathname);
    if (target.origin !== source.origin || !path) return null;
    const url = new URL(`/embed/${path[1]}/${path[2]}`, source.origin);
    url.searchParams.set("origin", `${location.origin}/`);
    url.searchParams.set("version", VERSION);
    url.searchParams.set("buttonId", buttonIdOf(link));
    url.searchParams.set("cacheDisabled", String(link.dataset.cacheDisabled === "true"));
    if (link.dataset.custom !== undefined) url.searchParams.set("custom", link.dataset.custom);
    return url.href;
  }

  function element(name, parent, style) {
    const made = document.createElement(name);
    Object.assign(made.style, style);
    parent.append(made);
    return made;
  }

  // A dialog keeps the keyboard inside and gives the focus back afterwards.
  function show(link, url) {
    hide();
    const dialog = element("dialog", document.body, {
      width: "min(30rem, 100vw)", height: "min(46rem, 100dvh)", maxWidth: "100vw", maxHeight: "100dvh",
      boxSizing: "border-box", padding: "0", border: "0", outline: "0", borderRadius: "14px", overflow: "hidden",
      display: "flex", flexDirection: "column", background: "#ffffff",
    });
    dialog.setAttribute("aria-label", "Pay with crypto");
    // The focus starts on the dialog itself: on a button inside, the same Enter
    // that opened it from the link would press that button, too.
    dialog.tabIndex = -1;
    // The frame has a control of its own; this one is for when it stays empty.
    const close = element("button", dialog, {
      alignSelf: "flex-end", minWidth: "44px", minHeight: "44px", border: "0",
      background: "transparent", color: "#1c1b19", font: "1.5rem/1 sans-serif", cursor: "pointer",
    });
    close.type = "button";
    close.textContent = "×";
    close.setAttribute("aria-label", "Close the payment");
    close.addEventListener("click", hide);
    const frame = element("iframe", dialog, { flex: "1", width: "100%", border: "0" });
    frame.title = "Pay with crypto";
    frame.src = url;
    dialog.addEventListener("close", () => { if (open?.dialog === dialog) hide(); }); // Escape
    open = { dialog, frame, buttonId: buttonIdOf(link), told: new Set() };
    dialog.showModal();
    dialog.focus();
  }

  function hide() {
    if (!open) return;
    const { dialog } = open;
    open = null;
    dialog.close();
    dialog.remove();
  }

  function hear(message) {
    if (!open || message.origin !== source.origin || message.source !== open.frame.contentWindow) return;
    const { event, buttonId, code } = Object(message.data);
    if (buttonId !== open.buttonId) return;
    if (event === "checkout_modal_closed") return hide();
    const once = `${event} ${code}`; // a frame that reloads tells again
    if (!Object.hasOwn(CALLBACKS, event) || open.told.has(once)) return;
    open.told.add(once);
    callbacks[CALLBACKS[event]]?.({ buttonId, code, event });
  }

  function press(event) {
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    const link = event.target.closest?.("a.buy-with-crypto");
    const url = plain && !event.defaultPrevented && link ? frameURL(link) : null;
    if (!url) return;
    event.preventDefault();
    show(link, url);
  }

  if (!window.BuyWithCrypto) {
    window.BuyWithCrypto = api;
    window.addEventListener("message", hear);
    document.addEventListener("click", press);
  }
  const ready = source.searchParams.get("onload");
  if (ready && typeof window[ready] === "function") window[ready]();
})();
