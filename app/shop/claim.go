package shop

import "context"

// MadeBy reports whether the browser with this secret made the order.
func (o Order) MadeBy(browser string) bool {
	return browser != "" && o.Browser == browserHash(browser)
}

// Claim makes a guest's order a customer's. Only the browser that made the
// order may, and only while nobody owns it: an order's address may be shared.
// Claiming one's own order again changes nothing.
func (c *Cashier) Claim(ctx context.Context, id OrderID, by Customer, browser string) (Order, error) {
	var refused error
	order, err := c.update(ctx, id, func(o Order) Order {
		refused = nil
		switch {
		case o.Customer.ID == by.ID:
		case o.Customer.Known() || !o.MadeBy(browser):
			refused = Errorf(Forbidden, "This order can only be added to an account in the browser it was made in, and only once.")
		default:
			o.Customer = by
			o.Version++
			o.UpdatedAt = c.cfg.Now()
		}
		return o
	})
	if err != nil {
		return Order{}, err
	}
	return order, refused
}
