package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"till/app/coinbase/commerce"
	"till/app/config"
)

func (p *program) checkoutCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "checkout", Short: "Make, list, show and delete Coinbase checkouts",
		Long: "A checkout is what a product with method = checkout is sold through.\n" +
			"With the sandbox on, it is the sandbox's checkouts that are managed; start it first with `till serve`.",
	}
	var limit int
	list := run("list", "List the newest checkouts", "", func(ctx context.Context) error {
		return p.atDesk(func(d desk) error { return d.list(ctx, limit) })
	})
	list.Flags().IntVar(&limit, "limit", 50, "how many")
	c.AddCommand(p.checkoutCreateCommand(), list,
		p.ofCheckout("show", "Show one checkout", desk.show),
		p.ofCheckout("delete", "Delete one checkout", desk.delete))
	return c
}

// ofCheckout is a command about one checkout.
func (p *program) ofCheckout(verb, short string, do func(d desk, ctx context.Context, id string) error) *cobra.Command {
	return &cobra.Command{
		Use: verb + " CHECKOUT", Short: short,
		Long: short + ". CHECKOUT is its id, or the link to its page.", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, ok := config.CheckoutID(args[0])
			if !ok {
				return fmt.Errorf("%q is neither a checkout's id nor its link: copy one from `till checkout list`, "+
					"or a link such as https://commerce.coinbase.com/checkout/ID from your dashboard", args[0])
			}
			return p.atDesk(func(d desk) error { return do(d, cmd.Context(), id) })
		},
	}
}

// desk is where checkouts are managed.
type desk struct {
	*program
	cfg    config.Config
	base   string
	client *commerce.Client
}

func (p *program) atDesk(do func(d desk) error) error {
	cfg, err := p.load()
	if err != nil {
		return err
	}
	if !cfg.Sandbox.Enabled && !cfg.Coinbase.Set() {
		return errors.New("only Coinbase Commerce has checkouts of this kind, and [coinbase] has no api_key: " +
			"with Coinbase Business each order gets a checkout of its own, made from the product's name and price")
	}
	base, client, err := p.coinbase(cfg)
	if err != nil {
		return err
	}
	return do(desk{program: p, cfg: cfg, base: base, client: client})
}

// explain says in words why a checkout could not be had or changed.
func (d desk) explain(err error) error {
	var failure *commerce.Error
	switch {
	case !errors.As(err, &failure):
		return err
	case failure.NotFound():
		return fmt.Errorf("%s has no such checkout. `till checkout list` tells which there are: %w", d.base, err)
	case refused(failure) && failure.Message != "": // whose words say it all
		return fmt.Errorf("%s refuses: %s. Change that and try again", d.base, strings.TrimSuffix(failure.Message, "."))
	}
	return explain(d.cfg, d.base, err)
}

func refused(e *commerce.Error) bool {
	return e.Status == http.StatusBadRequest || e.Status == http.StatusUnprocessableEntity
}

func (d desk) list(ctx context.Context, limit int) error {
	if limit < 1 {
		return fmt.Errorf("--limit %d lists nothing: write 1 or more", limit)
	}
	checkouts, err := d.collect(ctx, limit)
	if err != nil {
		return d.explain(err)
	}
	if len(checkouts) == 0 {
		_, err := fmt.Fprintln(d.stdout, "There are no checkouts yet. `till checkout create` makes one.")
		return err
	}
	w := tabwriter.NewWriter(d.stdout, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "CHECKOUT\tNAME\tPRICE\tCHANGED")
	for _, c := range checkouts {
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", c.ID, oneLine(c.Name), priceOf(c), moment(c.UpdatedAt.Time))
	}
	return w.Flush()
}

// collect reads pages until there are so many checkouts, or no more.
func (d desk) collect(ctx context.Context, limit int) ([]commerce.Checkout, error) {
	const most = 100 // to a page
	var all []commerce.Checkout
	opts := commerce.ListOptions{Order: commerce.NewestFirst}
	for len(all) < limit {
		opts.Limit = min(limit-len(all), most)
		page, err := d.client.ListCheckouts(ctx, opts)
		if err != nil {
			return nil, err
		}
		all = append(all, page.Checkouts...)
		next, more := page.Next(opts.Limit)
		if !more {
			break
		}
		opts.StartingAfter = next
	}
	return all[:min(len(all), limit)], nil
}

func (d desk) show(ctx context.Context, id string) error {
	c, err := d.client.FindCheckout(ctx, id)
	if err != nil {
		return d.explain(err)
	}
	w := tabwriter.NewWriter(d.stdout, 0, 0, 2, ' ', 0)
	row := func(name, value string) { _, _ = fmt.Fprintf(w, "%s\t%s\n", name, dash(value)) }
	row("checkout", c.ID)
	row("name", oneLine(c.Name))
	row("description", oneLine(c.Description))
	row("price", priceOf(c))
	row("asks for", oneLine(strings.Join(c.RequestedInfo, ", ")))
	row("made", moment(c.CreatedAt.Time))
	row("changed", moment(c.UpdatedAt.Time))
	row("sold as", strings.Join(d.sellers(id), ", "))
	return w.Flush()
}

func (d desk) delete(ctx context.Context, id string) error {
	if err := d.client.DeleteCheckout(ctx, id); err != nil {
		return d.explain(err)
	}
	if _, err := fmt.Fprintf(d.stdout, "Checkout %s is deleted.\n", id); err != nil {
		return err
	}
	for _, section := range d.sellers(id) {
		_, err := fmt.Fprintf(d.stdout, "%s still names it: give that another checkout_id, or take it out of %s.\n", section, d.cfg.File)
		if err != nil {
			return err
		}
	}
	return nil
}

// sellers names the sections of the products that are sold through a checkout.
func (d desk) sellers(id string) []string {
	var sections []string
	for _, p := range d.cfg.Products {
		if p.CheckoutID == id {
			sections = append(sections, "[product "+p.Slug+"]")
		}
	}
	return sections
}

// priceOf writes a price; "-" where the buyer chooses the sum.
func priceOf(c commerce.Checkout) string {
	price := c.Price()
	return dash(oneLine(string(price.Amount) + " " + price.Currency))
}

// oneLine keeps a stranger's text from breaking a table.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
