package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/shopspring/decimal"
	"github.com/spf13/cobra"

	"till/app/config"
	"till/app/gateway"
	"till/app/shop"
	"till/app/store"
)

func (p *program) refundCommand() *cobra.Command {
	var amount, reason string
	var again bool
	c := &cobra.Command{
		Use: "refund ORDER", Short: "Send a buyer's money back",
		Long: "Have Coinbase send back what was paid for an order, all that is left of it or a part.\n" +
			"It works for orders paid at Coinbase Business; those of Coinbase Commerce are refunded in its dashboard.\n" +
			"The same command given twice refunds once: after a crash or an unclear answer it finds out what became of\n" +
			"the first, and what was sent back already is sent back again only with --again.",
		Example: "  till refund ORDER\n  till refund ORDER --amount 1.50 --reason 'one cup was cold'",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			want := shop.RefundWish{Order: shop.OrderID(args[0]), Reason: reason, Again: again}
			var err error
			if want.Amount, err = refundAmount(amount); err != nil {
				return err
			}
			if err := checkReason(reason); err != nil {
				return err
			}
			return p.withStore(cmd.Context(), func(s *store.Store) error { return p.refund(cmd.Context(), s, want) })
		},
	}
	c.Flags().StringVar(&amount, "amount", "", "a part of the price, such as 1.50; without it, all that is left")
	c.Flags().StringVar(&reason, "reason", "", "why, for your books and Coinbase's")
	c.Flags().BoolVar(&again, "again", false, "send back as much once more, though that was done before")
	return c
}

// refundAmount reads a sum above zero; none is zero.
func refundAmount(text string) (decimal.Decimal, error) {
	if text == "" {
		return decimal.Zero, nil
	}
	if !regexp.MustCompile(`^[0-9]{1,9}(\.[0-9]{1,2})?$`).MatchString(text) || strings.Trim(text, "0.") == "" {
		return decimal.Zero, fmt.Errorf("--amount %q is no sum: write digits and a point, above 0, such as --amount 1.50", text)
	}
	return decimal.NewFromString(text)
}

// checkReason refuses what neither a log nor a table should be given.
func checkReason(reason string) error {
	const most = 200
	odd := strings.ContainsFunc(reason, func(r rune) bool { return !unicode.IsPrint(r) })
	if odd || len([]rune(reason)) > most {
		return fmt.Errorf("--reason is one line of at most %d characters: write a shorter one", most)
	}
	return nil
}

// refund asks, and then waits a little for the running till to read the answer.
func (p *program) refund(ctx context.Context, s *store.Store, want shop.RefundWish) error {
	cfg, err := p.load()
	if err != nil {
		return err
	}
	api := businessAt(cfg, elsewhere(cfg))
	gateways, err := p.refunders(cfg, api)
	if err != nil {
		return err
	}
	desk := shop.NewRefunds(shop.RefundsConfig{Store: s, Gateways: gateways, Now: p.host.Now, Random: p.host.Random})
	result, err := desk.Ask(ctx, want)
	if err != nil {
		return explainRefund(cfg, api, result.Refund, err)
	}
	if err := p.tellRefund(result); err != nil || result.Before {
		return err
	}
	return p.awaitAnswer(ctx, s, result)
}

// refunders are the gateways that can send money back.
func (p *program) refunders(cfg config.Config, api businessAPI) ([]shop.Gateway, error) {
	if !cfg.Business.Set() {
		return nil, nil
	}
	client, err := p.businessClient(cfg, api, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	g, err := gateway.NewBusiness(gateway.BusinessConfig{
		Client: client, Environment: api.environment, Secrets: reveal(cfg.Business.WebhookSecrets), Now: p.host.Now,
	})
	return []shop.Gateway{g}, err
}

func (p *program) tellRefund(result shop.RefundResult) error {
	r := result.Refund
	switch {
	case result.Before:
		_, err := fmt.Fprintf(p.stdout, "This was asked for before, at %s: a refund of %s, now %s. Nothing was done. To send back as much once more, add --again.\n",
			moment(r.AskedAt), r.Amount, r.Outcome)
		return err
	case r.Outcome == shop.RefundFailed:
		return fmt.Errorf("Coinbase took the refund %s of %s on, and it failed: nothing was sent back. Look at it in Coinbase's dashboard, or run the command again", r.ProviderID, r.Amount) //nolint:staticcheck // a name begins the sentence
	case r.Outcome == shop.RefundCompleted:
		_, err := fmt.Fprintf(p.stdout, "%s was sent back: refund %s is completed.\n", r.Amount, r.ProviderID)
		return err
	}
	_, err := fmt.Fprintf(p.stdout, "%s is on its way back: refund %s is pending.\n", r.Amount, r.ProviderID)
	return err
}

// awaitAnswer waits until the running till has read the answer.
func (p *program) awaitAnswer(ctx context.Context, s *store.Store, result shop.RefundResult) error {
	end, err := await(ctx, 1, func(ctx context.Context) (int, error) {
		event, err := s.FindEvent(ctx, strconv.FormatInt(result.Event, 10))
		if err != nil || event.Verdict != shop.Received {
			return 0, err
		}
		return 1, nil
	})
	if err != nil {
		return err
	}
	if end != allDone {
		_, err = fmt.Fprintln(p.stdout, "No till is running on this store; the order's page tells the buyer after its next start.")
		return err
	}
	order, err := s.FindOrder(ctx, result.Refund.OrderID)
	if err != nil {
		return err
	}
	later := ""
	if result.Refund.Outcome == shop.RefundPending {
		later = " Its page tells when the money is back."
	}
	_, err = fmt.Fprintf(p.stdout, "Order %s is %s.%s\n", order.ID, order.State(), later)
	return err
}

// explainRefund says in words why no money was sent back, or that this is not
// known, and what to do.
func explainRefund(cfg config.Config, api businessAPI, refund shop.Refund, err error) error {
	var failure *shop.ProviderError
	if !errors.As(err, &failure) {
		return err
	}
	told := explainBusinessCall(cfg, api.base, err)
	if refund.State == shop.RefundAsked {
		return fmt.Errorf("it is not known whether the refund was made. Run the same command again: it finds out, and the money goes back once. %w", told)
	}
	return fmt.Errorf("nothing was sent back. %w", told)
}
