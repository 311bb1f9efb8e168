package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// tail is how `till listen` looks at webhooks.
type tail struct {
	charge string // only this one's
	past   bool   // also what was sent before
	body   bool
	json   bool
}

// tailPause is between two looks; tailPatience between two while the sandbox
// does not answer.
const (
	tailPause    = 300 * time.Millisecond
	tailPatience = time.Second
)

func (p *program) listenCommand() *cobra.Command {
	var t tail
	c := &cobra.Command{
		Use: "listen", Short: "Print the sandbox's webhooks as they are sent", Args: cobra.NoArgs,
		Long: "Print one line for each attempt to deliver a webhook, as it happens: its time, event, charge, number, the\n" +
			"answer, and what went wrong on purpose. It ends on SIGINT and SIGTERM, and outlasts a restart of the sandbox.",
	}
	c.Flags().StringVar(&t.charge, "charge", "", "only those of the charge with this code")
	c.Flags().BoolVar(&t.past, "past", false, "begin with what was sent before")
	c.Flags().BoolVar(&t.body, "body", false, "print the body that was sent, too")
	c.Flags().BoolVar(&t.json, "json", false, "print one JSON object a line")
	return p.atControl(c, func(ctx context.Context, at control, _ []string) error { return p.listen(ctx, at, t) })
}

// attempts are some of those that were made, in their order.
type attempts struct {
	Data []attempt `json:"data"`
	Last int64     `json:"last"`
}

// attempts returns what follows the attempt with that number; with -1 nothing
// but the last number there is.
func (c control) attempts(ctx context.Context, after int64) (attempts, error) {
	var reply attempts
	err := c.get(ctx, "/attempts", url.Values{"after": {strconv.FormatInt(after, 10)}, "limit": {"500"}}, &reply)
	return reply, err
}

// listen prints attempts until ctx ends, which is no failure.
func (p *program) listen(ctx context.Context, at control, t tail) error {
	now, err := at.attempts(ctx, -1)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(p.stderr, "Listening at %s. Ctrl-C ends it.\n", at.base); err != nil {
		return err
	}
	after := now.Last
	if t.past {
		after = 0
	}
	for ctx.Err() == nil {
		next, err := p.look(ctx, at, t, after)
		switch {
		case ctx.Err() != nil:
			continue // which is how it ends
		case errors.As(err, new(*unreached)):
			next, err = p.again(ctx, at, after, err)
		case err == nil && next == after: // else there may be more at once
			rest(ctx, tailPause)
		}
		if err != nil {
			return err
		}
		after = next
	}
	return nil
}

// again waits until the sandbox answers again, and returns after what to go on
// there: a sandbox with a new store counts anew.
func (p *program) again(ctx context.Context, at control, after int64, lost error) (int64, error) {
	if _, err := fmt.Fprintf(p.stderr, "%v. Trying again.\n", lost); err != nil {
		return after, err
	}
	for ctx.Err() == nil {
		rest(ctx, tailPatience)
		now, err := at.attempts(ctx, -1)
		switch {
		case ctx.Err() != nil, errors.As(err, new(*unreached)):
			continue
		case err == nil && now.Last < after:
			return 0, nil
		}
		return after, err
	}
	return after, nil
}

// look prints what follows after and returns how far that went.
func (p *program) look(ctx context.Context, at control, t tail, after int64) (int64, error) {
	page, err := at.attempts(ctx, after)
	if err != nil {
		return after, err
	}
	for _, a := range page.Data {
		after = a.Seq
		if t.charge != "" && !strings.EqualFold(t.charge, a.Code) {
			continue
		}
		if err := p.printAttempt(ctx, at, t, a); err != nil {
			return after, err
		}
	}
	return after, nil
}

// rest pauses, but not beyond the end of ctx.
func rest(ctx context.Context, pause time.Duration) {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// printAttempt writes one attempt as t wants it.
func (p *program) printAttempt(ctx context.Context, at control, t tail, a attempt) error {
	if t.body {
		sent, err := at.sentBody(ctx, a)
		if err != nil {
			return err
		}
		a.Body = sent
	}
	if t.json {
		return json.NewEncoder(p.stdout).Encode(a)
	}
	if _, err := fmt.Fprintln(p.stdout, a.line()); err != nil {
		return err
	}
	if !t.body {
		return nil
	}
	_, err := fmt.Fprintln(p.stdout, printable(a.Body))
	return err
}
