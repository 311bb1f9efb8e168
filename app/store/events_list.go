package store

import (
	"context"
	"fmt"
	"strings"

	"till/app/shop"
)

// ListEvents returns the newest events first.
func (s *Store) ListEvents(ctx context.Context, limit int) ([]shop.Event, error) {
	return s.ChooseEvents(ctx, shop.EventChoice{}, limit)
}

// ChooseEvents returns the newest of the chosen events first.
func (s *Store) ChooseEvents(ctx context.Context, choice shop.EventChoice, limit int) ([]shop.Event, error) {
	where, args := choose(choice)
	args = append(args, limit)
	rows, err := s.db.Read().QueryContext(ctx, fmt.Sprintf(`SELECT %s FROM events WHERE %s ORDER BY seq DESC LIMIT $%d`,
		eventColumns, where, len(args)), args...)
	if err != nil {
		return nil, fmt.Errorf("list events: %w", err)
	}
	return collect(rows, scanEvent)
}

// choose writes a choice as a condition with its arguments from $1 on.
func choose(c shop.EventChoice) (where string, args []any) {
	conditions := []string{"TRUE"}
	add := func(format string, arg any) {
		args = append(args, arg)
		conditions = append(conditions, fmt.Sprintf(format, len(args)))
	}
	if c.Seq != 0 {
		add("seq = $%d", c.Seq)
	}
	if c.Verdict != "" {
		add("verdict = $%d", c.Verdict)
	}
	if c.Type != "" {
		add("type = $%d", c.Type)
	}
	if c.Order != "" {
		add("order_id = $%d", c.Order)
	}
	if !c.Since.IsZero() {
		add("received_at >= $%d", c.Since.UnixMicro())
	}
	if c.Failed {
		// Each half has an index of its own, and of few rows.
		conditions = append(conditions, fmt.Sprintf(`seq IN (SELECT seq FROM events WHERE verdict = '%s'
    UNION ALL SELECT seq FROM events WHERE work_at IS NOT NULL AND attempts > 0)`, shop.Dead))
	}
	return strings.Join(conditions, " AND "), args
}
