package shop

import "context"

// Retry asks for a fresh payment of an order whose earlier ones came to
// nothing. A second click finds the fresh one and returns it. It costs what the
// order was made for or, with [CashierConfig.TodaysPrice], what [Shelf.Quote]
// says; then it returns [Unavailable] while nobody tells today's price.
func (c *Cashier) Retry(ctx context.Context, id OrderID) (Order, error) {
	fresh, err := c.newPayment(Money{}, "")
	if err != nil {
		return Order{}, err
	}
	today, err := c.productToday(ctx, id)
	if err != nil {
		return Order{}, err
	}
	order, err := c.update(ctx, id, func(o Order) Order {
		if !o.Retryable() {
			return o
		}
		p := fresh
		p.Price, p.CheckoutID = o.priceOf(today), o.Current().CheckoutID
		after, _ := step(o, o.with(p), c.cfg.Now())
		return after
	})
	if err != nil {
		return Order{}, err
	}
	if p, ok := order.Payment(fresh.ID); ok {
		c.begin(ctx, order, p)
	}
	return c.await(ctx, order)
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
// as far as the shelf knows it without being sure; see [Shelf.Find].
func (s *Shelf) Quote(ctx context.Context, o Order) Money {
	today, err := s.Find(ctx, o.Item.Slug)
	if err != nil {
		return o.Price // it is no longer sold
	}
	return o.priceOf(today)
}
