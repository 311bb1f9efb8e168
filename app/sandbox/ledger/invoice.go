package ledger

import (
	"encoding/json"
	"time"
)

// InvoiceStatus is where an invoice is, in the provider's spelling.
type InvoiceStatus string

// The statuses of an invoice.
const (
	InvoiceOpen   InvoiceStatus = "OPEN"
	InvoiceViewed InvoiceStatus = "VIEWED"
	InvoicePaid   InvoiceStatus = "PAID"
	InvoiceVoid   InvoiceStatus = "VOID"
)

// Invoice asks one customer for money. Whoever looks at it gets a charge, and
// a new one when that has ended without a payment.
type Invoice struct {
	ID        string        `json:"id"`
	Code      string        `json:"code"`
	Bill      Bill          `json:"bill"`
	Status    InvoiceStatus `json:"status"`
	ChargeID  string        `json:"charge_id,omitempty"` // of the newest one, "" = nobody looked yet
	CreatedAt time.Time     `json:"created_at"`
	UpdatedAt time.Time     `json:"updated_at"`
}

// Bill is what a merchant asks for when he creates an invoice.
type Bill struct {
	BusinessName  string `json:"business_name"`
	CustomerEmail string `json:"customer_email"`
	CustomerName  string `json:"customer_name,omitempty"`
	Memo          string `json:"memo,omitempty"`
	Price         Money  `json:"price"`
}

// Billed begins an invoice.
func Billed(id, code string, bill Bill, now time.Time) *Invoice {
	return &Invoice{ID: id, Code: code, Bill: bill, Status: InvoiceOpen, CreatedAt: now, UpdatedAt: now}
}

// Closed says that nobody has to pay any more.
func (i *Invoice) Closed() bool { return i.Status == InvoicePaid || i.Status == InvoiceVoid }

// Terms are those of a charge that pays the invoice.
func (i *Invoice) Terms() Terms {
	price := i.Bill.Price
	return Terms{
		Name: i.Bill.BusinessName, Description: i.Bill.Memo, PricingType: "fixed_price", Price: &price,
		Metadata: json.RawMessage("{}"), InvoiceID: i.ID, InvoiceCode: i.Code,
	}
}

// View notes that the customer looked and was shown the charge with that id.
func (i *Invoice) View(chargeID string, now time.Time) {
	if i.Status == InvoiceViewed && i.ChargeID == chargeID {
		return
	}
	i.Status, i.ChargeID, i.UpdatedAt = InvoiceViewed, chargeID, now
}

// Void takes the invoice back. It returns a [*Refusal].
func (i *Invoice) Void(now time.Time) error {
	if i.Closed() {
		return refuse("Invoice %s is %s: only an OPEN or a VIEWED invoice can be voided.", i.Code, i.Status)
	}
	i.Status, i.UpdatedAt = InvoiceVoid, now
	return nil
}

// Resolvable says, as a [*Refusal], why there is no charge to resolve the
// invoice with.
func (i *Invoice) Resolvable() error {
	if i.Closed() || i.ChargeID == "" {
		return refuse("Invoice %s is %s: only one with an UNRESOLVED charge can be resolved.", i.Code, i.Status)
	}
	return nil
}

// Follow notes what became of one of the invoice's charges and says whether
// that changed anything. What was voided stays so.
func (i *Invoice) Follow(c *Charge, now time.Time) bool {
	settled := c.Status() == Completed || c.Status() == Resolved
	if !settled || i.Closed() {
		return false
	}
	i.Status, i.ChargeID, i.UpdatedAt = InvoicePaid, c.ID, now
	return true
}

// Replaceable says that nobody can pay the charge any more as it was meant:
// the next view of its invoice makes another.
func (c *Charge) Replaceable() bool {
	switch c.Status() {
	case Expired:
		return !c.Confirming()
	case Canceled, Failed:
		return true
	default:
		return false
	}
}

type invoiceResource struct {
	ID            string        `json:"id"`
	Resource      string        `json:"resource"`
	Code          string        `json:"code"`
	Status        InvoiceStatus `json:"status"`
	BusinessName  string        `json:"business_name"`
	CustomerName  string        `json:"customer_name"`
	CustomerEmail string        `json:"customer_email"`
	Memo          string        `json:"memo"`
	LocalPrice    moneyResource `json:"local_price"`
	HostedURL     string        `json:"hosted_url"`
	CreatedAt     string        `json:"created_at"`
	UpdatedAt     string        `json:"updated_at"`
	Charge        any           `json:"charge,omitempty"` // once somebody looked
}

// Invoice is an invoice as the REST API answers it; charge is its newest, nil
// for none.
func (v View) Invoice(i *Invoice, charge *Charge) any {
	r := invoiceResource{
		ID: i.ID, Resource: "invoice", Code: i.Code, Status: i.Status,
		BusinessName: i.Bill.BusinessName, CustomerName: i.Bill.CustomerName, CustomerEmail: i.Bill.CustomerEmail,
		Memo: i.Bill.Memo, LocalPrice: localOf(i.Bill.Price), HostedURL: v.PublicURL + "/invoices/" + i.Code,
		CreatedAt: offsetStamp(i.CreatedAt), UpdatedAt: offsetStamp(i.UpdatedAt),
	}
	if charge != nil {
		r.Charge = v.Resource(charge)
	}
	return r
}

// offsetStamp writes a time as the provider does on invoices alone: with +00:00.
func offsetStamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05-07:00") }
