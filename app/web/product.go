package web

import (
	"github.com/gofiber/fiber/v2"

	"till/app/page"
	"till/app/shop"
)

// productCard is one product with the form that buys it.
type productCard struct {
	shop.Product
	Token string // makes a repeated click the same order
}

// productsPage is GET /.
type productsPage struct {
	page.Frame
	Cards []productCard
}

// productPage is GET /products/{slug}.
type productPage struct {
	page.Frame
	Card productCard
}

// handleProductList handles GET /: every product on a card.
func (s *Site) handleProductList(c *fiber.Ctx) error {
	if _, err := s.browser(c); err != nil {
		return err
	}
	who, err := s.customer(c)
	if err != nil {
		return err
	}
	data := productsPage{Frame: s.frame(who, "Shop")}
	for _, p := range s.cfg.Shelf.List(c.UserContext()) {
		if p.Method == shop.MethodCheckout {
			s.allowFrame(c)
		}
		card, err := s.card(p)
		if err != nil {
			return err
		}
		data.Cards = append(data.Cards, card)
	}
	return s.cfg.Pages.Send(c, fiber.StatusOK, "shop/products", data)
}

// handleProductShow handles GET /products/{slug}: one card.
func (s *Site) handleProductShow(c *fiber.Ctx) error {
	p, err := s.cfg.Shelf.Find(c.UserContext(), shop.Slug(c.Params("slug")))
	if err != nil {
		return err
	}
	if p.Method == shop.MethodCheckout {
		s.allowFrame(c)
	}
	if _, err := s.browser(c); err != nil {
		return err
	}
	who, err := s.customer(c)
	if err != nil {
		return err
	}
	card, err := s.card(p)
	if err != nil {
		return err
	}
	return s.cfg.Pages.Send(c, fiber.StatusOK, "shop/product", productPage{Frame: s.frame(who, p.Name), Card: card})
}

func (s *Site) card(p shop.Product) (productCard, error) {
	token, err := shop.NewToken(s.cfg.Random)
	return productCard{Product: p, Token: token}, err
}
