package web

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"till/app/page"
	"till/app/shop"
)

// accountPage is GET /account.
type accountPage struct {
	page.Frame
	Username string
	Notice   string
	Orders   accountOrders
}

// accountOrders is the fragment with a customer's orders. It asks for itself.
type accountOrders struct {
	Lines  []orderLine
	Moving bool // so it asks often
}

// orderLine is one of a customer's orders.
type orderLine struct {
	ID        shop.OrderID
	State     shop.State
	Item      shop.Item
	Price     shop.Money
	Refunded  string
	Words     words
	CreatedAt time.Time
}

const (
	// ordersShown is how many of the newest orders a customer is shown.
	ordersShown = 50
	// movingFor is how long after an order was made news of it are likely: a
	// provider stops telling about a payment after a week.
	movingFor = 7 * 24 * time.Hour
)

// accountNotices are what a visitor is told who was sent to the account.
var accountNotices = map[string]string{
	"password": "Your password is changed, and every other browser was logged out.",
}

// handleAccountShow handles GET /account: the customer's own orders.
func (s *Site) handleAccountShow(c *fiber.Ctx, who visitor) error {
	orders, err := s.accountOrders(c, who)
	if err != nil {
		return err
	}
	data := accountPage{
		Frame: s.frame(who.account.Customer(), "Your account"), Username: who.account.Username,
		Notice: accountNotices[c.Query("done")], Orders: orders,
	}
	if orders.Moving {
		data.Refresh = refreshEvery
	}
	return s.cfg.Pages.Send(c, fiber.StatusOK, "account/account", data)
}

// handleAccountOrders handles GET /account/orders: the fragment alone, which
// the page asks for again and again.
func (s *Site) handleAccountOrders(c *fiber.Ctx, who visitor) error {
	orders, err := s.accountOrders(c, who)
	if err != nil {
		return err
	}
	return s.cfg.Pages.Send(c, fiber.StatusOK, "account/orders", orders)
}

func (s *Site) accountOrders(c *fiber.Ctx, who visitor) (accountOrders, error) {
	own, err := s.cfg.Orders.ListOrdersOf(c.UserContext(), who.account.ID, ordersShown)
	var all accountOrders
	for _, o := range own {
		line := orderLine{ID: o.ID, State: o.State(), Item: o.Item, Price: o.PriceNow(), Words: wordsFor(o), CreatedAt: o.CreatedAt}
		if sum := sentBack(o); sum.Known() {
			line.Refunded = sum.String()
		}
		all.Lines = append(all.Lines, line)
		if o.MayChange() && s.cfg.Now().Sub(o.CreatedAt) < movingFor {
			all.Moving = true
		}
	}
	return all, err
}
