package web

import (
	"context"
	"errors"

	"github.com/gofiber/fiber/v2"

	"till/app/page"
	"till/app/shop"
)

// orderPage is GET /orders/{id} and the two pages a provider sends a buyer
// back to.
type orderPage struct {
	page.Frame
	orderView
	Notice  string    // said above the order while it is still open
	Refusal string    // why what the visitor asked for was not done
	Anew    shop.Slug // what he can order instead; "" if nothing is known
	Owner   owner
}

// refreshEvery is how often, in seconds, a page without scripts loads again
// while its order may change.
const refreshEvery = 5

// handleOrderCreate handles POST /orders: the buyer's wish. Htmx gets the
// fragment that waits for the payment, a plain form is sent to its page.
func (s *Site) handleOrderCreate(c *fiber.Ctx) error {
	browser, err := s.browser(c)
	if err != nil {
		return err
	}
	want := shop.Purchase{
		Product: shop.Slug(c.FormValue("product")),
		Method:  shop.Method(c.FormValue("method")),
		Browser: browser,
	}
	if want.Customer, err = s.customer(c); err != nil {
		return err
	}
	if want.Product == "" {
		return shop.Errorf(shop.Invalid, "Nothing was chosen. Please pick a product and try again.")
	}
	if token := c.FormValue("token"); shop.ValidToken(token) {
		want.Token = token
	}
	order, err := s.cfg.Cashier.Open(c.UserContext(), want)
	if err != nil {
		return err
	}
	return s.answerOrder(c, order)
}

// handleOrderRetry handles POST /orders/{id}/payments: try again. The form says
// at which price; where that has changed since the page was shown, the buyer is
// shown the new one first.
func (s *Site) handleOrderRetry(c *fiber.Ctx) error {
	shown := c.FormValue("price")
	return s.changeOrder(c, func(ctx context.Context, id shop.OrderID) (shop.Order, error) {
		return s.cfg.Cashier.Retry(ctx, id, shown)
	})
}

// handleOrderCancel handles POST /orders/{id}/cancel: give up.
func (s *Site) handleOrderCancel(c *fiber.Ctx) error {
	return s.changeOrder(c, s.cfg.Cashier.Cancel)
}

// handleOrderShow handles GET /orders/{id}: the page, or for a program JSON.
func (s *Site) handleOrderShow(c *fiber.Ctx) error {
	order, err := s.findOrder(c, c.Params("id"))
	if err != nil {
		return err
	}
	c.Vary(fiber.HeaderAccept)
	if wantsJSON(c) {
		refund, err := s.cfg.Fragments.refund(c.UserContext(), order)
		if err != nil {
			return err
		}
		return sendJSON(c, fiber.StatusOK, s.orderJSON(order, refund))
	}
	return s.sendOrder(c, order, "")
}

// handleOrderStatus handles GET /orders/{id}/status: the fragment alone, for
// polling and for healing a page that slept.
func (s *Site) handleOrderStatus(c *fiber.Ctx) error {
	order, err := s.findOrder(c, c.Params("id"))
	if err != nil {
		return err
	}
	s.refreshPrice(c, order)
	view, err := s.cfg.Fragments.view(c.UserContext(), order, false)
	if err != nil {
		return err
	}
	return s.cfg.Pages.Send(c, fiber.StatusOK, "fragments/order_status", view)
}

// answerOrder answers a form: htmx with what takes the page's place, anybody
// else with the way to it.
func (s *Site) answerOrder(c *fiber.Ctx, o shop.Order) error {
	path := "/orders/" + string(o.ID)
	if !page.IsHTMX(c) {
		return c.Redirect(path, fiber.StatusSeeOther)
	}
	c.Set("HX-Push-Url", path)
	data, err := s.orderPage(c, o)
	if err != nil {
		return err
	}
	return s.cfg.Pages.Send(c, fiber.StatusOK, "shop/order_body", data)
}

func (s *Site) sendOrder(c *fiber.Ctx, o shop.Order, notice string) error {
	data, err := s.orderPage(c, o)
	if err != nil {
		return err
	}
	data.Notice = notice
	return s.cfg.Pages.Send(c, fiber.StatusOK, "shop/order", data)
}

// orderPage prepares the page of an order for its visitor.
func (s *Site) orderPage(c *fiber.Ctx, o shop.Order) (orderPage, error) {
	s.allowFrameOf(c, o)
	who, own, err := s.owner(c, o)
	if err != nil {
		return orderPage{}, err
	}
	s.refreshPrice(c, o)
	view, err := s.cfg.Fragments.view(c.UserContext(), o, false)
	if err != nil {
		return orderPage{}, err
	}
	data := orderPage{Frame: s.frame(who, view.PageTitle), orderView: view, Owner: own}
	if o.MayChange() {
		data.Refresh = refreshEvery
	}
	return data, nil
}

// refreshPrice looks what the order's checkout costs today, where its page tells
// that and it has not been asked for lately. The frames of the page then know it.
func (s *Site) refreshPrice(c *fiber.Ctx, o shop.Order) {
	if _, embeds := o.Embeddable(); embeds || o.Retryable() {
		_, _ = s.cfg.Shelf.Find(c.UserContext(), o.Item.Slug) // it is sold no more: nothing to look at
	}
}

// findOrder finds an order by what a visitor typed.
func (s *Site) findOrder(c *fiber.Ctx, id string) (shop.Order, error) {
	if !shop.ValidToken(id) {
		return shop.Order{}, fiber.ErrNotFound
	}
	order, err := s.cfg.Orders.FindOrder(c.UserContext(), shop.OrderID(id))
	if shop.ErrorCode(err) == shop.NotFound {
		return shop.Order{}, fiber.ErrNotFound
	}
	return order, err
}

// changeOrder runs a change of the order in the path and answers the form.
func (s *Site) changeOrder(c *fiber.Ctx, change func(context.Context, shop.OrderID) (shop.Order, error)) error {
	known, err := s.findOrder(c, c.Params("id"))
	if err != nil {
		return err
	}
	order, err := change(c.UserContext(), known.ID)
	var told *shop.Error
	if errors.As(err, &told) && !wantsJSON(c) {
		return s.refuseOrder(c, known.ID, told)
	}
	if err != nil {
		return err
	}
	return s.answerOrder(c, order)
}

// refuseOrder says why not on the order's own page, which goes on waiting.
func (s *Site) refuseOrder(c *fiber.Ctx, id shop.OrderID, why *shop.Error) error {
	order, err := s.cfg.Orders.FindOrder(c.UserContext(), id)
	if err != nil {
		return err
	}
	data, err := s.orderPage(c, order)
	if err != nil {
		return err
	}
	data.Refusal, data.Anew = why.Message, why.Anew
	name := "shop/order"
	if page.IsHTMX(c) {
		name = "shop/order_body"
	}
	return s.cfg.Pages.Send(c, statuses[why.Code], name, data)
}
