package reconcile

import (
	"context"
	"time"

	"till/app/shop"
)

const (
	// refundsEvery is how often it is asked what was sent back without us.
	refundsEvery = time.Hour
	// refundsAgain is how long after a failure that is tried again. It doubles with
	// each further one, up to the hour: a key that is no longer good may be so for
	// as long as payments made with it are watched.
	refundsAgain = 5 * time.Minute
)

// recalls are the questions to one provider about what was sent back: money may
// go back without us, long after a payment has ended, and the webhook be lost.
// They take their time, and so hold up no [rounds].
type recalls struct {
	Config

	provider shop.Provider
	// Nobody asks from since on, for as long as wait; a clock that was put back
	// ends it.
	since time.Time
	wait  time.Duration
	again time.Duration // the wait after the latest failure; 0: it went well since
}

// once asks if it is time: after the start, and then every hour. What the cashier
// does not let it ask it asks in the next round; of that it does not tell, as no
// payment is due.
func (r *recalls) once(ctx context.Context) error {
	now := r.Now()
	if gone := now.Sub(r.since); gone >= 0 && gone < r.wait {
		return nil
	}
	answer, err := r.Cashier.LearnRefunds(ctx, r.provider)
	switch {
	case err != nil:
		r.again = min(max(2*r.again, refundsAgain), refundsEvery)
		r.since, r.wait = now, r.again
	case answer == shop.OverBudget || answer == shop.Paused:
		return nil
	default:
		r.since, r.wait, r.again = now, refundsEvery, 0
	}
	r.tell(ctx, answer, err)
	return err
}
