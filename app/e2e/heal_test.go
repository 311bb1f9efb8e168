package e2e

import (
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
)

// behindAProxy opens a waiting page whose network the test can cut.
func behindAProxy(t *testing.T, p place) (s *till, network *proxy, buyer *tab, order string) {
	t.Helper()
	s = p.startTill(t)
	network = startProxy(t, s.shop)
	buyer = p.buyer(t)
	buyer.open(network.address)
	buyer.buy("coffee")
	buyer.untilLive("waiting")
	return s, network, buyer, buyer.order()
}

// survivesACutSocket confirms while the page is cut off, lets only its polling
// through first and its socket later.
func survivesACutSocket(t *testing.T, p place) {
	s, network, buyer, order := behindAProxy(t, p)
	loaded := buyer.loaded()

	network.cut()
	buyer.untilLine("polling")
	s.act(order, "pay")
	s.untilOrder(order, "confirmed", "")

	network.cutSockets()
	buyer.untilState("confirmed")
	caughtUp := buyer.first("confirmed", func(s sight) bool { return s.State == "confirmed" })
	if caughtUp.Line == "open" {
		t.Error("the page calls itself live without a socket")
	}
	network.restore()
	buyer.untilLive("confirmed")
	buyer.stayed(loaded)
	buyer.isHappyButOffline()
}

// survivesARestart stops the till as an update would, in the middle of a
// payment, and starts it again from the same files.
func survivesARestart(t *testing.T, p place) {
	s := p.newTill(t, "serve", "TILL_SERVER_LISTEN="+freeAddress(t), "TILL_SANDBOX_LISTEN="+freeAddress(t))
	s.start()
	s.confirmAfter(p.slowly)
	buyer := p.buyer(t)
	buyer.open(s.shop)
	buyer.buy("coffee")
	buyer.untilLive("waiting")
	order := buyer.order()
	loaded := buyer.loaded()
	provider := buyer.follow("#pay")
	provider.click(payButton)
	buyer.untilState("detected")

	s.stop()
	buyer.untilLine("polling")
	s.start()
	s.untilCharge(order, "COMPLETED")
	buyer.untilLive("confirmed")
	if codes := buyer.codes(); len(codes) == 0 || codes[0] != 1012 {
		t.Errorf("the sockets ended with %v, want first 1012, a service restart", codes)
	}
	buyer.stayed(loaded)
	buyer.isHappyButOffline()
}

// look makes the page believe that it is hidden, or shown, as switching to a
// wallet and back does.
func (w *tab) look(hidden string) {
	w.t.Helper()
	evaluate[bool](w, `(() => {
	  Object.defineProperty(document, "hidden", { configurable: true, get: () => `+hidden+` });
	  Object.defineProperty(document, "visibilityState", { configurable: true, get: () => `+hidden+` ? "hidden" : "visible" });
	  return document.dispatchEvent(new Event("visibilitychange"));
	})()`)
}

// healsWhenShown cuts a hidden page off until its next look by itself is
// seconds away, and then shows it.
func healsWhenShown(t *testing.T, p place) {
	s, network, buyer, order := behindAProxy(t, p)
	loaded := buyer.loaded()
	buyer.look("true")
	network.cut()
	s.act(order, "pay")
	s.untilOrder(order, "confirmed", "")
	if !eventually(t.Context(), func() bool { return network.count("/status") >= 2 }) {
		t.Fatal("the page does not look by itself while it is cut off")
	}

	network.cutSockets() // so that no socket heals it; the next look is 4.5 s away
	shown := time.Now()
	buyer.look("false")
	buyer.untilState("confirmed")
	healed := buyer.first("confirmed", func(s sight) bool { return s.State == "confirmed" })
	if took := healed.at().Sub(shown); took > 2*time.Second {
		t.Errorf("the page healed only %s after it was shown", took)
	}
	network.restore()
	buyer.untilLive("confirmed")
	buyer.stayed(loaded)
	buyer.isHappyButOffline()
}

// healsWhenThawed stops the page's timers as a phone does, cuts its socket and
// confirms before it goes on.
func healsWhenThawed(t *testing.T, p place) {
	s, network, buyer, order := behindAProxy(t, p)
	loaded := buyer.loaded()
	buyer.look("true")
	command(buyer, page.SetWebLifecycleState, page.SetWebLifecycleStateParams{State: page.SetWebLifecycleStateStateFrozen})
	network.cut()
	s.act(order, "pay")
	s.untilOrder(order, "confirmed", "")
	network.restore()

	command(buyer, page.SetWebLifecycleState, page.SetWebLifecycleStateParams{State: page.SetWebLifecycleStateStateActive})
	shown := time.Now()
	buyer.look("false")
	buyer.untilLive("confirmed")
	healed := buyer.first("confirmed", func(s sight) bool { return s.State == "confirmed" })
	if took := healed.at().Sub(shown); took > 2*time.Second {
		t.Errorf("the page healed only %s after it was shown", took)
	}
	buyer.stayed(loaded)
	buyer.isHappyButOffline()
}

// healsWhenRestored leaves the page for the browser's memory and comes back:
// the socket was closed for good, with 1000.
func healsWhenRestored(t *testing.T, p place) {
	s := p.startTill(t)
	buyer := p.buyer(t)
	buyer.open(s.shop)
	buyer.buy("coffee")
	buyer.untilLive("waiting")
	order := buyer.order()
	loaded := buyer.loaded()

	evaluate[bool](buyer, `window.dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }))`)
	buyer.until("the end of the socket", "tillSeen.codes.length > 0")
	s.act(order, "detect")
	evaluate[bool](buyer, `window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }))`)
	buyer.untilLive("detected")
	if codes := buyer.codes(); codes[0] != 1000 {
		t.Errorf("the socket ended with %v, want 1000", codes)
	}
	s.act(order, "confirm")
	buyer.untilState("confirmed")
	buyer.stayed(loaded)
	buyer.isHappy()
}

// recountsWhenShown gives the page a countdown that is far behind, as one that
// slept has, and shows it again: nothing but the seconds is new.
func recountsWhenShown(t *testing.T, p place) {
	s := p.startTill(t)
	buyer := p.buyer(t)
	buyer.open(s.shop)
	buyer.buy("coffee")
	buyer.untilLive("waiting")
	// Said again until it is shown: the socket's first frame may still correct it.
	buyer.until("a countdown that is wrong", `((timer) => {
		timer.dataset.countdown = "30";
		return /^0:[0-3]/.test(timer.textContent);
	})(document.querySelector("#order-status [data-countdown]"))`)
	evaluate[bool](buyer, `document.dispatchEvent(new Event("visibilitychange"))`)
	buyer.until("a countdown that is right", `/`+p.counts+`/.test(document.querySelector("#order-status [data-countdown]").textContent)`)
	buyer.isHappy()
}
