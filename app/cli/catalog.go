package cli

import (
	"errors"
	"fmt"

	"till/app/config"
	"till/app/gateway"
	"till/app/shop"
)

// catalog is what the shop sells. The price of a Commerce checkout is the
// provider's to tell; Business has no checkouts of that kind, so its products
// are what the configuration says.
func catalog(cfg config.Config) shop.Catalog {
	all := make(shop.Catalog, len(cfg.Products))
	for i, c := range cfg.Products {
		all[i] = shop.Product{
			Slug: shop.Slug(c.Slug), Name: c.Name, Description: c.Description, Image: c.Image,
			Method: shop.Method(c.Method),
		}
		if all[i].Method == shop.MethodCheckout && !opensBusiness(cfg) {
			all[i].CheckoutID = c.CheckoutID
		} else {
			all[i].Price = shop.Money{Amount: c.Price, Currency: c.Currency}
		}
	}
	return all
}

// opensBusiness reports whether Business takes new payments.
func opensBusiness(cfg config.Config) bool { return cfg.Coinbase.Provider == string(shop.Business) }

// takes says which currencies new payments may be in; nil: any.
func takes(cfg config.Config) func(currency string) bool {
	if opensBusiness(cfg) {
		return gateway.BusinessTakes
	}
	return nil
}

// checkCurrencies refuses a price that Business cannot take: each of its orders
// would fail.
func checkCurrencies(cfg config.Config) error {
	if !opensBusiness(cfg) {
		return nil
	}
	var wrong []error
	for _, p := range cfg.Products {
		if !gateway.BusinessTakes(p.Currency) {
			wrong = append(wrong, fmt.Errorf("[product %s] currency = %s: Coinbase Business is not sure to take it; "+
				"price the product in USD or USDC, or write provider = commerce in [coinbase]", p.Slug, p.Currency))
		}
	}
	return errors.Join(wrong...)
}
