package cli

import (
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"till/app/coinbase/business"
)

const triggerHelp = `Make an event really happen to a charge of the running sandbox, and tell what the
webhook's receiver answered.

The charge is the one named by --charge, the newest with --order in its metadata,
or else the newest that the event can still happen to. The events that begin with
checkout. happen to checkouts of Coinbase Business in the same way.

The exit status is 0 when the event has happened and every receiver that is told
of it has answered 2xx. It is 1, with a sentence, when the charge refuses, when
something else came of it, and when a receiver has refused or has not answered
within --wait. With --wait 0s no answer counts. Where no endpoint wants the event
there is nobody to answer: that is told, and the status is 0.

With --out-of-order its webhooks are held back, and then every one of that charge
is sent, the newest first: those that came before it come once more. Those that
are held back when the command is interrupted come by themselves, a minute or two
later.

With --url no sandbox is needed: an event of a made-up charge is composed, signed
and posted there. The exit status is 0 when the last answer was 2xx. The secret
is best given as TILL_TRIGGER_SECRET, for a command line is seen by everybody on
the machine.`

// triggerSecret is where the environment has the secret of --url.
const triggerSecret = "TILL_TRIGGER_SECRET"

// trigger is one event to make happen, as the flags describe it.
type trigger struct {
	event   string
	charge  string // code or id
	order   string // order_id in its metadata
	how     string // what is paid, see ways
	never   bool   // a detected payment stays unconfirmed
	times   int    // how often the last event is sent
	reverse bool   // the events arrive with the newest first
	wait    time.Duration
	made    fixture
	refund  string // how much goes back, "" = all that is left
	address string // of the sandbox
	url     string // of a receiver, instead
	secret  string
}

func (p *program) triggerCommand() *cobra.Command {
	var t trigger
	c := &cobra.Command{
		Use: "trigger TYPE", Short: "Make an event happen, in the sandbox or at any URL", Long: triggerHelp, Args: cobra.MaximumNArgs(1),
		Example: "  till trigger charge:confirmed\n" +
			"  till trigger charge:failed --underpaid --charge ABCD1234\n" +
			"  till trigger charge:confirmed --order 42 --times 5 --out-of-order\n" +
			"  till trigger checkout.refund.success --order 42 --refund 1.50\n" +
			"  TILL_TRIGGER_SECRET=… till trigger charge:pending --url http://127.0.0.1:3000/hook --metadata order_id=42",
	}
	address := sandboxFlag(c)
	list := c.Flags().Bool("list", false, "explain each type and how it can be had")
	way := t.flags(c)
	c.RunE = func(cmd *cobra.Command, args []string) error {
		switch {
		case *list:
			return p.listKinds()
		case len(args) == 0:
			return errors.New("say which event, such as charge:confirmed; `till trigger --list` explains them")
		}
		var err error
		t.event, t.address = args[0], *address
		if t.how, err = way(); err != nil {
			return err
		}
		if err := t.check(cmd); err != nil {
			return err
		}
		if t.url != "" {
			return p.triggerAt(cmd.Context(), t)
		}
		return p.triggerSandbox(cmd.Context(), t)
	}
	return c
}

// flags defines the flags; what it returns tells which way to pay was chosen.
func (t *trigger) flags(c *cobra.Command) (way func() (string, error)) {
	f := c.Flags()
	f.StringVar(&t.charge, "charge", "", "of the charge with this code or id")
	f.StringVar(&t.order, "order", "", "of the newest charge whose metadata has this order_id")
	f.BoolVar(&t.never, "never-confirm", false, "with charge:pending: the payment stays unconfirmed")
	f.IntVar(&t.times, "times", 1, "how often the last event is sent in all, at most 100")
	f.BoolVar(&t.reverse, "out-of-order", false, "the charge's events arrive with the newest first")
	f.DurationVar(&t.wait, "wait", 10*time.Second, "how long to wait for the answers to webhooks")
	f.StringVar(&t.refund, "refund", "", "with checkout.refund.…: how much goes back; without it all that is left")
	f.StringVar(&t.url, "url", "", "post to this receiver; no sandbox is needed")
	f.StringVar(&t.secret, "secret", "", "with --url: the shared secret; better "+triggerSecret)
	t.made.flags(c)
	chosen := map[string]*bool{}
	for _, w := range ways() {
		chosen[w.how] = f.Bool(w.flag, false, w.usage)
	}
	return func() (string, error) { return oneWay(chosen) }
}

