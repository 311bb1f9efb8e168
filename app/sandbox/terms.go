package sandbox

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"strings"

	"github.com/gofiber/fiber/v2"

	"till/app/sandbox/ledger"
)

// chargeRequest is what a merchant sends; unknown fields are ignored.
type chargeRequest struct {
	offerRequest
	Metadata    json.RawMessage `json:"metadata"`
	RedirectURL string          `json:"redirect_url"`
	CancelURL   string          `json:"cancel_url"`
	CheckoutID  string          `json:"checkout_id"`
}

// readTerms reads and checks the body of a new charge.
func (s *Sandbox) readTerms(c *fiber.Ctx) (ledger.Terms, error) {
	var r chargeRequest
	if err := readBody(c, &r, "a charge"); err != nil {
		return ledger.Terms{}, err
	}
	if err := r.check(s.shapeOf(r.Metadata)); err != nil {
		return ledger.Terms{}, err
	}
	price, err := r.price()
	if err != nil {
		return ledger.Terms{}, err
	}
	id, err := s.checkoutOf(c, r.CheckoutID)
	if err != nil {
		return ledger.Terms{}, err
	}
	return ledger.Terms{
		Name: r.Name, Description: r.Description, LogoURL: r.LogoURL, PricingType: r.PricingType, Price: price,
		Metadata: r.Metadata, RedirectURL: r.RedirectURL, CancelURL: r.CancelURL, CheckoutID: id,
	}, nil
}

// readBody reads the JSON of what. A body that does not say it is JSON is not
// read, so that everything in it is missing.
func readBody(c *fiber.Ctx, into any, what string) error {
	if body := c.Body(); isJSON(c) && len(body) > 0 {
		if err := json.Unmarshal(body, into); err != nil {
			return invalid("The request body is not the JSON of %s.", what)
		}
	}
	return nil
}

func (r *chargeRequest) check(shape ledger.Shape) error {
	return cmp.Or(
		r.offerRequest.check(shape),
		checkLink("redirect_url", r.RedirectURL),
		checkLink("cancel_url", r.CancelURL),
		r.checkMetadata(),
	)
}

func (r *chargeRequest) checkMetadata() error {
	if len(r.Metadata) == 0 || string(r.Metadata) == "null" {
		r.Metadata = json.RawMessage("{}")
	}
	if !bytes.HasPrefix(r.Metadata, []byte("{")) {
		return unfit("metadata must be an object")
	}
	return checkShape(r.Metadata)
}

// checkoutOf checks the checkout that a new charge names; none is fine.
func (s *Sandbox) checkoutOf(c *fiber.Ctx, id string) (string, error) {
	if id == "" {
		return "", nil
	}
	found, err := ledger.FindCheckout(c.UserContext(), s.db.Read(), strings.ToLower(id))
	if errors.Is(err, ledger.ErrNotFound) {
		return "", invalid("checkout_id is not the id of a checkout.")
	}
	if err != nil {
		return "", err
	}
	return found.ID, nil
}
