package e2e

import (
	"strings"
	"testing"
	"time"
)

// payButton is on the page to pay on, also of one in a frame.
const payButton = `form:is([action$="/pay"], [action*="/pay?"]) button`

// confirmsByItself buys as everybody does, at the speed Till is shipped with.
func confirmsByItself(t *testing.T, p place) {
	s := p.startTill(t)
	buyer := p.buyer(t)
	buyer.open(s.shop)
	loaded := buyer.loaded()
	buyer.buy("coffee")
	buyer.untilLive("waiting")
	order := buyer.order()

	provider := buyer.follow("#pay")
	provider.click(payButton)
	if p.silent {
		buyer.untilState("detected") // learned by asking
	}
	confirmed := s.untilCharge(order, "COMPLETED")
	buyer.untilState("confirmed")

	shown := buyer.first("confirmed", func(s sight) bool { return s.State == "confirmed" })
	if late := shown.at().Sub(confirmed); late > 2*time.Second {
		t.Errorf("confirmed was shown %s after the last confirmation", late)
	}
	// The provider is asked every five seconds: whether one or two of the three
	// are seen depends on when. Business does not count.
	if p.is(atCommerce) {
		buyer.first("a count of confirmations on the way", func(s sight) bool {
			return s.Step == "Confirming: 1 of 3" || s.Step == "Confirming: 2 of 3"
		})
	}
	for _, title := range []string{"Waiting for your payment", "Payment detected", "Payment confirmed"} {
		buyer.first("the title "+title, func(s sight) bool { return strings.HasPrefix(s.Title, title+" · Coffee") })
	}
	if shown := buyer.sights(); len(shown) > 0 && shown[len(shown)-1].Line != "open" {
		t.Errorf("the page lost its connection on the way: %+v", shown)
	}
	buyer.stayed(loaded)

	provider.goesBack(s, order, "/success")
	provider.untilState("confirmed")
	provider.isHappy()
	buyer.isHappy()
}
