package sandbox

import (
	"context"

	"till/app/database"
	"till/app/sandbox/ledger"
)

// viewInvoice shows the invoice with that code or id to its customer: it is
// VIEWED from now on, with a charge to pay and with a new one when the last has
// ended unpaid. The charge is nil when nobody has to pay any more.
func (s *Sandbox) viewInvoice(ctx context.Context, ref string) (*ledger.Charge, *ledger.Invoice, error) {
	shape := s.shapeOf(nil)
	var charge *ledger.Charge
	var invoice *ledger.Invoice
	err := s.write(ctx, func(ctx context.Context, tx database.Tx) error {
		var err error
		if invoice, err = ledger.FindInvoice(ctx, tx, ref); err != nil {
			return err
		}
		charge, err = s.chargeFor(ctx, tx, invoice, shape)
		return err
	})
	return charge, invoice, err
}

// chargeFor finds the charge that pays the invoice, or opens one.
func (s *Sandbox) chargeFor(ctx context.Context, tx database.Tx, invoice *ledger.Invoice, shape ledger.Shape) (*ledger.Charge, error) {
	charge, err := s.lastChargeOf(ctx, tx, invoice)
	if err != nil || invoice.Closed() {
		return nil, err
	}
	if charge == nil || charge.Replaceable() {
		if charge, err = s.openIn(ctx, tx, shape, invoice.Terms()); err != nil {
			return nil, err
		}
	}
	invoice.View(charge.ID, s.clock.Now())
	return charge, ledger.UpdateInvoice(ctx, tx, invoice)
}

// lastChargeOf brings the invoice's charge, and with it the invoice, up to
// date; nil when there is none.
func (s *Sandbox) lastChargeOf(ctx context.Context, tx database.Tx, invoice *ledger.Invoice) (*ledger.Charge, error) {
	if invoice.ChargeID == "" {
		return nil, nil //nolint:nilnil // nobody looked yet
	}
	charge, err := ledger.Find(ctx, tx, invoice.ChargeID)
	if err != nil {
		return nil, err
	}
	charge.Tick(s.clock.Now())
	if err := s.keep(ctx, tx, charge); err != nil {
		return nil, err
	}
	invoice.Follow(charge, s.clock.Now())
	return charge, nil
}

// followInvoice writes down when c has paid its invoice.
func (s *Sandbox) followInvoice(ctx context.Context, tx database.Tx, c *ledger.Charge) error {
	if c.Terms.InvoiceID == "" {
		return nil
	}
	invoice, err := ledger.FindInvoice(ctx, tx, c.Terms.InvoiceID)
	if err != nil || !invoice.Follow(c, s.clock.Now()) {
		return err
	}
	return ledger.UpdateInvoice(ctx, tx, invoice)
}
