package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"till/app/shop"
	"till/app/store"
)

func (p *program) eventsCommand() *cobra.Command {
	c := &cobra.Command{Use: "events", Short: "Look at the webhooks that came in"}
	show := &cobra.Command{
		Use: "show EVENT", Short: "Show one event with its headers and raw body",
		Long: "Show one event with its headers and raw body. EVENT is its number or the provider's id.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.withStore(cmd.Context(), func(s *store.Store) error { return p.showEvent(cmd.Context(), s, args[0]) })
		},
	}
	c.AddCommand(p.eventsListCommand(), show)
	return c
}

func (p *program) eventsListCommand() *cobra.Command {
	var choice shop.EventChoice
	var verdict, order, since string
	var limit int
	c := run("list", "List events, the newest first",
		"List events, the newest first. Of several filters all have to fit.",
		func(ctx context.Context) (err error) {
			choice.Verdict, choice.Order = shop.Verdict(verdict), shop.OrderID(order)
			if err := checkVerdict(choice.Verdict); err != nil {
				return err
			}
			if choice.Since, err = p.since(since); err != nil {
				return err
			}
			return p.withStore(ctx, func(s *store.Store) error { return p.listEvents(ctx, s, choice, limit) })
		})
	c.Flags().StringVar(&verdict, "verdict", "", "those with this verdict: "+verdictNames())
	c.Flags().StringVar(&choice.Type, "type", "", "those of this type, such as charge:confirmed")
	c.Flags().StringVar(&order, "order", "", "those about this order")
	c.Flags().StringVar(&since, "since", "", sinceHelp)
	c.Flags().BoolVar(&choice.Failed, "failed", false, "those that were given up, and those that failed and will be tried again")
	c.Flags().IntVar(&limit, "limit", 50, "how many")
	return c
}

func checkVerdict(v shop.Verdict) error {
	if v == "" || slices.Contains(shop.Verdicts(), v) {
		return nil
	}
	return fmt.Errorf("there is no verdict %q: use %s", v, verdictNames())
}

func verdictNames() string {
	var names []string
	for _, v := range shop.Verdicts() {
		names = append(names, string(v))
	}
	return strings.Join(names, ", ")
}

func (p *program) listEvents(ctx context.Context, s *store.Store, choice shop.EventChoice, limit int) error {
	events, err := s.ChooseEvents(ctx, choice, limit)
	if err != nil {
		return err
	}
	if len(events) == 0 {
		none := "No webhook has come in yet."
		if choice != (shop.EventChoice{}) {
			none = "No webhook fits."
		}
		_, err := fmt.Fprintln(p.stdout, none)
		return err
	}
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "NO\tEVENT\tTYPE\tRECEIVED\tAGAIN\tVERDICT\tORDER\tNOTE")
	for _, e := range events {
		_, _ = fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%d\t%s\t%s\t%s\n", e.Seq, e.ID, e.Type, moment(e.ReceivedAt),
			e.Duplicates, e.Verdict, dash(string(e.OrderID)), dash(firstLine(e.Note)))
	}
	return w.Flush()
}

func (p *program) showEvent(ctx context.Context, s *store.Store, name string) error {
	e, err := s.FindEvent(ctx, name)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	row := func(name string, value any) { _, _ = fmt.Fprintf(w, "%s\t%v\n", name, value) }
	row("number", e.Seq)
	row("event", e.ID)
	row("type", e.Type)
	row("from", fmt.Sprintf("%s in %s", e.Provider, e.Environment))
	row("received", moment(e.ReceivedAt))
	row("came again", e.Duplicates)
	row("verdict", e.Verdict)
	row("order", dash(string(e.OrderID)))
	row("note", dash(e.Note))
	row("failed attempts", e.Attempts)
	row("worked off", moment(e.WorkedAt))
	for line := range strings.Lines(e.History) {
		row("before", strings.TrimSpace(line))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return p.showRaw(e)
}

// showRaw prints headers and body as they came.
func (p *program) showRaw(e shop.Event) error {
	var b strings.Builder
	b.WriteString("\n")
	for _, name := range slices.Sorted(maps.Keys(e.Header)) {
		fmt.Fprintf(&b, "%s: %s\n", name, strings.Join(e.Header[name], ", "))
	}
	fmt.Fprintf(&b, "\n%s\n", e.Body)
	_, err := fmt.Fprint(p.stdout, b.String())
	return err
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}
