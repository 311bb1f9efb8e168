package cli

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"till/app/coinbase/commerce"
)

// endpoint is where webhooks go, as control shows it.
type endpoint struct {
	ID      string   `json:"id"`
	URL     string   `json:"url"`
	Secret  string   `json:"secret"` // only in the answer that made it up
	Events  []string `json:"events"`
	Enabled bool     `json:"enabled"`
}

func (p *program) endpointCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "endpoint", Short: "List, add, switch and try the places webhooks go to",
		Long: "Each endpoint has its own secret and the types of event it wants. The one called \"configured\" is the\n" +
			"webhook URL the sandbox was started with.",
	}
	c.AddCommand(p.endpointListCommand(), p.endpointAddCommand(), p.endpointRemoveCommand(),
		p.endpointSwitchCommand("on", "Send webhooks to an endpoint again", true),
		p.endpointSwitchCommand("off", "Send no webhooks to an endpoint", false),
		p.endpointTestCommand())
	return c
}

func (p *program) endpointListCommand() *cobra.Command {
	c := &cobra.Command{Use: "list", Short: "List the endpoints", Args: cobra.NoArgs}
	return p.atControl(c, func(ctx context.Context, at control, _ []string) error {
		var reply struct {
			Data []endpoint `json:"data"`
		}
		if err := at.get(ctx, "/endpoints", nil, &reply); err != nil {
			return err
		}
		if len(reply.Data) == 0 {
			_, err := fmt.Fprintln(p.stdout, "Webhooks go nowhere yet. `till sandbox endpoint add URL` changes that.")
			return err
		}
		w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
		_, _ = fmt.Fprintln(w, "ENDPOINT\tSENDS\tEVENTS\tURL")
		for _, e := range reply.Data {
			sends := map[bool]string{true: "on", false: "off"}[e.Enabled]
			_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", e.ID, sends, e.wants(), e.URL)
		}
		return w.Flush()
	})
}

func (e endpoint) wants() string {
	if len(e.Events) == 0 {
		return "all"
	}
	return strings.Join(e.Events, ",")
}

func (p *program) endpointAddCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "add URL", Short: "Send webhooks to one more place", Args: cobra.ExactArgs(1),
		Long: "Send webhooks to one more place. Its secret is made up and printed once, unless one is given.",
	}
	face := c.Flags().String("face", "", "whose events: commerce, or business; without it commerce's")
	events := c.Flags().StringSlice("events", nil, "only these types, separated by commas; without it all of them")
	secret := c.Flags().String("secret", "", "the shared secret; everybody on this machine can read it on a command line")
	return p.atControl(c, func(ctx context.Context, at control, args []string) error {
		request := map[string]any{"url": args[0]}
		if *face != "" {
			request["face"] = *face
		}
		if *secret != "" {
			request["secret"] = *secret
		}
		if len(*events) > 0 {
			request["events"] = *events
		}
		var reply struct {
			Data endpoint `json:"data"`
		}
		if err := at.post(ctx, "/endpoints", request, &reply); err != nil {
			return err
		}
		_, err := fmt.Fprintf(p.stdout, "Endpoint %s gets %s events at %s.\n", reply.Data.ID, reply.Data.wants(), reply.Data.URL)
		if err == nil && *secret == "" && reply.Data.Secret != "" {
			_, err = fmt.Fprintf(p.stdout, "Its secret is %s\n", reply.Data.Secret)
		}
		return err
	})
}

func (p *program) endpointRemoveCommand() *cobra.Command {
	c := &cobra.Command{Use: "remove ENDPOINT", Short: "Send no webhooks to an endpoint any more, for good", Args: cobra.ExactArgs(1)}
	return p.ofEndpoint(c, func(ctx context.Context, at control, args []string) error {
		if err := at.delete(ctx, "/endpoints/"+args[0]); err != nil {
			return err
		}
		_, err := fmt.Fprintf(p.stdout, "Endpoint %s is removed.\n", args[0])
		return err
	})
}

func (p *program) endpointSwitchCommand(verb, short string, on bool) *cobra.Command {
	c := &cobra.Command{Use: verb + " ENDPOINT", Short: short, Args: cobra.ExactArgs(1)}
	return p.ofEndpoint(c, func(ctx context.Context, at control, args []string) error {
		if err := at.post(ctx, "/endpoints/"+args[0], map[string]bool{"enabled": on}, nil); err != nil {
			return err
		}
		_, err := fmt.Fprintf(p.stdout, "Endpoint %s is %s.\n", args[0], verb)
		return err
	})
}

func (p *program) endpointTestCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "test ENDPOINT TYPE", Short: "Send an endpoint a test event", Args: cobra.ExactArgs(2),
		Long: "Send an endpoint a test event, such as charge:confirmed. Its charge is made up and matches no order:\n" +
			"a good receiver answers 200 and does nothing.",
	}
	return p.ofEndpoint(c, func(ctx context.Context, at control, args []string) error {
		if err := at.post(ctx, "/endpoints/"+args[0]+"/test", map[string]string{"type": args[1]}, nil); err != nil {
			return err
		}
		_, err := fmt.Fprintf(p.stdout, "A made-up %s is on its way to %s. `till sandbox deliveries` tells what became of it.\n", args[1], args[0])
		return err
	})
}

// ofEndpoint is a command about the endpoint its first argument names.
func (p *program) ofEndpoint(c *cobra.Command, do func(ctx context.Context, at control, args []string) error) *cobra.Command {
	return p.atControl(c, func(ctx context.Context, at control, args []string) error {
		if !commerce.ValidKey(args[0]) {
			return fmt.Errorf("%q is no endpoint's id: copy one from `till sandbox endpoint list`", args[0])
		}
		err := do(ctx, at, args)
		if missing(err) {
			return fmt.Errorf("there is no endpoint %s: `till sandbox endpoint list` tells which there are", args[0])
		}
		return err
	})
}
