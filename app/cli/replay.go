package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"till/app/shop"
	"till/app/store"
)

func (p *program) replayCommand() *cobra.Command {
	var failed bool
	var since string
	c := &cobra.Command{
		Use: "replay [EVENT]", Short: "Have webhooks worked off again",
		Long: "Have webhooks that came in worked off again: one, those that failed, or all since a time.\n" +
			"EVENT is an event's number or the provider's id; --failed and --since together choose what failed since then.\n" +
			"What became of an event before stays in its history. Working an event off twice changes nothing it had changed before.\n" +
			"It is the running till that works them off; without one it does so at its next start.",
		Example: "  till replay 4711\n  till replay --failed\n  till replay --since 2h",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			from, err := p.since(since)
			if err != nil {
				return err
			}
			choice := shop.EventChoice{Failed: failed, Since: from}
			if (len(args) == 1) == (choice != shop.EventChoice{}) {
				return errors.New("say what to replay: `till replay EVENT` for one event, --failed, or --since such as 2h")
			}
			return p.withStore(cmd.Context(), func(s *store.Store) error { return p.replay(cmd.Context(), s, args, choice) })
		},
	}
	c.Flags().BoolVar(&failed, "failed", false, "those that were given up, and those that failed and would be tried again")
	c.Flags().StringVar(&since, "since", "", sinceHelp)
	return c
}

const sinceHelp = "those received since then: a time such as 2026-03-01T12:00:00Z, or how long ago, such as 2h"

// since reads a time or how long ago it was; none is zero.
func (p *program) since(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, nil
	}
	ago, err := time.ParseDuration(text)
	if err != nil || ago <= 0 {
		return time.Time{}, fmt.Errorf("--since %q is neither a time such as 2026-03-01T12:00:00Z nor how long ago, such as 2h or 30m", text)
	}
	return p.host.Now().Add(-ago), nil
}

func (p *program) replay(ctx context.Context, s *store.Store, args []string, choice shop.EventChoice) error {
	if len(args) == 1 {
		event, err := s.FindEvent(ctx, args[0])
		if err != nil {
			return err
		}
		choice.Seq = event.Seq
	}
	now := p.host.Now()
	all, err := s.ReplayEvents(ctx, choice, now)
	if err != nil {
		return err
	}
	if all == 0 {
		_, err := fmt.Fprintln(p.stdout, "No event is among them: there is nothing to replay. `till events list` shows those there are.")
		return err
	}
	if _, err := fmt.Fprintf(p.stdout, "%s ready to be worked off again.\n", count(all, "event is", "events are")); err != nil {
		return err
	}
	var verdicts map[shop.Verdict]int
	end, err := await(ctx, all, func(ctx context.Context) (left int, err error) {
		verdicts, left, err = s.ListReplayed(ctx, now)
		return left, err
	})
	if err != nil {
		return err
	}
	switch end {
	case noneDone:
		_, err = fmt.Fprintln(p.stdout, "No till is running on this store; they will be worked off at its next start.")
	case someDone:
		_, err = fmt.Fprintf(p.stdout, "So far: %s. The running till goes on.\n", tell(verdicts))
	default:
		_, err = fmt.Fprintf(p.stdout, "Worked off: %s.\n", tell(verdicts))
	}
	return err
}

// tell counts verdicts in words.
func tell(verdicts map[shop.Verdict]int) string {
	var texts []string
	for _, v := range slices.Sorted(maps.Keys(verdicts)) {
		name := string(v)
		if v == shop.Received {
			name = "to be tried again"
		}
		texts = append(texts, fmt.Sprintf("%d %s", verdicts[v], name))
	}
	return strings.Join(texts, ", ")
}
