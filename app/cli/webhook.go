package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"till/app/coinbase/business"
	"till/app/config"
)

// businessReceiver is where the shop takes the webhooks of Business.
const businessReceiver = "/webhooks/business"

func (p *program) webhookCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "webhook", Short: "Subscribe to the webhooks of Coinbase Business",
		Long: "Coinbase Business sends webhooks to who has subscribed to them by its API.\n" +
			"With the sandbox on, it is the sandbox that is subscribed to; start it first with `till serve`. This shop it\n" +
			"tells anyway: only other receivers have to subscribe.",
	}
	var address string
	subscribe := run("subscribe", "Have webhooks sent to this shop, and show their secret",
		"Have Coinbase Business send webhooks to this shop's receiver. The secret that signs them is shown here and never again.\n"+
			"With [business] api_path below /sandbox they tell of Coinbase's own sandbox alone, else of real payments alone.\n"+
			"While the built-in sandbox is on, the address it tells anyway needs no subscription: that is said, none is made, and\n"+
			"the exit status is 0.",
		func(ctx context.Context) error {
			return p.atSubscriptions(func(s subscriptions) error { return s.subscribe(ctx, address) })
		})
	subscribe.Flags().StringVar(&address, "url", "", "where to send them; without it, [server] public_url and /webhooks/business")
	list := run("list", "List the subscriptions", "", func(ctx context.Context) error {
		return p.atSubscriptions(func(s subscriptions) error { return s.list(ctx) })
	})
	remove := &cobra.Command{
		Use: "delete SUBSCRIPTION", Short: "End a subscription", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.atSubscriptions(func(s subscriptions) error { return s.delete(cmd.Context(), args[0]) })
		},
	}
	c.AddCommand(subscribe, list, remove)
	return c
}

// subscriptions is where they are managed.
type subscriptions struct {
	*program
	cfg    config.Config
	base   string
	client *business.Subscriptions
}

func (p *program) atSubscriptions(do func(subscriptions) error) error {
	cfg, err := p.loadWithoutSecret()
	if err != nil {
		return err
	}
	key, err := businessKey(cfg)
	if err != nil {
		return err
	}
	api := businessAt(cfg, elsewhere(cfg))
	client, err := business.NewSubscriptions(api.subscriptions, key, business.Config{
		Now: p.host.Now, Random: p.host.Random, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return fmt.Errorf("[business] subscriptions_url: %w", err)
	}
	return do(subscriptions{program: p, cfg: cfg, base: api.subscriptions, client: client})
}

// loadWithoutSecret is [program.load] for the one command that brings the secret
// of the webhooks: while nobody has one, the configuration need not have it.
func (p *program) loadWithoutSecret() (config.Config, error) {
	cfg, err := p.load()
	if err == nil {
		return cfg, nil
	}
	bare := *p
	bare.env = append(slices.Clone(p.env), "TILL_BUSINESS_WEBHOOK_SECRETS=not-known-yet")
	if cfg, berr := bare.load(); berr == nil {
		return cfg, nil
	}
	return cfg, err
}

func (s subscriptions) subscribe(ctx context.Context, address string) error {
	if s.cfg.Sandbox.Enabled {
		if settled, err := s.toldAnyway(address); settled {
			return err
		}
	}
	address, err := s.receiver(address)
	if err != nil {
		return err
	}
	known, err := s.client.List(ctx)
	if err != nil {
		return s.explain(err)
	}
	pretend := strings.HasPrefix(s.cfg.Business.APIPath, "/sandbox")
	for _, k := range known {
		if k.Enabled && k.Target.URL == address && isPretend(k) == pretend {
			return fmt.Errorf("%s is subscribed already (%s), and its secret cannot be shown again. If you have lost it, run `till webhook delete %s` and subscribe once more", address, k.ID, k.ID)
		}
	}
	made, err := s.client.Create(ctx, address, business.EventTypes(), pretend)
	if err != nil {
		return s.explainCreate(err)
	}
	_, err = fmt.Fprintf(s.stdout, "Subscription %s is made: webhooks go to %s.\n%s\n", made.ID, address, advice(s.cfg, made.Secret))
	return err
}

// receiver is where webhooks are to be sent.
func (s subscriptions) receiver(address string) (string, error) {
	if address == "" {
		address = s.cfg.Server.PublicURL
		if address == "" {
			return "", errors.New("it is not known where Coinbase reaches this shop: set [server] public_url, or say --url https://shop.example/webhooks/business")
		}
		address += businessReceiver
	}
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.User != nil || (u.Scheme != "https" && (u.Scheme != "http" || !here(u.Hostname()))) {
		return "", fmt.Errorf("%q is no address to send webhooks to: write one that begins with https:// and a host, such as https://shop.example/webhooks/business", address)
	}
	if here(u.Hostname()) && !s.nearby() {
		return "", fmt.Errorf("%s is this very machine, which Coinbase does not reach: set [server] public_url, or say --url https://shop.example/webhooks/business", address)
	}
	return address, nil
}

// nearby reports whether what is subscribed to is on this very machine, too: a
// sandbox that runs beside the shop, or alone.
func (s subscriptions) nearby() bool { return s.cfg.Sandbox.Enabled || here(hostOf(s.base)) }

// here reports whether a host is this very machine.
func here(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || (err == nil && ip.IsLoopback())
}

func (s subscriptions) list(ctx context.Context) error {
	all, err := s.client.List(ctx)
	if err != nil {
		return s.explain(err)
	}
	if len(all) == 0 {
		_, err := fmt.Fprintln(s.stdout, "There are no subscriptions. `till webhook subscribe` makes one.")
		return err
	}
	w := tabwriter.NewWriter(s.stdout, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "SUBSCRIPTION\tSTATE\tGOES TO\tOF\tMADE\tEVENTS")
	for _, one := range all {
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", oneLine(one.ID), onOff(one.Enabled), dash(oneLine(one.Target.URL)),
			environmentOf(one), moment(one.CreatedAt.Time), dash(oneLine(strings.Join(one.EventTypes, ", "))))
	}
	return w.Flush()
}

