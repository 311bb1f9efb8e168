package sandbox

import (
	"context"
	"errors"

	"github.com/gofiber/fiber/v2"

	"till/app/database"
	"till/app/sandbox/ledger"
)

// handleInvoiceCreate handles POST /commerce/invoices.
func (s *Sandbox) handleInvoiceCreate(c *fiber.Ctx) error {
	bill, err := readBill(c)
	if err != nil {
		return err
	}
	id, err := s.names.id()
	if err != nil {
		return err
	}
	code, err := s.names.code()
	if err != nil {
		return err
	}
	invoice := ledger.Billed(id, code, bill, s.clock.Now())
	err = s.db.Write(c.UserContext(), func(ctx context.Context, tx database.Tx) error {
		return ledger.InsertInvoice(ctx, tx, invoice)
	})
	if err != nil {
		return err
	}
	return send(c, fiber.StatusCreated, envelope{Data: s.view.Invoice(invoice, nil)})
}

// handleInvoiceShow handles GET /commerce/invoices/{code or id}.
func (s *Sandbox) handleInvoiceShow(c *fiber.Ctx) error {
	invoice, err := ledger.FindInvoice(c.UserContext(), s.db.Read(), ref(c))
	if err != nil {
		return err
	}
	return s.sendInvoice(c, invoice)
}

func (s *Sandbox) sendInvoice(c *fiber.Ctx, invoice *ledger.Invoice) error {
	resource, err := s.invoiceResource(c.UserContext(), invoice)
	if err != nil {
		return err
	}
	return send(c, fiber.StatusOK, envelope{Data: resource})
}

// invoiceResource shows an invoice with the charge that its viewer got.
func (s *Sandbox) invoiceResource(ctx context.Context, invoice *ledger.Invoice) (any, error) {
	if invoice.ChargeID == "" {
		return s.view.Invoice(invoice, nil), nil
	}
	charge, err := ledger.Find(ctx, s.db.Read(), invoice.ChargeID)
	if err != nil {
		return nil, err
	}
	return s.view.Invoice(invoice, charge), nil
}

// handleInvoiceList handles GET /commerce/invoices.
func (s *Sandbox) handleInvoiceList(c *fiber.Ctx) error {
	ask, err := readQuery(c)
	if err != nil {
		return err
	}
	page, err := ledger.ListInvoicePage(c.UserContext(), s.db.Read(), ask)
	if errors.Is(err, ledger.ErrNotFound) {
		return invalid("The cursor is not the id of an invoice.")
	}
	if err != nil {
		return err
	}
	shown := map[string]any{}
	for _, invoice := range page.Items {
		if shown[invoice.ID], err = s.invoiceResource(c.UserContext(), invoice); err != nil {
			return err
		}
	}
	return send(c, fiber.StatusOK, pageOf(s.cfg.PublicURL+"/commerce/invoices", ask, page, func(invoice *ledger.Invoice) (string, any) {
		return invoice.ID, shown[invoice.ID]
	}))
}

// handleInvoiceVoid handles POST and PUT /commerce/invoices/{code or id}/void.
// With the invoice goes the charge its customer was shown, if nothing was paid
// on it yet: nobody shall pay what was taken back.
func (s *Sandbox) handleInvoiceVoid(c *fiber.Ctx) error {
	var invoice *ledger.Invoice
	err := s.write(c.UserContext(), func(ctx context.Context, tx database.Tx) error {
		var err error
		if invoice, err = ledger.FindInvoice(ctx, tx, ref(c)); err != nil {
			return err
		}
		charge, err := s.lastChargeOf(ctx, tx, invoice)
		if err != nil {
			return err
		}
		if err := invoice.Void(s.clock.Now()); err != nil {
			return err
		}
		if err := ledger.UpdateInvoice(ctx, tx, invoice); err != nil {
			return err
		}
		// What cannot be canceled is over, or money is on its way.
		if charge != nil && charge.Cancel(s.clock.Now()) == nil {
			return s.keep(ctx, tx, charge)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.sendInvoice(c, invoice)
}

// handleInvoiceResolve handles POST and PUT /commerce/invoices/{code or id}/resolve:
// the merchant takes what was paid, with its problem, for enough.
func (s *Sandbox) handleInvoiceResolve(c *fiber.Ctx) error {
	invoice, err := ledger.FindInvoice(c.UserContext(), s.db.Read(), ref(c))
	if err != nil {
		return err
	}
	if err := invoice.Resolvable(); err != nil {
		return err
	}
	_, err = s.change(c.UserContext(), invoice.ChargeID, func(charge *ledger.Charge) error {
		return charge.Resolve(s.clock.Now())
	})
	if err != nil {
		return err
	}
	if invoice, err = ledger.FindInvoice(c.UserContext(), s.db.Read(), invoice.ID); err != nil {
		return err
	}
	return s.sendInvoice(c, invoice)
}
