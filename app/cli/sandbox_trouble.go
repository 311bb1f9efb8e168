package cli

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"till/app/coinbase/commerce"
)

// trouble is something that goes wrong on purpose, as control shows and takes
// it.
type trouble struct {
	ID       string `json:"id,omitempty"`
	Kind     string `json:"kind"`
	Endpoint string `json:"endpoint,omitempty"`
	Code     string `json:"code,omitempty"`
	Order    string `json:"order,omitempty"`
	API      string `json:"api,omitempty"`
	Delay    string `json:"delay,omitempty"`
	Times    int    `json:"times,omitempty"` // 0 = until it is removed
	After    bool   `json:"after,omitempty"` // an API call does its work first
}

// troubles are those that are on, and the kinds there are.
type troubles struct {
	Data  []trouble `json:"data"`
	Kinds []struct {
		Kind    string `json:"kind"`
		Where   string `json:"where"`
		Explain string `json:"explain"`
	} `json:"kinds"`
}

func (p *program) troubleCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "trouble", Short: "Let webhooks and API calls go wrong on purpose", Args: cobra.NoArgs,
		Long: "Let webhooks and API calls go wrong on purpose. Without a command it tells what goes wrong now, and what could.",
	}
	c.AddCommand(p.troubleListCommand(), p.troubleAddCommand(), p.troubleRemoveCommand(), p.troubleClearCommand())
	return p.atControl(c, p.listTroubles)
}

func (p *program) troubleListCommand() *cobra.Command {
	c := &cobra.Command{Use: "list", Short: "Tell what goes wrong now, and what could", Args: cobra.NoArgs}
	return p.atControl(c, p.listTroubles)
}

func (p *program) listTroubles(ctx context.Context, at control, _ []string) error {
	var now troubles
	if err := at.get(ctx, "/troubles", nil, &now); err != nil {
		return err
	}
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	if len(now.Data) == 0 {
		_, _ = fmt.Fprintln(w, "Nothing goes wrong on purpose.")
	} else {
		_, _ = fmt.Fprintln(w, "TROUBLE\tKIND\tHITS\tLEFT")
	}
	for _, t := range now.Data {
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", t.ID, strings.TrimSpace(t.Kind+" "+t.Delay), t.hits(), t.left())
	}
	_, _ = fmt.Fprintln(w, "\nKIND\tHITS\tWHAT HAPPENS")
	for _, k := range now.Kinds {
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\n", k.Kind, k.Where, oneLine(k.Explain))
	}
	return w.Flush()
}

// hits says what the trouble is for.
func (t trouble) hits() string {
	var parts []string
	for _, part := range []struct{ name, value string }{
		{"charge", t.Code}, {"order", t.Order}, {"endpoint", t.Endpoint}, {"api", t.API},
	} {
		if part.value != "" {
			parts = append(parts, part.name+" "+part.value)
		}
	}
	if len(parts) == 0 {
		return "everything"
	}
	return strings.Join(parts, ", ")
}

// left says how often it will hit.
func (t trouble) left() string {
	if t.Times == 0 {
		return "until removed"
	}
	return strconv.Itoa(t.Times) + " times"
}

func (p *program) troubleAddCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "add KIND", Short: "Let something go wrong", Args: cobra.ExactArgs(1),
		Long: "Let something go wrong until it is removed, or so many times. `till sandbox trouble` explains each kind.\n" +
			"A kind for webhooks hits those of one charge, order or endpoint, or all; one for the API hits one of its\n" +
			"resources, or all.",
	}
	var t trouble
	var delay time.Duration
	c.Flags().StringVar(&t.Code, "charge", "", "only what is about the charge with this code or id")
	c.Flags().StringVar(&t.Order, "order", "", "only webhooks of charges with this order_id in their metadata")
	c.Flags().StringVar(&t.Endpoint, "endpoint", "", "only webhooks to this endpoint")
	c.Flags().StringVar(&t.API, "api", "", "only these API calls: charges, checkouts, invoices, events, subscriptions, or all of commerce or business")
	c.Flags().DurationVar(&delay, "delay", 0, "how long it takes, for the kinds that make something late; latency a minute at most")
	c.Flags().IntVar(&t.Times, "times", 0, "how many webhooks or calls it hits; without it all, until it is removed")
	c.Flags().BoolVar(&t.After, "after", false, "an API call does its work first, and only its answer goes wrong")
	return p.atControl(c, func(ctx context.Context, at control, args []string) error {
		if delay < 0 || t.Times < 0 {
			return errors.New("--delay and --times must not be below zero")
		}
		if c.Flags().Changed("times") && t.Times == 0 {
			return errors.New("--times 0 would never hit: write 1 or more, or leave it out to have it stay until it is removed")
		}
		t.Kind = args[0]
		if delay > 0 {
			t.Delay = delay.String()
		}
		return p.addTrouble(ctx, at, t)
	})
}

func (p *program) addTrouble(ctx context.Context, at control, t trouble) error {
	added, err := at.addTrouble(ctx, t)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "Trouble %s is on: %s hits %s, %s.\n", added.ID, added.Kind, added.hits(), added.left())
	return err
}

// addTrouble switches a trouble on and returns it with its id.
func (c control) addTrouble(ctx context.Context, t trouble) (trouble, error) {
	var reply struct {
		Data trouble `json:"data"`
	}
	err := c.post(ctx, "/troubles", t, &reply)
	return reply.Data, err
}

func (p *program) troubleRemoveCommand() *cobra.Command {
	c := &cobra.Command{Use: "remove TROUBLE", Short: "Stop one trouble", Args: cobra.ExactArgs(1)}
	return p.atControl(c, func(ctx context.Context, at control, args []string) error {
		if !commerce.ValidKey(args[0]) {
			return fmt.Errorf("%q is no trouble's id: copy one from `till sandbox trouble`", args[0])
		}
		err := at.delete(ctx, "/troubles/"+args[0])
		if missing(err) {
			return fmt.Errorf("there is no trouble %s: `till sandbox trouble` tells which there are", args[0])
		}
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.stdout, "Trouble %s is over.\n", args[0])
		return err
	})
}

func (p *program) troubleClearCommand() *cobra.Command {
	c := &cobra.Command{Use: "clear", Short: "Stop all troubles", Args: cobra.NoArgs}
	return p.atControl(c, func(ctx context.Context, at control, _ []string) error {
		if err := at.delete(ctx, "/troubles"); err != nil {
			return err
		}
		_, err := fmt.Fprintln(p.stdout, "Nothing goes wrong on purpose any more.")
		return err
	})
}
