package main

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// buyer lives one purchase of the plan.
type buyer struct {
	purchase

	shop *shop
	box  *box

	cookie, token string
	orders        []string // that the shop named; more than one when the first came to nothing
	codes         []string // charges to pay, oldest first, as their pages name them
	gaveUp        bool
	page          *page
	refused       string // a step that the provider did not know
}

const (
	again     = 250 * time.Millisecond // before a buyer tries again
	attention = 20 * time.Second       // how long a buyer waits for something to appear
)

var (
	tokenField = regexp.MustCompile(`name="token" value="([^"]+)"`)
	retryForm  = regexp.MustCompile(`id="retry"`)
)

// live does the purchase; pages run in waiting.
func (b *buyer) live(ctx context.Context, waiting *crowd) {
	if pause(ctx, b.At) != nil || !b.order(ctx) {
		return
	}
	if b.Watched {
		b.page = &page{order: b.current(), cookie: b.cookie}
		waiting.join(func(ctx context.Context) { b.page.wait(ctx, b.shop) })
	}
	if !b.findCharge(ctx) {
		return
	}
	for i, act := range b.Acts {
		if pause(ctx, b.Pauses[i]) != nil || !b.do(ctx, act) {
			return
		}
	}
}

func (b *buyer) current() string { return b.orders[len(b.orders)-1] }

// order sends the form until the shop names an order. It is the same form each
// time, so it is the same order.
func (b *buyer) order(ctx context.Context) bool {
	return b.until(ctx, time.Minute, func() bool {
		if b.token == "" && !b.open(ctx) {
			return false
		}
		if !b.Double {
			return b.note(b.send(ctx))
		}
		first := make(chan string, 1)
		go func() { first <- b.send(ctx) }()
		second := b.send(ctx)
		one := b.note(<-first)
		return b.note(second) || one
	})
}

// open loads the product's page for its form and cookie.
func (b *buyer) open(ctx context.Context) bool {
	got, err := b.shop.ask(ctx, "/products/"+b.Product, "", nil)
	if err != nil {
		return false
	}
	if m := tokenField.FindStringSubmatch(got.html); m != nil {
		b.token = m[1]
	}
	cookie, _, _ := strings.Cut(got.header.Get("Set-Cookie"), ";")
	b.cookie = cookie
	return b.token != "" && b.cookie != ""
}

// send posts the form and returns the order's id, "" for none.
func (b *buyer) send(ctx context.Context) string {
	form := url.Values{"product": {b.Product}, "method": {"charge"}, "token": {b.token}}
	got, err := b.shop.ask(ctx, "/orders", b.cookie, form)
	if err != nil || got.code != http.StatusOK {
		return ""
	}
	return strings.TrimPrefix(got.header.Get("HX-Push-Url"), "/orders/")
}

// note keeps an order's id and reports whether there was one.
func (b *buyer) note(id string) bool {
	if id != "" && !slices.Contains(b.orders, id) {
		b.orders = append(b.orders, id)
	}
	return id != ""
}

// findCharge waits for the link to a charge that is new, and tries again where
// the shop offers that.
func (b *buyer) findCharge(ctx context.Context) bool {
	return b.until(ctx, attention, func() bool {
		html, err := b.shop.look(ctx, b.current(), b.cookie)
		if err != nil {
			return false
		}
		if name := payName(html); name != "" && !slices.Contains(b.codes, name) {
			b.codes = append(b.codes, name)
			return true
		}
		if retryForm.MatchString(html) {
			_, _ = b.shop.ask(ctx, "/orders/"+b.current()+"/payments", b.cookie, url.Values{}) // the next look tells
		}
		return false
	})
}

// do does one act and reports whether to go on.
func (b *buyer) do(ctx context.Context, what act) bool {
	switch what {
	case actRetry:
		return b.findCharge(ctx)
	case actGiveUp:
		b.gaveUp = true
		return b.until(ctx, attention, func() bool {
			_, err := b.shop.ask(ctx, "/orders/"+b.current()+"/cancel", b.cookie, url.Values{})
			return err == nil
		})
	case actPayFirst:
		return b.pay(ctx, b.codes[0], "pay") && b.pay(ctx, b.codes[0], "resolve")
	default:
		return b.pay(ctx, b.codes[len(b.codes)-1], what)
	}
}

// pay does something at the provider, which may be down.
func (b *buyer) pay(ctx context.Context, code string, what act) bool {
	return b.until(ctx, time.Minute, func() bool {
		err := b.box.act(ctx, code, what)
		if isRefusal(err) {
			b.refused = err.Error()
			return true
		}
		return err == nil
	})
}

// until tries something again and again for a while.
func (b *buyer) until(ctx context.Context, while time.Duration, try func() bool) bool {
	for end := time.Now().Add(while); time.Now().Before(end); {
		if try() {
			return true
		}
		if pause(ctx, again) != nil {
			return false
		}
	}
	return false
}
