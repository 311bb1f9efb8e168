package shop

import (
	"context"
	"fmt"
)

// Retry asks for a fresh payment of an order whose earlier ones came to
// nothing. A second click finds the fresh one and returns it. It costs what the
// order was made for or, with [CashierConfig.TodaysPrice], what its product
// costs at this moment; then it returns [Unavailable] while nobody tells. Where
// that is not the price the buyer was shown, written as [Money.String] writes
// it, nothing is asked for and a [Conflict] names the right one; "" is any
// price. An order that was tried too often is a [Conflict], too, and so
// is one that nobody can be asked to pay in its currency any more.
func (c *Cashier) Retry(ctx context.Context, id OrderID, shown string) (Order, error) {
	fresh, err := c.newPayment(Money{}, "")
	if err != nil {
		return Order{}, err
	}
	today, err := c.productToday(ctx, id)
	if err != nil {
		return Order{}, err
	}
	var refused error
	var outdated bool
	order, err := c.update(ctx, id, func(o Order) Order {
		refused, outdated = o.refuseRetry(o.priceOf(today), shown), o.Retryable() && c.outdated(o, today)
		if outdated || refused != nil || !o.Retryable() {
			return o
		}
		p := fresh
		p.Price = o.priceOf(today)
		if last := o.Current(); last.Provider == p.Provider { // another one knows nothing of it
			p.CheckoutID = last.CheckoutID
		}
		after, _ := step(o, o.with(p), c.cfg.Now())
		return after
	})
	switch {
	case err != nil:
	case outdated:
		err = c.refuseCurrency(ctx, order)
	default:
		err = refused
	}
	if err != nil {
		return Order{}, err
	}
	if p, ok := order.Payment(fresh.ID); ok {
		c.begin(ctx, order, p)
	}
	return c.await(ctx, order)
}

// refuseRetry says why the order is not tried again at that price.
func (o Order) refuseRetry(price Money, shown string) error {
	switch {
	case o.Spent():
		return Errorf(Conflict, "This order has been tried %d times, which is as often as it can be. Nothing was charged; please start a new order in the shop.", maxTries)
	case o.Retryable() && shown != "" && shown != price.String():
		return Errorf(Conflict, "The price has changed and is now %s. Nothing was charged; try again to pay that.", price)
	}
	return nil
}

// outdated reports whether nobody can be asked to pay in the order's currency any
// more: who takes new payments does not take it, or the price of today that
// counts is in another one.
func (c *Cashier) outdated(o Order, today Product) bool {
	takes := c.cfg.Takes == nil || c.cfg.Takes(o.Price.Currency)
	return !takes || (today.Sellable() && today.Price.Currency != o.Price.Currency)
}

// refuseCurrency says so, and what can be ordered instead.
func (c *Cashier) refuseCurrency(ctx context.Context, o Order) error {
	p, err := c.cfg.Shelf.Copies().Find(ctx, o.Item.Slug)
	if err != nil || !p.Sellable() || p.Price.Currency == o.Price.Currency {
		return Errorf(Conflict, "The shop no longer takes payments in %s, so this order cannot be tried again. Nothing was charged.", o.Price.Currency)
	}
	return &Error{Code: Conflict, Anew: p.Slug, Message: fmt.Sprintf(
		"%s is priced in %s now, so this order over %s cannot be tried again. Nothing was charged; please order anew.", p.Name, p.Price.Currency, o.Price)}
}

// productToday returns the order's product as it is sold at this moment, where
// that decides the price; else, and when it is sold no more, a zero one.
func (c *Cashier) productToday(ctx context.Context, id OrderID) (Product, error) {
	if !c.cfg.TodaysPrice {
		return Product{}, nil
	}
	order, err := c.cfg.Store.FindOrder(ctx, id)
	if err != nil || !order.Retryable() {
		return Product{}, err
	}
	p, err := c.cfg.Shelf.Take(ctx, order.Item.Slug)
	if ErrorCode(err) == NotFound {
		return Product{}, nil
	}
	return p, err
}

// priceOf is what a fresh payment of the order costs where its product is sold
// like this today. What was agreed still holds when there is nothing to compare
// it with: the product is gone, or is paid by another checkout. Where it is
// priced in another currency there is no fresh payment; see [Cashier.Retry].
func (o Order) priceOf(today Product) Money {
	if today.Price.Currency != o.Price.Currency || today.CheckoutID != o.Current().CheckoutID {
		return o.Price
	}
	return today.Price
}

// Quote returns what a fresh payment of the order would cost at today's price,
// as far as the shelf knows it without asking; see [Copies.Find].
func (s *Shelf) Quote(ctx context.Context, o Order) Money {
	today, err := s.Copies().Find(ctx, o.Item.Slug)
	if err != nil {
		return o.Price // it is no longer sold
	}
	return o.priceOf(today)
}
