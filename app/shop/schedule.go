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
	// commerceHorizon is how long after its creation a Commerce charge can still
	// be paid, and so change.
	commerceHorizon = 7 * 24 * time.Hour
	// businessHorizon bounds how long a Business checkout is asked about that does
	// not end. By itself it ends within a day, unless money is on its way.
	businessHorizon = 30 * 24 * time.Hour
	// businessLate is for how long after its creation a Business checkout that
	// expired is asked about: a day after its end, in case that came late.
	businessLate = 48 * time.Hour
	// grace is how long after its horizon a provider that does not answer is still
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
	if p.Asked >= len(askAfter) && p.State.Final() && !p.Refunding {
		return lateEvery
	}
	return askAfter[min(p.Asked, len(askAfter)-1)]
}

// MayChange reports whether asking the provider can bring news of the payment.
// An expired one may be paid late, and so may one that the shop canceled where
// the provider could not. A refund that is under way will end, and one that was
// not answered clearly may turn out to have been made.
func (p Payment) MayChange() bool {
	switch {
	case p.Refunding, !p.RefundAskedAt.IsZero(), p.State == Expired, p.State == Canceled && p.Own && p.Ref.ID != "":
		return true
	default:
		return !p.State.Final() && p.State != PartlyRefunded
	}
}

// over reports whether asking about the payment has become pointless.
func (p Payment) over(now time.Time) bool {
	return !p.MayChange() || (!p.undecided() && p.pastHorizon(now))
}

// horizon is when the payment can no longer change.
func (p Payment) horizon() time.Time {
	switch {
	case p.Provider != Business:
		return p.CreatedAt.Add(commerceHorizon)
	case !p.RefundAskedAt.IsZero():
		return p.RefundAskedAt.Add(businessHorizon)
	case p.Refunding: // some day, and not when the payment was made
		return p.At.Add(businessHorizon)
	case p.State == Expired:
		return p.CreatedAt.Add(businessLate)
	default:
		return p.CreatedAt.Add(businessHorizon)
	}
}

func (p Payment) pastHorizon(now time.Time) bool { return !now.Before(p.horizon()) }

func (p Payment) pastGrace(now time.Time) bool { return !now.Before(p.horizon().Add(grace)) }

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
	noReply     reply = iota // the provider did not answer
	partReply                // it did, but the budget left a part of the question unasked
	fullReply                // it told all it knows, or that it knows nothing
	nobodyAsked              // the shop has no access to the provider any more
	neverReply               // its API is gone for good
)

// asked notes that the provider was asked and had nothing new to say. Past the
// horizon its last word is waited for, for the time of grace, if there is anybody
// to say it. When its API is gone for good, the end of a payment that nobody
// knows is not waited for either.
func (o Order) asked(id PaymentID, now time.Time, r reply) Order {
	p, ok := o.Payment(id)
	if !ok {
		return o
	}
	if r != partReply {
		p.Asked++
	}
	switch {
	case !p.pastHorizon(now), !p.MayChange():
		if r == neverReply && p.undecided() {
			p = p.unverified()
		}
		p = p.scheduled(now)
	case p.lastWord(r) || p.pastGrace(now):
		p = p.closed(r)
	default:
		p.AskAt = now.Add(p.interval())
	}
	after, _ := step(o, o.with(p), now)
	return after
}

// lastWord reports whether nothing more is to be waited for past the horizon.
// Money that is on its way is.
func (p Payment) lastWord(r reply) bool {
	switch r {
	case fullReply:
		return p.State != Detected
	case nobodyAsked, neverReply:
		return true
	default:
		return false
	}
}

// closed ends the asking about a payment. One whose end nobody knows becomes
// unresolved, unverified; another keeps its state, and is flagged where nobody
// could tell whether it was paid late, or what became of its refund.
func (p Payment) closed(r reply) Payment {
	switch {
	case p.undecided():
		p = p.unverified()
	case p.State != Unresolved && r != fullReply:
		p = p.flag(FlagUnverified)
	}
	p.AskAt = time.Time{}
	return p
}

// unverified concludes that nobody will tell the end of the payment.
func (p Payment) unverified() Payment {
	return p.apply(p.conclude(Unresolved, Unverified, "")).flag(FlagUnverified)
}

// undecided reports whether nobody knows the end of the payment.
func (p Payment) undecided() bool { return !p.State.Final() && Unresolved.Outranks(p.State) }
