package shop

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"
)

// Purchase is a buyer's wish, as a form sends it.
type Purchase struct {
	Product  Slug
	Method   Method   // empty: the product's own
	Token    string   // from the form; empty: every purchase is a new order
	Browser  string   // the browser's cookie the token is bound to
	Customer Customer // who is logged in; zero for a guest
}

// browserHash is what an order keeps of its browser's secret.
func browserHash(browser string) string {
	if browser == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(browser))
	return hex.EncodeToString(sum[:])
}

// key names the purchase so that sending it again finds the same order. The
// browser's secret is part of it and stays unreadable.
func (p Purchase) key() string {
	if p.Token == "" || p.Browser == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(p.Browser + "\x00" + p.Token + "\x00" + string(p.Product)))
	return hex.EncodeToString(sum[:])
}

// Open makes an order, asks the provider for its first payment, and returns
// the order as it stands when the provider has answered or patience has run
// out. The same purchase, sent again while its order is open, returns the same
// order. A provider that does not answer well is no error: the order tells.
func (c *Cashier) Open(ctx context.Context, want Purchase) (Order, error) {
	product, err := c.cfg.Shelf.Take(ctx, want.Product)
	if err != nil {
		return Order{}, err
	}
	if want.Method != "" && want.Method != product.Method {
		return Order{}, Errorf(Invalid, "%s is paid by %s. Please reload the page and try again.", product.Name, product.Method)
	}
	fresh, err := c.newOrder(product, want)
	if err != nil {
		return Order{}, err
	}
	order, err := c.insert(ctx, want.key(), fresh)
	if err != nil {
		return Order{}, err
	}
	if order.ID == fresh.ID {
		c.begin(ctx, order, order.Current())
	}
	return c.await(ctx, order)
}

// insert commits the fresh order, unless the purchase has an open one already.
func (c *Cashier) insert(ctx context.Context, key string, fresh Order) (Order, error) {
	order := fresh
	err := c.cfg.Store.Write(ctx, func(ctx context.Context, l Ledger) error {
		order = fresh
		if key == "" {
			return l.SaveOrder(ctx, fresh)
		}
		id, err := l.FindTokenOrder(ctx, key)
		if err != nil {
			return err
		}
		if id != "" {
			known, err := l.FindOrder(ctx, id)
			if err != nil {
				return err
			}
			if !known.Final() {
				order = known
				return nil
			}
		}
		if err := l.SaveOrder(ctx, fresh); err != nil {
			return err
		}
		return l.SaveToken(ctx, key, fresh.ID)
	})
	return order, err
}

// newOrder draws the ids of an order and of its first payment.
func (c *Cashier) newOrder(p Product, want Purchase) (Order, error) {
	id, err := NewToken(c.cfg.Random)
	if err != nil {
		return Order{}, err
	}
	now := c.cfg.Now()
	order := Order{
		ID: OrderID(id), Version: 1, Price: p.Price, Method: p.Method, CreatedAt: now, UpdatedAt: now,
		Customer: want.Customer, Browser: browserHash(want.Browser),
		Item: Item{Slug: p.Slug, Name: p.Name, Description: p.Description, Image: p.Image},
	}
	payment, err := c.newPayment(order.Price, p.CheckoutID)
	if err != nil {
		return Order{}, err
	}
	return order.with(payment), nil
}

func (c *Cashier) newPayment(price Money, checkout string) (Payment, error) {
	id, err := NewToken(c.cfg.Random)
	if err != nil {
		return Payment{}, err
	}
	g, now := c.cfg.Gateways[0], c.cfg.Now()
	return Payment{
		ID: PaymentID(id), Provider: g.Provider(), Environment: g.Environment(), Price: price, CheckoutID: checkout,
		Standing: Standing{State: Opening}, CreatedAt: now,
	}.scheduled(now), nil
}

// begin asks the provider for the payment. The call outlives the request that
// caused it, and is still logged as that one's: a buyer who leaves must not
// leave an orphan behind.
func (c *Cashier) begin(ctx context.Context, o Order, p Payment) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(c.closing, cancel)
	answered := make(chan struct{})
	c.mu.Lock()
	c.opening[p.ID] = answered
	c.mu.Unlock()
	c.openings.Go(func() {
		defer func() {
			c.mu.Lock()
			delete(c.opening, p.ID)
			c.mu.Unlock()
			close(answered)
		}()
		defer cancel()
		defer stop()
		c.open(ctx, o, p)
	})
}

// open calls the provider and settles what it says.
func (c *Cashier) open(ctx context.Context, o Order, p Payment) {
	log := c.cfg.Logger.With("order", o.ID, "payment", p.ID)
	ev, err := c.ask(ctx, o, p)
	if err != nil {
		log.ErrorContext(ctx, "opening a payment failed", "error", err)
		ev = p.concludeOpening(err)
	}
	// The answer is worth keeping even when the till is closing.
	if _, err := c.Settle(context.WithoutCancel(ctx), ev); err != nil {
		log.ErrorContext(ctx, "an opened payment could not be stored; it will be looked for", "error", err)
	}
}

// ask makes the call itself and refuses an answer about something else.
func (c *Cashier) ask(ctx context.Context, o Order, p Payment) (Evidence, error) {
	s, ok := c.source(p)
	if !ok {
		return Evidence{}, &ProviderError{Problem: Refused, Err: errors.New("no gateway for this payment")}
	}
	return s.gateway.Open(ctx, OpenRequest{
		OrderID: o.ID, PaymentID: p.ID, Price: p.Price, CheckoutID: p.CheckoutID, Customer: o.Customer,
		Name: o.Item.Name, Description: o.Item.Description,
		SuccessURL: c.cfg.PublicURL + "/success?order=" + string(o.ID),
		CancelURL:  c.cfg.PublicURL + "/cancel?order=" + string(o.ID),
	})
}

// concludeOpening says what a failed opening means: a clear refusal is the end
// of the payment, anything else leaves it open to be found.
func (p Payment) concludeOpening(err error) Evidence {
	var failure *ProviderError
	if errors.As(err, &failure) && failure.Clear() {
		return p.conclude(Failed, NoException, failure.Problem)
	}
	return p.conclude(Opening, NoException, Unanswered)
}

// await returns the order as it stands once its opening is answered, or as it
// stands when patience runs out.
func (c *Cashier) await(ctx context.Context, o Order) (Order, error) {
	c.mu.Lock()
	answered, busy := c.opening[o.Current().ID]
	c.mu.Unlock()
	if !busy {
		return c.cfg.Store.FindOrder(ctx, o.ID)
	}
	patience := time.NewTimer(c.cfg.Patience)
	defer patience.Stop()
	select {
	case <-answered:
	case <-patience.C:
	case <-ctx.Done():
	}
	return c.cfg.Store.FindOrder(ctx, o.ID)
}
