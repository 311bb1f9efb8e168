package web

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"till/app/page"
	"till/app/shop"
)

// Finder finds orders and, the oldest first, what was to be sent back of them.
type Finder interface {
	FindOrder(ctx context.Context, id shop.OrderID) (shop.Order, error)
	ListRefunds(ctx context.Context, id shop.OrderID) ([]shop.Refund, error)
}

// Fragments renders the one fragment that shows where an order stands: in the
// first page, in every socket frame, and when a page polls.
type Fragments struct {
	Pages  *page.Pages
	Orders Finder
	Now    func() time.Time
	// Opens is the provider that takes new payments.
	Opens shop.Provider
	// Embed is where Commerce's embedded checkouts are, such as
	// https://commerce.coinbase.com, without a slash at the end.
	Embed string
	// Hosted is where the pages are that Business takes payments on, and that
	// may be shown in a frame: origins such as https://payments.coinbase.com.
	Hosted []string
	// Shelf tells what a checkout costs today, as far as that is known: it is
	// asked for each frame of each page, and must not wait for the provider. An
	// embedded checkout is offered only at the price of the payment it is for;
	// nil: always.
	Shelf Copies
	// Quote is what a fresh payment of an order costs, known in the same way; nil:
	// what the order was made for.
	Quote func(ctx context.Context, o shop.Order) shop.Money
}

// Copies finds products without asking anybody; see [shop.Copies].
type Copies interface {
	Find(ctx context.Context, slug shop.Slug) (shop.Product, error)
}

// quote says what trying again would cost.
func (f *Fragments) quote(ctx context.Context, o shop.Order) shop.Money {
	if f.Quote == nil {
		return o.Price
	}
	return f.Quote(ctx, o)
}

// Frame returns the fragment as a socket frame and the version it shows. It is
// a [live.Fetch].
func (f *Fragments) Frame(ctx context.Context, id shop.OrderID) (frame []byte, version int64, err error) {
	order, err := f.Orders.FindOrder(ctx, id)
	if err != nil {
		return nil, 0, err
	}
	view, err := f.view(ctx, order, true)
	if err != nil {
		return nil, 0, err
	}
	var b bytes.Buffer
	if err := f.Pages.Execute(&b, "fragments/order_status", view); err != nil {
		return nil, 0, err
	}
	return b.Bytes(), order.Version, nil
}

// orderView is what the templates show of an order.
type orderView struct {
	ID        shop.OrderID
	Version   int64
	State     shop.State
	Exception shop.Exception
	Problem   shop.Problem
	OutOfBand bool // the fragment is a socket frame

	Item      shop.Item
	Price     shop.Money
	Due       shop.Money // what is still to pay, where PayURL leads
	Rest      bool       // Due is only the rest of the price
	Dollars   bool       // the provider asks for USDC, one for each dollar
	Repriced  bool       // trying again costs Quote, which is another price
	Quote     shop.Money
	Refunded  string
	Arrived   shop.Money // what Refunded is a part of
	Refund    openRefund
	Trouble   string // why the last try came to nothing at once, where the page shows an older one
	PageTitle string
	Words     words
	Steps     []step
	PayURL    string
	Embed     embedded
	Seconds   int // left to pay; meaningful while Timed
	Timed     bool
	Retry     bool
	Cancel    bool
	CreatedAt time.Time
}

// view prepares an order for the templates.
func (f *Fragments) view(ctx context.Context, o shop.Order, outOfBand bool) (orderView, error) {
	p := o.Current()
	refund, err := f.refund(ctx, o)
	if err != nil {
		return orderView{}, err
	}
	v := orderView{
		ID: o.ID, Version: o.Version, State: p.State, Exception: p.Exception, Problem: p.Problem, OutOfBand: outOfBand,
		Item: o.Item, Price: o.PriceNow(), Words: wordsFor(o), Steps: stepsFor(p),
		Retry: o.Retryable(), Cancel: o.Cancelable(), CreatedAt: o.CreatedAt, Refund: refund,
	}
	if sum := sentBack(o); sum.Known() {
		v.Refunded, v.Arrived = sum.String(), arrived(o)
	}
	if last, failed := o.FailedRetry(); failed && v.Retry {
		v.Trouble = failedWords(last).Text
	}
	v.PageTitle = v.Words.Title + " · " + o.Item.Name
	if v.Retry {
		v.Quote = f.quote(ctx, o)
		v.Repriced = !v.Quote.Same(v.Price)
	}
	f.payable(&v, p)
	if o.Spent() {
		v.Words.Text = spentText
	}
	if v.Embed = f.frame(ctx, o, v.PayURL); v.Embed.URL != "" {
		v.Words.Text = "Pay right here or on Coinbase's page, which opens in a new tab. This page tells you by itself when your payment has arrived."
	}
	return v, nil
}

// payable says where to pay, how much, and how long that is possible.
func (f *Fragments) payable(v *orderView, p shop.Payment) {
	if !p.Payable(f.Now()) {
		return
	}
	v.PayURL, v.Due = p.HostedURL, v.Price
	v.Dollars = p.Provider == shop.Business && p.Price.Currency == "USD"
	v.Timed = !p.ExpiresAt.IsZero()
	v.Seconds = max(0, int(p.ExpiresAt.Sub(f.Now()).Seconds()))
	if p.Partial() {
		v.Rest, v.Due, v.Words.Text = true, p.Missing(), restText(p)
	}
}

// QR is the picture of where to pay; a fresh payment has another one.
func (v orderView) QR() string {
	return fmt.Sprintf("/orders/%s/qr.svg?version=%d", v.ID, v.Version)
}

// Clock writes the seconds left for people: 59:07, or 1:02:03.
func (v orderView) Clock() string { return page.Clock(v.Seconds) }