// oneWay is the way to pay that was chosen, "" for none.
func oneWay(chosen map[string]*bool) (string, error) {
	how, flags := "", []string{}
	for _, w := range ways() {
		if *chosen[w.how] {
			how, flags = w.how, append(flags, "--"+w.flag)
		}
	}
	if len(flags) > 1 {
		return "", fmt.Errorf("%s contradict each other: choose one", strings.Join(flags, " and "))
	}
	return how, nil
}

// check refuses what makes no sense before anything happens.
func (t *trigger) check(cmd *cobra.Command) error {
	fresh := t.url != "" || t.event == eventCreated
	given := t.refund != ""
	if t.refunds() && cmd.Flags().Changed("amount") && !fresh && !given {
		t.refund = t.made.amount
	}
	describes := t.made.typed(cmd, t.refund != "" && !given)
	refund := t.checkRefund(given)
	switch {
	case !known(t.event):
		return fmt.Errorf("%q is no event: say %s", t.event, strings.Join(eventNames(), ", "))
	case t.times < 1 || t.times > 100:
		return fmt.Errorf("--times %d: write a number from 1 to 100", t.times)
	case t.wait < 0:
		return fmt.Errorf("--wait %s is below zero", t.wait)
	case refund != nil:
		return refund
	case t.never && t.event != eventPending:
		return errors.New("--never-confirm goes with charge:pending alone")
	case t.address != "" && t.url != "":
		return errors.New("--sandbox and --url are two places: choose one")
	case t.charge != "" && t.order != "" && !fresh:
		return errors.New("--charge and --order may be two charges: choose one")
	case t.secret != "" && t.url == "":
		return errors.New("--secret goes with --url; a sandbox signs with its own")
	case t.event == eventCreated && t.url == "" && t.charge != "":
		return errors.New("charge:created makes a new charge, whose code the sandbox chooses: leave --charge out")
	case t.event == eventCreated && t.how != "":
		return errors.New("nothing is paid at charge:created: leave out how")
	case kindOf(t.event).business && t.how != "":
		return errors.New("a checkout of Business is paid in full or not at all: leave out how")
	case kindOf(t.event).business && t.made.shape != "":
		return errors.New("--shape is of charges of Commerce: leave it out")
	case !fresh && describes != "":
		return fmt.Errorf("--%s describes a new charge: it goes with charge:created or --url", describes)
	}
	if t.order != "" && fresh {
		t.made.name("order_id", t.order)
	}
	if err := t.made.check(); err != nil {
		return err
	}
	return t.checkCurrency(fresh)
}

// checkCurrency refuses one in which a new checkout of Business has no price.
func (t *trigger) checkCurrency(fresh bool) error {
	if fresh && kindOf(t.event).business && !business.Accepts(t.made.currency) {
		return fmt.Errorf("--currency %s: a checkout of Business is priced in %s", t.made.currency, strings.Join(business.Currencies(), ", "))
	}
	return nil
}

// checkRefund refuses --refund where nothing goes back, and what is no sum.
func (t *trigger) checkRefund(given bool) error {
	switch {
	case !given:
		return nil
	case !t.refunds():
		return errors.New("--refund goes with checkout.refund.success and checkout.refund.failed alone")
	case !isSum(t.refund):
		return fmt.Errorf("--refund %q is no sum: write such as 1.50", t.refund)
	}
	return nil
}

// listKinds explains what can be triggered.
func (p *program) listKinds() error {
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	for _, k := range kinds() {
		_, _ = fmt.Fprintf(w, "%s\t%s\n", k.event, k.explain)
	}
	_, _ = fmt.Fprintln(w, "\nHow it is paid, where something is paid:\t")
	for _, way := range ways() {
		_, _ = fmt.Fprintf(w, "--%s\t%s\n", way.flag, way.usage)
	}
	return w.Flush()
}
