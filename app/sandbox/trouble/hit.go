package trouble

import (
	"context"
	"fmt"
	"slices"

	"till/app/database"
)

// Sending is a webhook that is about to be sent.
type Sending struct {
	Endpoint string
	Code     string
	Order    func() (string, error)      // metadata.order_id; asked for only when a trouble wants to know
	Spare    func(Trouble) (bool, error) // what must not hit it this time
}

// Call is a request to the API.
type Call struct {
	Face  string                   // Commerce or Business
	API   string                   // the resource
	Names func() ([]string, error) // of what it is about; asked for only when a trouble wants to know
}

// Hits returns the troubles that hit s now, and counts them down.
func (s *Set) Hits(ctx context.Context, to Sending) ([]Trouble, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var hits []Trouble
	for _, t := range s.all {
		hit, err := t.hits(to)
		if err != nil {
			return nil, err
		}
		if hit {
			hits = append(hits, t)
		}
	}
	return hits, s.countDown(ctx, hits)
}

// Answers returns the troubles that c meets now, and counts them down.
func (s *Set) Answers(ctx context.Context, c Call) ([]Trouble, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var met []Trouble
	for _, t := range s.all {
		meets, err := t.meets(c)
		if err != nil {
			return nil, err
		}
		if meets {
			met = append(met, t)
		}
	}
	return met, s.countDown(ctx, met)
}

func (t Trouble) hits(to Sending) (bool, error) {
	switch {
	case !t.is(Webhook), t.Endpoint != "" && t.Endpoint != to.Endpoint, !t.about(to.Code):
		return false, nil
	}
	if t.Order != "" {
		if order, err := to.Order(); err != nil || order != t.Order {
			return false, err
		}
	}
	spared, err := to.Spare(t)
	return !spared && err == nil, err
}

func (t Trouble) meets(c Call) (bool, error) {
	if !t.is(API) || t.API != "" && t.API != c.API && t.API != c.Face {
		return false, nil
	}
	if t.Code == "" {
		return true, nil
	}
	names, err := c.Names()
	return t.about(names...), err
}

func (t Trouble) is(where string) bool {
	kind, ok := kindOf(t.Kind)
	return ok && kind.Where == where
}

// countDown writes down that those of hits that last a number of times have
// one less, and forgets those that have none left. s.mu is held.
func (s *Set) countDown(ctx context.Context, hits []Trouble) error {
	counted := slices.DeleteFunc(slices.Clone(hits), func(t Trouble) bool { return t.Times == 0 })
	if len(counted) == 0 {
		return nil
	}
	err := s.db.Write(ctx, func(ctx context.Context, tx database.Tx) error {
		for _, t := range counted {
			if _, err := tx.ExecContext(ctx, `UPDATE troubles SET times = times - 1 WHERE seq = $1`, t.ID); err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, `DELETE FROM troubles WHERE seq = $1 AND times = 0`, t.ID); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("count troubles down: %w", err)
	}
	var left []Trouble
	for _, t := range s.all {
		if slices.ContainsFunc(counted, func(c Trouble) bool { return c.ID == t.ID }) {
			if t.Times--; t.Times == 0 {
				continue
			}
		}
		left = append(left, t)
	}
	s.all = left
	return nil
}
