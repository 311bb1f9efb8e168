// Package gateway speaks both languages: it turns what Coinbase says into the
// shop's evidence and what the shop asks for into Coinbase's calls. It decides
// nothing: when in doubt it says less, and leaves the judgement to the shop.
package gateway

import (
	"errors"
	"net"
	"net/url"
	"strings"
	"time"

	"till/app/coinbase/rest"
	"till/app/shop"
)

const maxURL = 2048

// link returns a provider's URL if it may be shown to a buyer as a link, else
// "": https, or plain http to this very machine, which is where the sandbox
// lives.
func link(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || len(raw) > maxURL || u.Hostname() == "" || u.User != nil {
		return ""
	}
	if u.Scheme == "https" || (u.Scheme == "http" && loopback(u.Hostname())) {
		return raw
	}
	return ""
}

func loopback(host string) bool {
	host = strings.ToLower(host)
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || (ip != nil && ip.IsLoopback())
}

// sum is a sum of the provider's; unknown if it is none.
func sum(number rest.Amount, currency string) shop.Money {
	amount, ok := number.Decimal()
	currency = upper(currency)
	if !ok || currency == "" || len(currency) > 10 || strings.Trim(currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
		return shop.Money{}
	}
	return shop.Money{Amount: amount, Currency: currency}
}

// skewed is a client that learns how far the provider's clock is off.
type skewed interface {
	SkewKnown() bool
	Skew() time.Duration
}

// ours corrects a time of the provider's clock to ours. Before its first answer,
// as when a webhook comes right after a start, that cannot be done: a wrong time
// would stay, one that is left out is filled in by the next answer.
func ours(clock skewed, t time.Time) time.Time {
	if t.IsZero() || !clock.SkewKnown() {
		return time.Time{}
	}
	return t.Add(-clock.Skew())
}

// claimed is what the answer to an opening says of the payment that was to be
// opened; what is the name of what came back.
func claimed(ev shop.Evidence, req shop.OpenRequest, what string) (shop.Evidence, error) {
	if ev.PaymentID == "" { // an answer to this very question needs no proof of whose it is
		ev.OrderID, ev.PaymentID = req.OrderID, req.PaymentID
	}
	if ev.PaymentID != req.PaymentID {
		return shop.Evidence{}, &shop.ProviderError{Problem: shop.Unanswered, Err: errors.New("the " + what + " that came back belongs to another payment")}
	}
	return ev, nil
}

// errAnother is what it is when the answer is about another checkout than was
// asked about.
func errAnother() error {
	return &shop.ProviderError{Problem: shop.Unanswered, Err: errors.New("the checkout that came back is another one")}
}

func upper(s string) string { return strings.ToUpper(strings.TrimSpace(s)) }

// cut shortens a text to a number of characters.
func cut(s string, most int) string {
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return string(runes[:most])
}
