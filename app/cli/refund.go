package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
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

// refundFlags are what a merchant says about a refund.
type refundFlags struct {
	payment, amount, reason, forget string
	again                           bool
}

func (p *program) refundCommand() *cobra.Command {
	var f refundFlags
	c := &cobra.Command{
		Use: "refund ORDER", Short: "Send a buyer's money back",
		Long: "Have Coinbase send back what was paid for an order, all that is left of it or a part.\n" +
			"It works for payments at Coinbase Business; those at Coinbase Commerce are refunded in its dashboard.\n" +
			"The same command given twice refunds once: after a crash or an unclear answer it finds out what became of\n" +
			"the first, and the same sum of the same payment is sent back again only with --again, whatever the reason.\n" +
			"Of an order that was paid more than once, one payment must be named.\n" +
			"Until a refund was answered clearly, no other of its payment can be made. Where Coinbase will never tell,\n" +
			"--forget ends it by hand.",
		Example: "  till refund ORDER\n  till refund ORDER --amount 1.50 --reason 'one cup was cold'\n  till refund ORDER --payment PAYMENT",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := notEmpty(cmd, "payment", "amount", "forget"); err != nil {
				return err
			}
			want, err := f.wish(args[0])
			if err != nil {
				return err
			}
			return p.withStore(cmd.Context(), func(s *store.Store) error {
				if f.forget != "" {
					return p.endRefund(cmd.Context(), s, want, shop.RefundID(f.forget))
				}
				return p.refund(cmd.Context(), s, want)
			})
		},
	}
	c.Flags().StringVar(&f.payment, "payment", "", "of which payment, where there are several; `till orders show` lists them")
	c.Flags().StringVar(&f.amount, "amount", "", "a part of the price, such as 1.50; without it, all that is left")
	c.Flags().StringVar(&f.reason, "reason", "", "why, for your books and Coinbase's")
	c.Flags().BoolVar(&f.again, "again", false, "send back as much once more, though that was done before")
	c.Flags().StringVar(&f.forget, "forget", "", "send nothing back, but end this refund, which may have been made: look in Coinbase's dashboard first")
	for _, other := range []string{"amount", "reason", "again"} {
		c.MarkFlagsMutuallyExclusive("forget", other)
	}
	return c
}

// notEmpty refuses flags that were given without a value, as by a script whose
// variable is not set: without them the command means something else.
func notEmpty(cmd *cobra.Command, names ...string) error {
	for _, name := range names {
		if flag := cmd.Flags().Lookup(name); flag.Changed && flag.Value.String() == "" {
			return fmt.Errorf("--%s is empty: say what is meant, or leave it out", name)
		}
	}
	return nil
}

func (f refundFlags) wish(order string) (shop.RefundWish, error) {
	amount, err := refundAmount(f.amount)
	if err == nil {
		err = checkReason(f.reason)
	}
	return shop.RefundWish{
		Order: shop.OrderID(order), Payment: shop.PaymentID(f.payment), Amount: amount, Reason: f.reason, Again: f.again,
	}, err
}

// refundAmount reads a sum above zero; none is zero.
func refundAmount(text string) (decimal.Decimal, error) {
	if text == "" {
		return decimal.Zero, nil
	}
	if !isSum(text) {
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
		return explainRefund(cfg, api, result, err)
	}
	if err := p.tellRefund(result); err != nil || result.Event == 0 {
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

// tellRefund says what became of the refund, and of which payment it is.
func (p *program) tellRefund(result shop.RefundResult) error {
	r, of := result.Refund, ofPayment(result)
	if r.Outcome == shop.RefundFailed {
		return fmt.Errorf("Coinbase took the refund %s of %s on, and it failed: nothing was sent back. Look at it in Coinbase's dashboard, or run the command again (%s)", r.ProviderID, r.Amount, of) //nolint:staticcheck // a name begins the sentence
	}
	said := fmt.Sprintf("%s is on its way back: refund %s is pending.", r.Amount, r.ProviderID)
	switch {
	case result.Learned:
		said = fmt.Sprintf("The refund of %s that was asked for at %s and not answered clearly was made: %s is %s. Nothing was sent back this time. To send back as much once more, run `%s --again`.",
			r.Amount, moment(r.AskedAt), r.ProviderID, r.Outcome, r.Command())
	case result.Before:
		said = fmt.Sprintf("This was asked for before, at %s: a refund of %s, now %s. Nothing was done. To send back as much once more, add --again.",
			moment(r.AskedAt), r.Amount, r.Outcome)
	case r.Outcome == shop.RefundCompleted:
		said = fmt.Sprintf("%s was sent back: refund %s is completed.", r.Amount, r.ProviderID)
	}
	_, err := fmt.Fprintf(p.stdout, "%s\nIt is a refund of %s.\n", said, of)
	return err
}

// ofPayment names the payment of a refund and where that was made.
func ofPayment(result shop.RefundResult) string {
	return fmt.Sprintf("payment %s at %s in %s", result.Payment.ID, result.Payment.Provider, result.Payment.Environment)
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
func explainRefund(cfg config.Config, api businessAPI, result shop.RefundResult, err error) error {
	var failure *shop.ProviderError
	if !errors.As(err, &failure) {
		return err
	}
	r, told := result.Refund, explainBusinessCall(cfg, api.base, err)
	if r.State == shop.RefundRefused {
		return fmt.Errorf("nothing was sent back. %w (%s)", told, ofPayment(result))
	}
	return fmt.Errorf("it is not known whether the refund was made. Run `%s` in a minute: it finds out, and the money goes back once. %w (%s). "+
		"Should Coinbase never tell, look in its dashboard and end it: `till refund %s --forget %s`", r.Command(), told, ofPayment(result), r.OrderID, r.ID)
}

// endRefund ends a refund by hand. Nobody is called.
func (p *program) endRefund(ctx context.Context, s *store.Store, want shop.RefundWish, id shop.RefundID) error {
	desk := shop.NewRefunds(shop.RefundsConfig{Store: s, Now: p.host.Now, Random: p.host.Random})
	result, err := desk.End(ctx, want, id)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "The refund %s of %s is %s. Nobody was asked: before you send as much back again, look in Coinbase's dashboard.\nIt is a refund of %s.\n",
		id, result.Refund.Amount, shop.ByHand, ofPayment(result))
	return err
}
