package sandbox

import (
	"encoding/json"
	"net/url"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"till/app/page"
	"till/app/sandbox/ledger"
)

// embedded is what every page in a frame knows: the page around it, whom its
// script tells what happens here.
type embedded struct {
	page.Frame
	Caller caller
	Code   string // of the charge, once there is one
	Events string // what to tell at once
}

type embedCheckoutPage struct {
	embedded
	Item checkoutItem
}

type embedChargePage struct {
	embedded
	Charge hostedCharge
}

type embedErrorPage struct {
	embedded
	Message string
}

const (
	embedCheckoutPath = "/embed/checkout/"
	embedChargePath   = "/embed/charges/"

	maxCustom = 4096 // characters
)

func (s *Sandbox) embed(c *fiber.Ctx, title, code string) embedded {
	return embedded{Frame: s.pages.Frame(title), Caller: s.callerOf(c), Code: code}
}

// handleEmbedCheckout handles GET /embed/checkout/{id}. Opening the frame makes
// no charge yet: a page that opens and closes it ten times has none to expire.
func (s *Sandbox) handleEmbedCheckout(c *fiber.Ctx) error {
	checkout, err := s.findCheckout(c)
	if err != nil {
		return err
	}
	if _, err := readCustom(c); err != nil {
		return err
	}
	frame := s.embed(c, checkoutTitle(checkout), "")
	begin := frame.Caller.values()
	if custom := c.Context().QueryArgs(); custom.Has("custom") {
		begin.Set("custom", string(custom.Peek("custom")))
	}
	item := itemOf(checkout, embedCheckoutPath+checkout.ID+asQuery(begin))
	return s.pages.Send(c, fiber.StatusOK, "sandbox/embed_checkout", embedCheckoutPage{frame, item})
}

// handleEmbedBegin handles POST /embed/checkout/{id}.
func (s *Sandbox) handleEmbedBegin(c *fiber.Ctx) error {
	checkout, err := s.findCheckout(c)
	if err != nil {
		return err
	}
	metadata, err := readCustom(c)
	if err != nil {
		return err
	}
	charge, err := s.open(c.UserContext(), checkout.Terms(metadata))
	if err != nil {
		return err
	}
	return c.Redirect(embedChargePath+charge.Code+asQuery(s.callerOf(c).values()), fiber.StatusSeeOther)
}

// readCustom reads the text that the page around the frame wants to find again
// in the charge's metadata, as it was typed. Whose text it is nobody knows.
func readCustom(c *fiber.Ctx) (json.RawMessage, error) {
	args := c.Context().QueryArgs()
	if !args.Has("custom") {
		return json.RawMessage("{}"), nil
	}
	custom := string(args.Peek("custom"))
	if !utf8.ValidString(custom) || utf8.RuneCountInString(custom) > maxCustom {
		return nil, invalid("custom must be text of at most %d characters.", maxCustom)
	}
	return json.Marshal(map[string]string{"custom": custom})
}

// handleEmbedCharge handles GET /embed/charges/{code}.
func (s *Sandbox) handleEmbedCharge(c *fiber.Ctx) error {
	charge, err := s.findEmbedded(c)
	if err != nil {
		return err
	}
	h, err := s.embedded(c, charge)
	if err != nil {
		return err
	}
	frame := s.embed(c, "Pay "+h.Local+" "+h.Currency, h.Code)
	return s.pages.Send(c, fiber.StatusOK, "sandbox/embed_charge", embedChargePage{frame, h})
}

// handleEmbedStatus handles GET /embed/charges/{code}/status, the fragment.
func (s *Sandbox) handleEmbedStatus(c *fiber.Ctx) error {
	charge, err := s.findEmbedded(c)
	if err != nil {
		return err
	}
	if s.shows(c, charge) {
		return c.SendStatus(fiber.StatusNoContent)
	}
	h, err := s.embedded(c, charge)
	if err != nil {
		return err
	}
	return s.pages.Send(c, fiber.StatusOK, "sandbox/charge_status", h)
}

// findEmbedded finds the charge of a frame, which goes by its code alone.
func (s *Sandbox) findEmbedded(c *fiber.Ctx) (*ledger.Charge, error) {
	if byID(c.Path()) {
		return nil, ledger.ErrNotFound
	}
	return ledger.Find(c.UserContext(), s.db.Read(), ref(c))
}

// embedded prepares a charge for the frame, where no link may lead away.
func (s *Sandbox) embedded(c *fiber.Ctx, charge *ledger.Charge) (hostedCharge, error) {
	h, err := s.hosted(charge, place{embedChargePath + charge.Code, s.callerOf(c).values()}, c.Query("coin"))
	if err != nil {
		return hostedCharge{}, err
	}
	h.LeaveURL, h.Leaving = "", false
	if s.current().EmbedMessages {
		h.Events = messagesOf(h.Stage)
	}
	return h, nil
}

// handleEmbedPay handles POST /embed/charges/{code}/pay.
func (s *Sandbox) handleEmbedPay(c *fiber.Ctx) error { return s.changeEmbedded(c, s.payByBuyer(c)) }

// handleEmbedCancel handles POST /embed/charges/{code}/cancel.
func (s *Sandbox) handleEmbedCancel(c *fiber.Ctx) error {
	return s.changeEmbedded(c, s.cancelByBuyer())
}

func (s *Sandbox) changeEmbedded(c *fiber.Ctx, do func(*ledger.Charge) error) error {
	if byID(c.Path()) {
		return ledger.ErrNotFound
	}
	charge, err := s.changeByBuyer(c, do)
	if err != nil {
		return err
	}
	query := s.callerOf(c).values()
	keepCoin(query, c, charge)
	return c.Redirect(embedChargePath+charge.Code+asQuery(query), fiber.StatusSeeOther)
}

// answerEmbedError answers inside the frame, and tells the page around it when
// there is nothing here.
func (s *Sandbox) answerEmbedError(c *fiber.Ctx, status int) error {
	title, message := page.Words(status)
	failed := embedErrorPage{s.embed(c, title, ""), message}
	if status == fiber.StatusNotFound {
		failed.Message = "There is no such checkout or charge. Please close this and tell the shop."
		failed.Code, failed.Events = codeIn(c.Path()), messageNotFound
	}
	return s.pages.Send(c, status, "sandbox/embed_error", failed)
}

// asQuery writes values behind a path, "" for none.
func asQuery(values url.Values) string {
	if len(values) == 0 {
		return ""
	}
	return "?" + values.Encode()
}
