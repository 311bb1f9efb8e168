package cli

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"till/app/coinbase/commerce"
)

// The statuses of a delivery that matter here.
const (
	deliveryWaiting = "waiting"   // it will be sent, perhaps again
	deliveryDone    = "delivered" // it was answered with 2xx
)

// delivery is one event on its way to one endpoint, as control shows it.
type delivery struct {
	ID         string    `json:"id"`
	EventID    string    `json:"event_id"`
	Type       string    `json:"type"`
	Code       string    `json:"code"`
	Endpoint   string    `json:"endpoint"`
	URL        string    `json:"url"`
	Status     string    `json:"status"`
	Attempts   int       `json:"attempts"`
	NextAt     time.Time `json:"next_at"`
	LastStatus int       `json:"last_status"`
	LastError  string    `json:"last_error"`
}

// answer says what the endpoint answered last.
func (d delivery) answer() string {
	switch {
	case d.Attempts == 0:
		return "-"
	case d.LastStatus == 0:
		return cmp.Or(d.LastError, "no answer")
	default:
		return strconv.Itoa(d.LastStatus)
	}
}

// deliveries returns the newest of a charge, of all charges with code "". The
// newest is the first.
func (c control) deliveries(ctx context.Context, code string, limit int) ([]delivery, error) {
	query := url.Values{"limit": {strconv.Itoa(limit)}}
	if code != "" {
		query.Set("code", code)
	}
	var reply struct {
		Data []delivery `json:"data"`
	}
	err := c.get(ctx, "/deliveries", query, &reply)
	return reply.Data, err
}

// resend sends a delivery once more, whatever became of it.
func (c control) resend(ctx context.Context, id string) error {
	if !commerce.ValidKey(id) {
		return fmt.Errorf("%q is no delivery: copy one from `till sandbox deliveries`", id)
	}
	err := c.post(ctx, "/deliveries/"+id+"/resend", nil, nil)
	if missing(err) {
		return fmt.Errorf("there is no delivery %s: `till sandbox deliveries` tells which there are", id)
	}
	return err
}

func (p *program) deliveriesCommand() *cobra.Command {
	c := &cobra.Command{Use: "deliveries", Short: "List the newest webhooks and what became of them", Args: cobra.NoArgs}
	code := c.Flags().String("charge", "", "only those of the charge with this code")
	limit := c.Flags().Int("limit", 50, "how many, at most 1000")
	return p.atControl(c, func(ctx context.Context, at control, _ []string) error {
		if *limit < 1 || *limit > 1000 {
			return fmt.Errorf("--limit %d: write a number from 1 to 1000", *limit)
		}
		all, err := at.deliveries(ctx, *code, *limit)
		if err != nil {
			return err
		}
		return p.listDeliveries(all)
	})
}

func (p *program) listDeliveries(all []delivery) error {
	if len(all) == 0 {
		_, err := fmt.Fprintln(p.stdout, "No webhook was due yet.")
		return err
	}
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "DELIVERY\tTYPE\tCHARGE\tSTATUS\tATTEMPTS\tANSWER\tNEXT\tURL")
	for _, d := range all {
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%s\t%s\t%s\n", d.ID, d.Type, d.Code, d.Status, d.Attempts,
			printable(d.answer()), moment(d.NextAt), d.URL)
	}
	return w.Flush()
}

func (p *program) resendCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "resend DELIVERY", Short: "Send a webhook once more", Args: cobra.ExactArgs(1),
		Long: "Send a webhook once more, whatever became of it. `till sandbox deliveries` tells their ids.",
	}
	return p.atControl(c, func(ctx context.Context, at control, args []string) error {
		if err := at.resend(ctx, args[0]); err != nil {
			return err
		}
		_, err := fmt.Fprintf(p.stdout, "Delivery %s is on its way again.\n", args[0])
		return err
	})
}
