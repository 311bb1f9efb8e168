package cli

import (
	"context"
	"errors"
	"slices"
	"time"
)

// mail is the webhooks of one charge, watched while something happens to it.
type mail struct {
	control
	code string
	wait time.Duration   // for the answers
	old  map[string]bool // the deliveries there were before
}

const (
	mostWebhooks = 1000 // of one charge, that are looked at
	mostHeld     = 100  // of them, that are held back
	mailPause    = 100 * time.Millisecond
)

// remember notes the webhooks there are already.
func (m *mail) remember(ctx context.Context) error {
	before, err := m.deliveries(ctx, m.code, mostWebhooks)
	m.old = map[string]bool{}
	for _, d := range before {
		m.old[d.ID] = true
	}
	return err
}

// fresh returns the webhooks since then, the newest first.
func (m *mail) fresh(ctx context.Context) ([]delivery, error) {
	all, err := m.deliveries(ctx, m.code, mostWebhooks)
	return slices.DeleteFunc(all, func(d delivery) bool { return m.old[d.ID] }), err
}

// sent returns the webhooks to tell of, in the order in which they were sent:
// out of order that is all of the charge.
func (m *mail) sent(ctx context.Context, t trigger) ([]delivery, error) {
	if t.reverse {
		return m.deliveries(ctx, m.code, mostWebhooks)
	}
	all, err := m.fresh(ctx)
	slices.Reverse(all)
	return all, err
}

// send lets do its work and waits for the answers, with what the flags want of
// them.
func (m *mail) send(ctx context.Context, t trigger, do func() (boxCharge, error)) (boxCharge, error) {
	if t.reverse && t.event != eventCreated {
		return m.sendReversed(ctx, t, do)
	}
	charge, err := do()
	if err != nil {
		return charge, err
	}
	if err := m.await(ctx, m.fresh, func(d delivery) bool { return d.Status != deliveryWaiting }); err != nil {
		return charge, err
	}
	return charge, m.repeat(ctx, t.times-1)
}

// sendReversed holds back what do causes, and then sends every webhook of the
// charge, the newest first. If it is cut short, however that is, none is lost:
// what was held back is only late.
func (m *mail) sendReversed(ctx context.Context, t trigger, do func() (boxCharge, error)) (charge boxCharge, err error) {
	release, held, err := m.hold(ctx)
	if err != nil {
		return charge, err
	}
	charge, err = do()
	if err == nil {
		err = m.await(ctx, m.fresh, held)
	}
	if err := errors.Join(err, release()); err != nil {
		return charge, err
	}
	if err := m.repeat(ctx, t.times-1); err != nil {
		return charge, err
	}
	all, err := m.deliveries(ctx, m.code, mostWebhooks)
	for _, d := range all {
		if err == nil {
			err = m.again(ctx, d.ID)
		}
	}
	return charge, err
}

// hold delays what the charge sends from now on, so long that all of it can be
// awaited and sent before; held says whether that has hit a webhook.
func (m *mail) hold(ctx context.Context) (release func() error, held func(delivery) bool, err error) {
	now, err := m.clock(ctx)
	if err != nil {
		return nil, nil, err
	}
	delay := 2*m.wait + time.Minute
	on, err := m.addTrouble(ctx, trouble{Kind: "delay", Code: m.code, Delay: delay.String(), Times: mostHeld})
	if err != nil {
		return nil, nil, err
	}
	release = func() error { return m.delete(context.WithoutCancel(ctx), "/troubles/"+on.ID) }
	due := now.Now.Add(delay)
	return release, func(d delivery) bool {
		return d.Status != deliveryWaiting || d.Attempts > 0 || !d.NextAt.Before(due)
	}, nil
}

// repeat sends the last event so many times more.
func (m *mail) repeat(ctx context.Context, times int) error {
	sent, err := m.fresh(ctx)
	if err != nil || len(sent) == 0 {
		return err
	}
	last := sent[0].EventID
	for range times {
		for _, d := range sent {
			if d.EventID != last {
				continue
			}
			if err := m.again(ctx, d.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// again resends a delivery and waits until that was tried. One whose endpoint is
// gone or switched off by now is left alone.
func (m *mail) again(ctx context.Context, id string) error {
	one := func(ctx context.Context) ([]delivery, error) {
		all, err := m.deliveries(ctx, m.code, mostWebhooks)
		return slices.DeleteFunc(all, func(d delivery) bool { return d.ID != id }), err
	}
	before, err := one(ctx)
	if err != nil || len(before) == 0 {
		return err
	}
	err = m.resend(ctx, id)
	if conflict(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return m.await(ctx, one, func(d delivery) bool { return d.Attempts > before[0].Attempts })
}

// await returns when all that list lists is done, or when the time for it is
// over: what is not done then is told of, and no error.
func (m *mail) await(ctx context.Context, list func(context.Context) ([]delivery, error), done func(delivery) bool) error {
	over := time.NewTimer(m.wait)
	defer over.Stop()
	pause := time.NewTicker(mailPause)
	defer pause.Stop()
	for {
		all, err := list(ctx)
		if err != nil || !slices.ContainsFunc(all, func(d delivery) bool { return !done(d) }) {
			return err
		}
		select {
		case <-pause.C:
		case <-over.C:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
