package sandbox

import (
	"cmp"
	"strings"

	"github.com/gofiber/fiber/v2"

	"till/app/sandbox/ledger"
)

// invoiceRequest is what a merchant sends; unknown fields are ignored.
type invoiceRequest struct {
	BusinessName  string        `json:"business_name"`
	CustomerEmail string        `json:"customer_email"`
	CustomerName  string        `json:"customer_name"`
	Memo          string        `json:"memo"`
	LocalPrice    *priceRequest `json:"local_price"`
}

// readBill reads and checks the body of a new invoice.
func readBill(c *fiber.Ctx) (ledger.Bill, error) {
	var r invoiceRequest
	if err := cmp.Or(readBody(c, &r, "an invoice"), r.check()); err != nil {
		return ledger.Bill{}, err
	}
	price, err := readPrice(strings.Trim(string(r.LocalPrice.Amount), `"`), r.LocalPrice.Currency)
	if err != nil {
		return ledger.Bill{}, err
	}
	return ledger.Bill{
		BusinessName: r.BusinessName, CustomerEmail: r.CustomerEmail, CustomerName: r.CustomerName,
		Memo: r.Memo, Price: *price,
	}, nil
}

func (r *invoiceRequest) check() error {
	switch {
	case strings.TrimSpace(r.BusinessName) == "":
		return missing("business_name")
	case strings.TrimSpace(r.CustomerEmail) == "":
		return missing("customer_email")
	case r.LocalPrice == nil:
		return missing("local_price")
	case !strings.Contains(r.CustomerEmail, "@"):
		return unfit("customer_email must be an e-mail address")
	}
	return cmp.Or(
		checkLength("business_name", r.BusinessName, maxName),
		checkLength("customer_name", r.CustomerName, maxName),
		checkLength("memo", r.Memo, maxMemo),
	)
}

// maxMemo is a guess: no source tells the provider's.
const maxMemo = 1000
