package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"till/app/coinbase/commerce"
)

// wanted is a checkout as the flags describe it.
type wanted struct{ name, description, price, currency string }

func (p *program) checkoutCreateCommand() *cobra.Command {
	var w wanted
	c := run("create", "Make a checkout with a fixed price",
		"Make a checkout with a fixed price and print the lines of config.ini that sell it.",
		func(ctx context.Context) error {
			req, err := w.request()
			if err != nil {
				return err
			}
			return p.atDesk(func(d desk) error { return d.create(ctx, req) })
		})
	c.Flags().StringVar(&w.name, "name", "", "what the buyer reads first, at most 100 characters")
	c.Flags().StringVar(&w.description, "description", "", "what the buyer reads below it, at most 200 characters")
	c.Flags().StringVar(&w.price, "price", "", "such as 4.50")
	c.Flags().StringVar(&w.currency, "currency", "USD", "such as USD, EUR or USDC")
	return c
}

// request checks what would cost money if it were taken wrongly; how long the
// texts may be is the provider's to say.
func (w wanted) request() (commerce.CreateCheckout, error) {
	currency := strings.ToUpper(w.currency)
	switch {
	case strings.TrimSpace(w.name) == "" || strings.TrimSpace(w.description) == "":
		return commerce.CreateCheckout{}, errors.New(`a checkout needs a name and a description: say --name "A box of pastries" --description "Twelve of them."`)
	case !regexp.MustCompile(`^[0-9]{1,6}(\.[0-9]{1,2})?$`).MatchString(w.price) || strings.Trim(w.price, "0.") == "":
		return commerce.CreateCheckout{}, fmt.Errorf("--price %q is no price: write digits and a point, above 0, at most 999999.99, such as --price 4.50", w.price)
	case !regexp.MustCompile(`^[A-Z]{3,5}$`).MatchString(currency):
		return commerce.CreateCheckout{}, fmt.Errorf("--currency %q is no currency: write its code, such as USD, EUR or USDC", w.currency)
	}
	return commerce.CreateCheckout{
		Name: w.name, Description: w.description, PricingType: commerce.FixedPrice,
		LocalPrice: &commerce.Money{Amount: commerce.Amount(w.price), Currency: currency},
	}, nil
}

func (d desk) create(ctx context.Context, req commerce.CreateCheckout) error {
	c, err := d.client.CreateCheckout(ctx, req)
	if err != nil {
		return d.explainCreate(err)
	}
	_, err = fmt.Fprintf(d.stdout, "Checkout %s is made: %s, %s.\nTo sell it, add these lines to %s and start till again:\n\n"+
		"[product %s]\nmethod = checkout\ncheckout_id = %s\n", c.ID, oneLine(c.Name), priceOf(c), d.cfg.File, slugOf(c.Name), c.ID)
	return err
}

// explainCreate adds that a request without a clear answer may have worked.
func (d desk) explainCreate(err error) error {
	told := d.explain(err)
	var failure *commerce.Error
	unclear := errors.As(err, &failure) && failure.Sent &&
		(failure.Status < http.StatusBadRequest || failure.Status >= http.StatusInternalServerError)
	if unclear {
		return fmt.Errorf("the checkout may have been made all the same; look at `till checkout list` before you try again: %w", told)
	}
	return told
}

// slugOf makes a name of letters, digits and single dashes for a section.
func slugOf(name string) string {
	const most = 60
	slug := regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(name), "-")
	slug = strings.Trim(slug[:min(len(slug), most)], "-")
	if slug == "" {
		return "checkout"
	}
	return slug
}
