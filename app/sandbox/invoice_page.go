package sandbox

import (
	"github.com/gofiber/fiber/v2"

	"till/app/page"
	"till/app/sandbox/ledger"
)

// invoicePage tells of an invoice that nobody has to pay any more.
type invoicePage struct {
	page.Frame
	Code, Business, Memo string
	Local, Currency      string
	Status               string
	Paid                 bool
}

// handleInvoicePage handles GET /invoices/{code}: the customer is taken to the
// charge that pays it.
func (s *Sandbox) handleInvoicePage(c *fiber.Ctx) error {
	charge, invoice, err := s.viewInvoice(c.UserContext(), ref(c))
	if err != nil {
		return err
	}
	if charge != nil {
		return c.Redirect(charge.HostedPath(), fiber.StatusSeeOther)
	}
	bill := invoice.Bill
	return s.pages.Send(c, fiber.StatusOK, "sandbox/invoice", invoicePage{
		Frame: s.pages.Frame("Invoice " + invoice.Code), Code: invoice.Code, Business: bill.BusinessName, Memo: bill.Memo,
		Local: ledger.Amount(bill.Price.Amount), Currency: bill.Price.Currency,
		Status: string(invoice.Status), Paid: invoice.Status == ledger.InvoicePaid,
	})
}
