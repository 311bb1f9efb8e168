package web

import (
	"net/url"
	"time"

	"till/app/shop"
)

// orderJSON is GET /orders/{id} for programs: what its page shows, too. Of who
// bought, and of other attempts to pay, it says nothing.
type orderJSON struct {
	ID        shop.OrderID   `json:"id"`
	State     shop.State     `json:"state"`
	Exception shop.Exception `json:"exception"` // "" unless the state is unresolved
	Version   int64          `json:"version"`   // grows with each visible step
	Amount    moneyJSON      `json:"amount"`
	Paid      *moneyJSON     `json:"paid"`       // null: no sum was told
	Refunded  *moneyJSON     `json:"refunded"`   // null: nothing was sent back of any payment
	Refund    refundStage    `json:"refund"`     // underway, failed, or "": none is open
	Refunding *moneyJSON     `json:"refunding"`  // null: nothing is on its way back, or nobody told how much
	ExpiresAt *time.Time     `json:"expires_at"` // null: nothing is to be paid, or there is no hurry
	Links     orderLinks     `json:"links"`
	X402URL   string         `json:"x402_url,omitempty"` // where a program can pay now
}

// moneyJSON is a sum. The amount is text, since a JSON number is a float to
// most who read it.
type moneyJSON struct {
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
}

type orderLinks struct {
	Self   string `json:"self"`
	Status string `json:"status"`        // the page's fragment
	Live   string `json:"live"`          // a websocket that tells of each step
	Pay    string `json:"pay,omitempty"` // the page to pay on now
}

// orderJSON shows an order to a program.
func (s *Site) orderJSON(o shop.Order, refund openRefund) orderJSON {
	p, price := o.Current(), o.PriceNow()
	shown := orderJSON{
		ID: o.ID, State: p.State, Exception: p.Exception, Version: o.Version,
		Amount: *asJSON(price), Refund: refund.Stage, Links: linksOf(*s.cfg.PublicURL, o.ID),
	}
	if p.Paid.Known() {
		shown.Paid = asJSON(p.Paid)
	}
	if sum := sentBack(o); sum.Known() {
		shown.Refunded = asJSON(sum)
	}
	if refund.Stage == refundUnderway && refund.Sum.Known() {
		shown.Refunding = asJSON(refund.Sum)
	}
	if !p.Payable(s.cfg.Now()) {
		return shown
	}
	shown.Links.Pay, shown.X402URL = p.HostedURL, p.X402URL
	if !p.ExpiresAt.IsZero() {
		at := p.ExpiresAt.UTC().Truncate(time.Second)
		shown.ExpiresAt = &at
	}
	return shown
}

func asJSON(m shop.Money) *moneyJSON {
	return &moneyJSON{Amount: m.Plain(), Currency: m.Currency}
}

// linksOf returns an order's addresses below the shop's own.
func linksOf(base url.URL, id shop.OrderID) orderLinks {
	self := base.JoinPath("orders", string(id))
	live := *self
	live.Scheme = "ws"
	if base.Scheme == "https" {
		live.Scheme = "wss"
	}
	return orderLinks{
		Self:   self.String(),
		Status: self.JoinPath("status").String(),
		Live:   live.JoinPath("live").String(),
	}
}
