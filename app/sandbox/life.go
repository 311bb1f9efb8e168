package sandbox

import (
	"context"
	"fmt"
	"time"

	"till/app/database"
	"till/app/sandbox/delivery"
	"till/app/sandbox/ledger"
)

// hiccup is the pause after a turn that failed, say for a full disk.
const hiccup = time.Second

// run lets time pass: it does what is due, sleeps until the next thing is,
// and starts over, until ctx ends.
func (s *Sandbox) run(ctx context.Context) {
	for ctx.Err() == nil {
		next, err := s.turn(ctx)
		if err != nil && ctx.Err() == nil {
			s.cfg.Logger.ErrorContext(ctx, "the sandbox's time stands still", "error", err)
			next = s.clock.Now().Add(hiccup)
		}
		s.clock.Wait(ctx, next)
	}
}

// turn does what is due and returns when the next thing is, zero for never.
func (s *Sandbox) turn(ctx context.Context) (time.Time, error) {
	if err := s.catchUp(ctx); err != nil {
		return time.Time{}, err
	}
	charge, err := ledger.NextDue(ctx, s.db.Read())
	if err != nil {
		return time.Time{}, err
	}
	webhook, err := s.queue.Turn(ctx)
	if err != nil {
		return time.Time{}, err
	}
	if charge.IsZero() || (!webhook.IsZero() && webhook.Before(charge)) {
		return webhook, nil
	}
	return charge, nil
}

// catchUp lets every charge do what it has to have done by now.
func (s *Sandbox) catchUp(ctx context.Context) error {
	due, err := ledger.ListDue(ctx, s.db.Read(), s.clock.Now())
	if err != nil {
		return err
	}
	for _, id := range due {
		_, err := s.change(ctx, id, func(c *ledger.Charge) error {
			c.Tick(s.clock.Now())
			return nil
		})
		if err != nil {
			return fmt.Errorf("let charge %s go on: %w", id, err)
		}
	}
	return nil
}

// open begins a charge.
func (s *Sandbox) open(ctx context.Context, terms ledger.Terms) (*ledger.Charge, error) {
	shape := s.shapeOf(terms.Metadata)
	var charge *ledger.Charge
	err := s.write(ctx, func(ctx context.Context, tx database.Tx) error {
		var err error
		charge, err = s.openIn(ctx, tx, shape, terms)
		return err
	})
	return charge, err
}

// openIn begins a charge in the caller's unit of work.
func (s *Sandbox) openIn(ctx context.Context, tx database.Tx, shape ledger.Shape, terms ledger.Terms) (*ledger.Charge, error) {
	id, err := s.names.id()
	if err != nil {
		return nil, err
	}
	code, err := s.names.code()
	if err != nil {
		return nil, err
	}
	charge := ledger.Open(id, code, shape, terms, s.clock.Now())
	if err := ledger.Insert(ctx, tx, charge); err != nil {
		return nil, err
	}
	return charge, s.tell(ctx, tx, charge)
}

// change finds a charge by its code or id, lets do have its way with it and
// writes what became of it, with its events, in one unit. What is due comes
// first: a charge whose hour is over cannot be paid because nobody looked.
func (s *Sandbox) change(ctx context.Context, ref string, do func(*ledger.Charge) error) (*ledger.Charge, error) {
	var charge *ledger.Charge
	var refused error
	err := s.write(ctx, func(ctx context.Context, tx database.Tx) error {
		var err error
		if charge, err = ledger.Find(ctx, tx, ref); err != nil {
			return err
		}
		charge.Tick(s.clock.Now())
		refused = do(charge)
		return s.keep(ctx, tx, charge)
	})
	if err == nil {
		err = refused
	}
	return charge, err
}

// keep writes what became of c, and what that means for its invoice.
func (s *Sandbox) keep(ctx context.Context, tx database.Tx, c *ledger.Charge) error {
	if err := ledger.Update(ctx, tx, c); err != nil {
		return err
	}
	if err := s.followInvoice(ctx, tx, c); err != nil {
		return err
	}
	return s.tell(ctx, tx, c)
}

// tell writes down what happened to c since the last time, and queues it.
func (s *Sandbox) tell(ctx context.Context, tx database.Tx, c *ledger.Charge) error {
	for _, h := range c.TakeEvents() {
		id, err := s.names.id()
		if err != nil {
			return err
		}
		e, err := s.view.Event(id, h)
		if err != nil {
			return err
		}
		if c.Shape != ledger.Business { // whose API lists none
			if err := ledger.InsertEvent(ctx, tx, e); err != nil {
				return err
			}
		}
		err = s.queue.Add(ctx, tx, delivery.Event{
			ID: e.ID, ChargeID: e.ChargeID, Code: e.Code, Type: e.Type, At: e.CreatedAt, Sandbox: c.Sandbox, Body: e.Body,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// write commits unit and wakes whoever sends its webhooks.
func (s *Sandbox) write(ctx context.Context, unit func(context.Context, database.Tx) error) error {
	err := s.db.Write(ctx, unit)
	s.clock.Wake()
	return err
}