func onOff(enabled bool) string {
	if enabled {
		return "on"
	}
	return "off"
}

// environmentOf says whether real payments are told of.
func environmentOf(s business.Subscription) string {
	if isPretend(s) {
		return "sandbox"
	}
	return "production"
}

// isPretend reports whether a subscription tells of Coinbase's own sandbox.
// None tells of that and of real payments.
func isPretend(s business.Subscription) bool {
	return s.Labels[business.SandboxLabel] == business.SandboxValue
}

func (s subscriptions) delete(ctx context.Context, id string) error {
	err := s.client.Delete(ctx, id)
	if errors.Is(err, business.ErrInvalid) {
		return fmt.Errorf("%q is no subscription's id: copy one from `till webhook list`", id)
	}
	var failure *business.Error
	if errors.As(err, &failure) && failure.NotFound() {
		return fmt.Errorf("%s has no such subscription. `till webhook list` tells which there are: %w", s.base, err)
	}
	if err != nil {
		return s.explain(err)
	}
	_, err = fmt.Fprintf(s.stdout, "Subscription %s is deleted. %s.\n", id, farewellTo(s.cfg))
	return err
}

// explain says in words why subscriptions could not be had or changed. Where
// there are none at all, the address is wrong, whatever is said there.
func (s subscriptions) explain(err error) error {
	var failure *business.Error
	if told := refusedBy(err); told != nil && errors.As(err, &failure) && !failure.NotFound() {
		return told
	}
	return businessAsked(s.base, "[business] subscriptions_url").explain(s.cfg, err)
}

// explainCreate adds that a request without a clear answer may have worked.
func (s subscriptions) explainCreate(err error) error {
	told := s.explain(err)
	var failure *business.Error
	unclear := errors.As(err, &failure) && failure.Sent &&
		(failure.Status < http.StatusBadRequest || failure.Status >= http.StatusInternalServerError)
	if unclear {
		return fmt.Errorf("the subscription may have been made all the same, and its secret is lost; look at `till webhook list` and delete it before you try again: %w", told)
	}
	return told
}

// explainBusinessCall is [explainBusiness], but for what the provider refuses in
// words of its own, which say it all.
func explainBusinessCall(cfg config.Config, base string, err error) error {
	if told := refusedBy(err); told != nil {
		return told
	}
	return explainBusiness(cfg, base, err)
}

// refusedBy says what the provider refuses in words of its own; nil if it does not.
func refusedBy(err error) error {
	var failure *business.Error
	if errors.As(err, &failure) && failure.Message != "" && failure.Status >= 400 && failure.Status < 500 &&
		failure.Status != http.StatusUnauthorized && failure.Status != http.StatusForbidden && failure.Status != http.StatusTooManyRequests {
		return fmt.Errorf("Coinbase refuses: %s", strings.TrimSuffix(failure.Message, ".")) //nolint:staticcheck // a name begins the sentence
	}
	return nil
}
