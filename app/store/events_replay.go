package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"till/app/database"
	"till/app/shop"
)

// replayStep is how many events are made ready at once, so that a running till
// never waits long for its turn to write.
const replayStep = 500

// ReplayEvents makes the chosen events ready to be worked off again, as if they
// had just come in, and returns how many there are. What had become of each is
// kept in its history. The limit of the choice does not count.
func (s *Store) ReplayEvents(ctx context.Context, choice shop.EventChoice, now time.Time) (all int, err error) {
	where, args := choose(choice)
	from, last := int64(0), int64(0)
	err = s.db.Read().QueryRowContext(ctx, `SELECT COALESCE(MAX(seq), 0) FROM events`).Scan(&last)
	for err == nil {
		var step []int64
		if step, err = s.nextReplay(ctx, where, args, from, last); err != nil || len(step) == 0 {
			break
		}
		var n int64
		n, err = s.replay(ctx, where, args, step, now)
		all, from = all+int(n), step[len(step)-1]
	}
	if err != nil {
		return all, fmt.Errorf("replay events: %w", err)
	}
	return all, nil
}

// nextReplay returns the numbers of the next step's events, above from and not
// beyond last, in order. To look for them takes as long as the table is large,
// so that is not done while everybody who writes waits.
func (s *Store) nextReplay(ctx context.Context, where string, args []any, from, last int64) ([]int64, error) {
	params, at := after(args, from, last, replayStep)
	rows, err := s.db.Read().QueryContext(ctx, fmt.Sprintf(`SELECT seq FROM events
WHERE seq > %s AND seq <= %s AND %s ORDER BY seq LIMIT %s`, at(0), at(1), where, at(2)), params...)
	if err != nil {
		return nil, err
	}
	return collect(rows, func(row scanner) (seq int64, err error) { return seq, row.Scan(&seq) })
}

// replay makes those of the events ready that are still among the chosen.
func (s *Store) replay(ctx context.Context, where string, args []any, seqs []int64, now time.Time) (n int64, err error) {
	params, at := after(args, shop.Received, micros(now), now.UTC().Format(time.RFC3339), "\n")
	in, numbers := placeholders(len(params), seqs)
	params = append(params, numbers...)
	err = s.db.Write(ctx, func(ctx context.Context, tx database.Tx) error {
		result, err := tx.ExecContext(ctx, fmt.Sprintf(`UPDATE events SET history = history
        || CASE history WHEN '' THEN '' ELSE %[4]s END || 'until ' || %[3]s || ': ' || verdict
        || CASE order_id WHEN '' THEN '' ELSE ', order ' || order_id END
        || CASE attempts WHEN 0 THEN '' ELSE ', failed attempts: ' || attempts END
        || CASE note WHEN '' THEN '' ELSE ', ' || note END,
    verdict = %[1]s, attempts = 0, note = '', worked_at = NULL, work_at = %[2]s, replayed_at = %[2]s
WHERE seq IN (%[5]s) AND %[6]s`, at(0), at(1), at(2), at(3), in, where), params...)
		if err != nil {
			return err
		}
		n, err = result.RowsAffected()
		return err
	})
	return n, err
}

// after adds parameters behind those of a condition, and returns how the one
// with an index among the added is called.
func after(args []any, more ...any) (params []any, at func(int) string) {
	return slices.Concat(args, more), func(i int) string { return fmt.Sprintf("$%d", len(args)+i+1) }
}

// placeholders writes a step's numbers as placeholders behind so many others, with their
// parameters. It is as long for each step, so that there is one statement.
func placeholders(others int, seqs []int64) (in string, params []any) {
	var names []string
	for i := range replayStep {
		names = append(names, fmt.Sprintf("$%d", others+i+1))
		params = append(params, seqs[min(i, len(seqs)-1)])
	}
	return strings.Join(names, ", "), params
}

// ListReplayed returns how many of the events that were made ready at a time
// have which verdict now, and how many of them nobody has tried to work off.
func (s *Store) ListReplayed(ctx context.Context, at time.Time) (verdicts map[shop.Verdict]int, untouched int, err error) {
	rows, err := s.db.Read().QueryContext(ctx, `SELECT verdict, COUNT(*), SUM(CASE WHEN work_at = $1 THEN 1 ELSE 0 END)
FROM events WHERE replayed_at = $1 GROUP BY verdict`, at.UnixMicro())
	if err != nil {
		return nil, 0, fmt.Errorf("list replayed events: %w", err)
	}
	type group struct {
		verdict          shop.Verdict
		count, untouched int
	}
	groups, err := collect(rows, func(row scanner) (g group, err error) {
		var left sql.NullInt64
		err = row.Scan(&g.verdict, &g.count, &left)
		g.untouched = int(left.Int64)
		return g, err
	})
	verdicts = map[shop.Verdict]int{}
	for _, g := range groups {
		verdicts[g.verdict] = g.count
		untouched += g.untouched
	}
	return verdicts, untouched, err
}
