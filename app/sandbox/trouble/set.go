package trouble

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"till/app/database"
)

// Set is the troubles that are switched on, in memory and on disk.
type Set struct {
	db *database.DB

	mu  sync.Mutex // held while they are written, so that memory and disk agree
	all []Trouble
}

// New reads what was switched on before the last stop.
func New(ctx context.Context, db *database.DB) (*Set, error) {
	all, err := list(ctx, db.Read())
	return &Set{db: db, all: all}, err
}

// List returns what is switched on, the oldest first.
func (s *Set) List() []Trouble {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.all)
}

// Add switches t on and returns it with its id. It returns a [*Refusal] for
// what would not do what it says.
func (s *Set) Add(ctx context.Context, t Trouble) (Trouble, error) {
	if err := t.Check(); err != nil {
		return Trouble{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.db.Write(ctx, func(ctx context.Context, tx database.Tx) error {
		var seq int64
		err := tx.QueryRowContext(ctx,
			`INSERT INTO troubles (kind, endpoint, code, order_id, api, delay_us, times, late)
			 VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING seq`,
			t.Kind, t.Endpoint, t.Code, t.Order, t.API, t.Delay.Microseconds(), t.Times, t.After).Scan(&seq)
		t.ID = strconv.FormatInt(seq, 10)
		return err
	})
	if err != nil {
		return Trouble{}, fmt.Errorf("insert a trouble: %w", err)
	}
	s.all = append(s.all, t)
	return t, nil
}

// Remove switches one trouble off. It returns [ErrNotFound].
func (s *Set) Remove(ctx context.Context, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.all, func(t Trouble) bool { return t.ID == id })
	if i < 0 {
		return ErrNotFound
	}
	if err := s.delete(ctx, id); err != nil {
		return err
	}
	s.all = slices.Delete(s.all, i, i+1)
	return nil
}

// Clear switches all troubles off.
func (s *Set) Clear(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.db.Write(ctx, func(ctx context.Context, tx database.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM troubles`)
		return err
	})
	if err != nil {
		return fmt.Errorf("delete the troubles: %w", err)
	}
	s.all = nil
	return nil
}

func (s *Set) delete(ctx context.Context, id string) error {
	err := s.db.Write(ctx, func(ctx context.Context, tx database.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM troubles WHERE seq = $1`, id)
		return err
	})
	if err != nil {
		return fmt.Errorf("delete a trouble: %w", err)
	}
	return nil
}

func list(ctx context.Context, q database.Queryer) ([]Trouble, error) {
	rows, err := q.QueryContext(ctx, `SELECT seq, kind, endpoint, code, order_id, api, delay_us, times, late FROM troubles ORDER BY seq`)
	if err != nil {
		return nil, fmt.Errorf("list troubles: %w", err)
	}
	defer func() { _ = rows.Close() }() // rows.Err tells what matters
	var all []Trouble
	for rows.Next() {
		var t Trouble
		var us int64
		if err := rows.Scan(&t.ID, &t.Kind, &t.Endpoint, &t.Code, &t.Order, &t.API, &us, &t.Times, &t.After); err != nil {
			return nil, fmt.Errorf("list troubles: %w", err)
		}
		t.Delay = time.Duration(us) * time.Microsecond
		all = append(all, t)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list troubles: %w", err)
	}
	return all, nil
}
