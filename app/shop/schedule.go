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
	// grace is how long after that a provider that does not answer is still
	// asked for its last word.
	grace = 24 * time.Hour
	// lateEvery is how often it is asked, after a while, about a payment that is
	// over and might be paid late.
	lateEvery = 6 * time.Hour
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
	switch {
	case p.over(now):
		p.AskAt = time.Time{}
		return p
	case p.pastHorizon(now):
		p.AskAt = now // for a last word
		return p
	}
	p.AskAt = now.Add(p.interval())
	if p.State == Opening && p.Asked == 0 && p.Problem == "" {
		p.AskAt = now.Add(openingPatience)
	}
	if due := p.ExpiresAt.Add(afterExpiry); p.State == Waiting && now.Before(due) && due.Before(p.AskAt) {
		p.AskAt = due
	}
	return p
}

func (p Payment) interval() time.Duration {
	if p.Asked >= len(askAfter) && p.State.Final() {
		return lateEvery
	}
	return askAfter[min(p.Asked, len(askAfter)-1)]
}

// MayChange reports whether asking the provider can bring news of the payment.
// An expired one may be paid late, and so may one that the shop canceled where
// the provider could not.
func (p Payment) MayChange() bool {
	payable := p.State == Expired || (p.State == Canceled && p.Own && p.Ref.ID != "")
	return payable || !p.State.Final()
}

// over reports whether asking about the payment has become pointless.
func (p Payment) over(now time.Time) bool {
	decided := p.State.Final() || p.State == Unresolved
	return !p.MayChange() || (decided && p.pastHorizon(now))
}

func (p Payment) pastHorizon(now time.Time) bool { return !now.Before(p.CreatedAt.Add(horizon)) }

func (p Payment) pastGrace(now time.Time) bool { return !now.Before(p.CreatedAt.Add(horizon + grace)) }

// askAgain starts the growing interval of a payment from its beginning.
func (o Order) askAgain(id PaymentID, now time.Time) Order {
	p, ok := o.Payment(id)
	if !ok {
		return o
	}
	p.Asked = 0
	return o.with(p.scheduled(now))
}

// reply is how much a question brought.
type reply int

const (
	noReply   reply = iota // the provider did not answer
	partReply              // it did, but the budget left a part of the question unasked
	fullReply              // it told all it knows, or that it knows nothing
)

// asked notes that the provider was asked and had nothing new to say. Past the
// horizon its last word is waited for, for the time of grace.
func (o Order) asked(id PaymentID, now time.Time, r reply) Order {
	p, ok := o.Payment(id)
	if !ok {
		return o
	}
	if r != partReply {
		p.Asked++
	}
	lastWord := (r == fullReply && p.State != Detected) || p.pastGrace(now)
	switch {
	case !p.pastHorizon(now), !p.MayChange():
		p = p.scheduled(now)
	case lastWord:
		p = p.closed(r)
	default:
		p.AskAt = now.Add(p.interval())
	}
	after, _ := step(o, o.with(p), now)
	return after
}

// closed ends the asking about a payment. One that is not final becomes
// unresolved, unverified; one that is keeps its state, and is flagged where
// nobody could tell whether it was paid late.
func (p Payment) closed(r reply) Payment {
	switch {
	case !p.State.Final() && p.State != Unresolved:
		p = p.apply(p.conclude(Unresolved, Unverified, "")).flag(FlagUnverified)
	case p.State.Final() && r != fullReply:
		p = p.flag(FlagUnverified)
	}
	p.AskAt = time.Time{}
	return p
}
