package delivery

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// Past asks for attempts at one endpoint; what is empty does not narrow it.
type Past struct {
	Endpoint string
	EventID  string
	Types    []string
	From     time.Time // made then or later
	Until    time.Time // made then or before
	Limit    int
}

// History returns the newest attempts at an endpoint, the newest first.
func (q *Queue) History(ctx context.Context, past Past) ([]Entry, error) {
	text, args := past.sql()
	rows, err := q.cfg.DB.Read().QueryContext(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("list an endpoint's attempts: %w", err)
	}
	return collect(rows, "list an endpoint's attempts", scanEntry)
}

func (past Past) sql() (string, []any) {
	where, args := []string{"d.endpoint = $1"}, []any{past.Endpoint}
	add := func(condition string, value any) {
		args = append(args, value)
		where = append(where, fmt.Sprintf(condition, len(args)))
	}
	if past.EventID != "" {
		add("a.event_id = $%d", past.EventID)
	}
	if !past.From.IsZero() {
		add("a.at >= $%d", past.From.UnixMicro())
	}
	if !past.Until.IsZero() {
		add("a.at < $%d", past.Until.Truncate(time.Millisecond).Add(time.Millisecond).UnixMicro()) // they are shown in milliseconds
	}
	if len(past.Types) > 0 {
		// One condition, whatever their number: types have no comma in them.
		add("instr($%d, ',' || d.type || ',') > 0", ","+strings.Join(past.Types, ",")+",")
	}
	args = append(args, past.Limit)
	return fmt.Sprintf(`SELECT %s FROM deliveries d JOIN attempts a ON a.delivery = d.id WHERE %s ORDER BY a.seq DESC LIMIT $%d`,
		entryColumns, strings.Join(where, " AND "), len(args)), args
}
