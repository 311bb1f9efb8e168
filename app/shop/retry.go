package shop

import "context"

// Retry asks for a fresh payment of an order whose earlier ones came to
// nothing. A second click finds the fresh one and returns it. It costs what the
// order was made for or, with [CashierConfig.TodaysPrice], what its product
// costs at this moment; then it returns [Unavailable] while nobody tells. Where
// that is not the price the buyer was shown, written as [Money.String] writes
// it, nothing is asked for and a [Conflict] names the right one; "" is any
// price. An order that was tried too often is a [Conflict], too.
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
	order, err := c.update(ctx, id, func(o Order) Order {
		if refused = o.refuseRetry(o.priceOf(today), shown); refused != nil || !o.Retryable() {
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
	if err == nil {
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
// it with: the product is gone, is priced in another currency, or is paid by
// another checkout.
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
