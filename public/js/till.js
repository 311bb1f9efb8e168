// What htmx does not do by itself: a countdown from the server's seconds, a
// waiting page that heals itself, and words when the shop cannot be reached.
(() => {
  "use strict";

  document.documentElement.classList.add("scripted");

  const POLL_FIRST = 2000; // ms until the first look while the socket is away
  const POLL_MOST = 15000;
  const POLL_OPEN = 60000; // a safety net beside an open socket, and for final orders
  const REOPEN = 1000;

  const WORDS = {
    connecting: "Connecting…",
    open: "Live: this page updates by itself",
    polling: "Connection lost. Looking again every few seconds…",
    offline: "You are offline. This page catches up when you are back.",
    gone: "This order can no longer be shown. Please reload the page.",
  };

  const order = () => document.getElementById("order");
  const section = () => document.getElementById("order-status");
  const versionIn = (html) => Number(/data-version="(\d+)"/.exec(html)?.[1] ?? NaN);
  const shownVersion = () => Number(section()?.dataset.version ?? 0);

  // Countdown. Each element counts down from the seconds the server wrote, on
  // a clock that no change of the system's time can move.

  const deadlines = new WeakMap();

  function tick() {
    for (const element of document.querySelectorAll("[data-countdown]")) {
      let known = deadlines.get(element);
      if (known?.from !== element.dataset.countdown) {
        known = { from: element.dataset.countdown, at: performance.now() + Number(element.dataset.countdown) * 1000 };
        deadlines.set(element, known);
      }
      const text = clock(Math.max(0, Math.round((known.at - performance.now()) / 1000)));
      if (element.textContent !== text) element.textContent = text;
    }
  }

  function clock(seconds) {
    const two = (n) => String(n).padStart(2, "0");
    const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
  }

  // The waiting page. The socket brings every step; while it is away the page
  // looks by itself; whenever the page may have slept it looks at once.

  let open = false;
  let timer = 0;
  let pause = POLL_FIRST;

  function show(state) {
    const line = document.getElementById("connection");
    if (!line || line.dataset.connection === state) return;
    line.dataset.connection = state;
    line.textContent = WORDS[state];
  }

  // The first attempt at a socket is under way; nothing was lost yet.
  const opening = () => ["none", "connecting"].includes(document.getElementById("connection")?.dataset.connection);

  function settle() {
    const status = section();
    if (!status) return;
    const site = document.querySelector(".brand")?.textContent.trim();
    document.title = `${status.dataset.title} · ${site}`;
    tick();
  }

  // The seconds left are true again even where nothing else is new: a machine
  // that slept has counted too few.
  function recount(html) {
    const seconds = /data-countdown="(\d+)"/.exec(html)?.[1];
    const timer = section()?.querySelector("[data-countdown]");
    if (!seconds || !timer || versionIn(html) !== shownVersion()) return;
    deadlines.delete(timer);
    timer.dataset.countdown = seconds;
    tick();
  }

  async function take(html) {
    recount(html);
    if (!(versionIn(html) > shownVersion())) return;
    await htmx.swap({ sourceElement: order(), target: "#order-status", swap: "outerMorph", text: html });
  }

  async function look() {
    clearTimeout(timer);
    const page = order();
    if (!page) return;
    try {
      const answer = await fetch(`/orders/${page.dataset.order}/status`, { cache: "no-store" });
      if (page !== order()) return;
      if (answer.ok) await take(await answer.text());
      if (answer.status === 404) return show("gone");
      if (!open && !opening()) show("polling");
    } catch {
      if (!open) show(navigator.onLine ? "polling" : "offline");
    }
    plan();
  }

  function plan() {
    clearTimeout(timer);
    if (!order()) return;
    timer = setTimeout(look, open ? POLL_OPEN : pause);
    pause = Math.min(POLL_MOST, pause * 1.5);
  }

  function wake() {
    if (!order() || document.hidden) return;
    pause = POLL_FIRST;
    if (!open) htmx.trigger(order(), "till:wake");
    look();
  }

  // Only the first attempt is news; later ones go on beside the polling.
  document.addEventListener("htmx:ws:before:connection", () => {
    if (document.getElementById("connection")?.dataset.connection === "none") show("connecting");
  });

  document.addEventListener("htmx:ws:after:connection", () => {
    open = true;
    pause = POLL_FIRST;
    show("open");
    plan();
  });

  document.addEventListener("htmx:ws:close", (event) => {
    const lost = open;
    open = false;
    if (event.detail.reason === "removed") return;
    show(navigator.onLine ? "polling" : "offline");
    // A further attempt that failed must not put off the look that is planned.
    if (lost) {
      pause = POLL_FIRST;
      plan();
    }
    // After a normal or refused end the extension stays away; it is asked to
    // come back once it has put the old connection down.
    if ([1000, 1008].includes(event.detail.code)) {
      setTimeout(() => { if (!document.hidden && order()) htmx.trigger(order(), "till:wake"); }, REOPEN);
    }
  });

  // An older or equal version never replaces what is shown.
  document.addEventListener("htmx:ws:before:message:incoming", (event) => {
    const { message } = event.detail;
    if (typeof message.data !== "string") return;
    recount(message.data);
    if (!(versionIn(message.data) > shownVersion())) event.detail.cancelled = true;
  });

  document.addEventListener("htmx:after:swap", (event) => {
    settle();
    if (event.detail.ctx?.target?.id === "main") {
      document.getElementById("main").focus({ preventScroll: true });
      plan();
    }
  });

  // A form that fails must not fail in silence. Where an order is shown it
  // stays, and goes on waiting.
  function complain(form, text) {
    if (!form?.matches?.("form")) return;
    const note = form.querySelector(".notice") ?? form.appendChild(document.createElement("p"));
    note.className = "notice bad";
    note.setAttribute("role", "alert");
    note.textContent = text;
  }

  document.addEventListener("htmx:error", (event) => {
    complain(event.detail.ctx?.sourceElement, "We could not reach the shop. Please check your connection and try again.");
  });

  document.addEventListener("htmx:response:error", (event) => {
    const { sourceElement, response } = event.detail.ctx ?? {};
    if (!sourceElement?.closest?.("#order")) return;
    if (response.status === 429) complain(sourceElement, "That was too fast. Please wait a minute and try again.");
    if (response.status >= 500) complain(sourceElement, "That did not work. Please try again in a moment.");
  });

  // Back and forward can change the address before htmx listens, and it would
  // stay above a page that shows something else.
  let shownPath = new URL(performance.getEntriesByType("navigation")[0]?.name ?? location.href).pathname;
  document.addEventListener("htmx:after:history:push", (event) => {
    shownPath = new URL(event.detail.path, location.href).pathname;
  });
  const fit = () => { if (location.pathname !== shownPath) location.reload(); };
  window.addEventListener("popstate", fit);

  document.addEventListener("till:look", look);
  document.addEventListener("visibilitychange", wake);
  window.addEventListener("pageshow", wake);
  window.addEventListener("online", wake);
  window.addEventListener("offline", () => show("offline"));

  fit();
  setInterval(tick, 1000);
  settle();
  plan();
})();
