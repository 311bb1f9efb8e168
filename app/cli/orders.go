package cli

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"till/app/shop"
	"till/app/store"
)

func (p *program) ordersCommand() *cobra.Command {
	c := &cobra.Command{Use: "orders", Short: "Look at orders, their payments and flags"}
	var limit int
	list := run("list", "List the newest orders", "", func(ctx context.Context) error {
		return p.withStore(ctx, func(s *store.Store) error { return p.listOrders(ctx, s, limit) })
	})
	list.Flags().IntVar(&limit, "limit", 50, "how many")
	show := &cobra.Command{
		Use: "show ORDER", Short: "Show one order with every attempt to pay it", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.withStore(cmd.Context(), func(s *store.Store) error {
				return p.showOrder(cmd.Context(), s, shop.OrderID(args[0]))
			})
		},
	}
	c.AddCommand(list, show)
	return c
}

// withStore runs a command on the store and closes it.
func (p *program) withStore(ctx context.Context, do func(*store.Store) error) error {
	s, err := p.openStore(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }() // a command that only reads loses nothing
	return do(s)
}

func (p *program) listOrders(ctx context.Context, s *store.Store, limit int) error {
	orders, err := s.ListOrders(ctx, limit)
	if err != nil {
		return err
	}
	if len(orders) == 0 {
		_, err := fmt.Fprintln(p.stdout, "There are no orders yet.")
		return err
	}
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "ORDER\tMADE\tPRODUCT\tPRICE\tSTATE\tEXCEPTION\tPAYMENTS\tFLAGS\tWHAT TO DO")
	for _, o := range orders {
		refunds, err := s.ListRefunds(ctx, o.ID)
		if err != nil {
			return err
		}
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%d\t%s\t%s\n", o.ID, moment(o.CreatedAt), o.Item.Slug,
			o.PriceNow(), o.State(), dash(string(o.Exception())), len(o.Payments), flags(o.Flags()), firstOf(o.Advice(refunds)))
	}
	return w.Flush()
}

func (p *program) showOrder(ctx context.Context, s *store.Store, id shop.OrderID) error {
	o, err := s.FindOrder(ctx, id)
	if err != nil {
		return err
	}
	refunds, err := s.ListRefunds(ctx, id)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	row := func(name string, value any) { _, _ = fmt.Fprintf(w, "%s\t%v\n", name, value) }
	row("order", o.ID)
	row("version", o.Version)
	row("state", o.State())
	row("exception", dash(string(o.Exception())))
	row("flags", flags(o.Flags()))
	row("product", fmt.Sprintf("%s (%s)", o.Item.Name, o.Item.Slug))
	row("price", o.Price)
	for _, sentence := range o.Advice(refunds) {
		row("what to do", sentence)
	}
	row("made", moment(o.CreatedAt))
	row("changed", moment(o.UpdatedAt))
	for i, pay := range o.Payments {
		_, _ = fmt.Fprintf(w, "\npayment %d\t%s\n", i+1, pay.ID)
		showPayment(row, pay)
	}
	showRefunds(row, refunds)
	return w.Flush()
}

func showPayment(row func(string, any), p shop.Payment) {
	row("  provider", fmt.Sprintf("%s in %s", p.Provider, p.Environment))
	row("  charge", dash(strings.TrimSpace(p.Ref.Code+" "+p.Ref.ID)))
	row("  state", p.State)
	row("  exception", dash(string(p.Exception)))
	row("  price", p.Price)
	row("  arrived", arrived(p))
	row("  sent back", sentBack(p))
	row("  problem", dash(string(p.Problem)))
	row("  flags", flags(p.Flags))
	row("  confirmations", depth(p.Confirmed))
	row("  provider's time", moment(p.At))
	row("  made", moment(p.CreatedAt))
	row("  expires", moment(p.ExpiresAt))
	row("  asked again", moment(p.AskAt))
}

// firstOf is the first thing to do about an order; `orders show` tells all.
func firstOf(advice []string) string {
	switch len(advice) {
	case 0:
		return "-"
	case 1:
		return advice[0]
	default:
		return fmt.Sprintf("%s (and %d more)", advice[0], len(advice)-1)
	}
}

// arrived is the sum that came, with what is missing or too much.
func arrived(p shop.Payment) string {
	switch missing, over := p.Missing(), p.Over(); {
	case !p.Paid.Known():
		return "-"
	case missing.Known():
		return fmt.Sprintf("%s (%s missing)", p.Paid, missing)
	case over.Known():
		return fmt.Sprintf("%s (%s too much)", p.Paid, over)
	default:
		return p.Paid.String()
	}
}

// sentBack is the sum that was refunded; what is on its way is told with each
// refund.
func sentBack(p shop.Payment) string {
	sum := "-"
	if !p.Refunded.IsZero() {
		sum = shop.Money{Amount: p.Refunded, Currency: p.Price.Currency}.String()
	}
	if p.Refunding {
		sum += " (a refund is on its way)"
	}
	return sum
}

func moment(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format(time.RFC3339)
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func flags(all []shop.Flag) string {
	texts := make([]string, len(all))
	for i, f := range all {
		texts[i] = string(f)
	}
	return dash(strings.Join(texts, ","))
}

// depth writes confirmations; Business tells of none.
func depth(c shop.Confirmations) string {
	if c.Needed == 0 {
		return dash("")
	}
	return fmt.Sprintf("%d of %d", c.Seen, c.Needed)
}
