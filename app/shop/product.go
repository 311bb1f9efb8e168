package shop

// Method is how a product is paid.
type Method string

// The two ways to be paid through Coinbase Commerce.
const (
	MethodCharge   Method = "charge"   // a fresh charge for each order
	MethodCheckout Method = "checkout" // a fixed checkout, hosted or embedded
)

// Product is what is sold, as the configuration describes it today.
type Product struct {
	Slug        Slug
	Name        string
	Description string
	Price       Money
	Method      Method
	CheckoutID  string // whose name and price count; "" where the configuration's do
	Image       string // path under public/img
}

// Catalog is the shop's products in the order they are shown.
type Catalog []Product

// Find returns the product with that slug, or a [NotFound] error.
func (c Catalog) Find(slug Slug) (Product, error) {
	for _, p := range c {
		if p.Slug == slug {
			return p, nil
		}
	}
	return Product{}, Errorf(NotFound, "We do not sell that. It may have been taken off the shelf.")
}
