package shop

import "time"

// When the provider is asked about a payment that no webhook settled: soon
// after something happened, then ever more rarely, until it can no longer
// change.
var askAfter = []time.Duration{
	15 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute,
	5 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour,
}

const (
	// horizon is how long after its creation a Commerce charge can still be
	// paid, and so change.
	horizon = 7 * 24 * time.Hour
	// openingPatience is how long an opening may take before we go and look
	// whether the charge exists. It is longer than any call of ours.
	openingPatience = 20 * time.Second
	// listPatience is how old an opening is when a complete list without its
	// charge proves that there is none.
	listPatience = 60 * time.Second
	// afterExpiry gives the provider time to say by itself that it expired.
	afterExpiry = 5 * time.Second
)

// scheduled returns the payment with the time of the next question, the asked
// count being how often it was asked since something last changed.
func (p Payment) scheduled(now time.Time) Payment {
	if p.over(now) {
		p.AskAt = time.Time{}
		return p
	}
	p.AskAt = now.Add(askAfter[min(p.Asked, len(askAfter)-1)])
	if p.State == Opening && p.Asked == 0 && p.Problem == "" {
		p.AskAt = now.Add(openingPatience)
	}
	if due := p.ExpiresAt.Add(afterExpiry); p.State == Waiting && now.Before(due) && due.Before(p.AskAt) {
		p.AskAt = due
	}
	return p
}

// MayChange reports whether asking the provider can bring news of the payment.
// An expired one may be paid late, and so may one that the shop canceled where
// the provider could not.
func (p Payment) MayChange() bool {
	payable := p.State == Expired || (p.State == Canceled && p.Own && p.Ref.ID != "")
	return payable || !p.State.Final()
}

// over reports whether asking about the payment has become pointless.
func (p Payment) over(now time.Time) bool { return p.pastHorizon(now) || !p.MayChange() }

func (p Payment) pastHorizon(now time.Time) bool { return !now.Before(p.CreatedAt.Add(horizon)) }

// askAgain starts the growing interval of a payment from its beginning.
func (o Order) askAgain(id PaymentID, now time.Time) Order {
	p, ok := o.Payment(id)
	if !ok {
		return o
	}
	p.Asked = 0
	return o.with(p.scheduled(now))
}

// asked notes that the provider was asked and had nothing new to say. At the
// horizon a payment that is not final becomes unresolved, unverified.
func (o Order) asked(id PaymentID, now time.Time) Order {
	p, ok := o.Payment(id)
	if !ok {
		return o
	}
	before := o
	if p.pastHorizon(now) && !p.State.Final() && p.State != Unresolved {
		p = p.apply(p.conclude(Unresolved, Unverified, "")).flag(FlagUnverified)
	}
	p.Asked++
	after, _ := step(before, o.with(p.scheduled(now)), now)
	return after
}
