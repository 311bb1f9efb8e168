package cli

import (
	"errors"
	"fmt"
	"slices"

	"till/app/coinbase/commerce"
)

const (
	eventCreated = commerce.EventCreated
	eventPending = commerce.EventPending
)

// kind is a type of event.
type kind struct {
	event   string
	explain string
	open    []string // the statuses of a charge it can still happen to
	// It happens to a checkout of Business, not to a charge of Commerce.
	business bool
}

func kinds() []kind { return append(commerceKinds(), businessKinds()...) }

func commerceKinds() []kind {
	const (
		fresh, seen, late = commerce.StatusNew, commerce.StatusPending, commerce.StatusExpired
		odd               = commerce.StatusUnresolved
	)
	of := func(event, explain string, open ...string) kind {
		return kind{event: event, explain: explain, open: open}
	}
	return []kind{
		of(commerce.EventCreated, "A new charge is made by the REST API, as a shop would. Nothing is paid."),
		of(commerce.EventPending, "A payment is seen on the network. It is not confirmed yet; the sandbox confirms it soon, unless --never-confirm.", fresh),
		of(commerce.EventConfirmed, "The payment is confirmed: the charge is COMPLETED, and the goods may go out.", fresh, seen),
		of(commerce.EventFailed, "The hour is over and nothing was paid: EXPIRED. Or with --underpaid, --overpaid or --twice: money came, and the charge is UNRESOLVED.", fresh),
		of(commerce.EventDelayed, "A payment is confirmed after the charge has expired: UNRESOLVED, in context DELAYED.", fresh, late),
		of(commerce.EventResolved, "The merchant accepts an UNRESOLVED charge. One that is not is first paid too little, or as the flags say.", fresh, odd, late),
	}
}

func kindOf(event string) kind {
	all := kinds()
	if i := slices.IndexFunc(all, func(k kind) bool { return k.event == event }); i >= 0 {
		return all[i]
	}
	return kind{}
}

func known(event string) bool { return kindOf(event).event != "" }

func eventNames() []string {
	var names []string
	for _, k := range kinds() {
		names = append(names, k.event)
	}
	return names
}

// The ways to pay, "" for the exact sum, in the sandbox's spelling of sums.
const (
	under         = "under"
	over          = "over"
	underSlightly = "under_slightly"
	overSlightly  = "over_slightly"
	twice         = "twice"
	theRest       = "rest" // has no flag: what is missing is what is paid
)

// way is a flag that says what is paid.
type way struct{ how, flag, usage string }

func ways() []way {
	return []way{
		{under, "underpaid", "half of the price is paid"},
		{over, "overpaid", "double the price is paid"},
		{underSlightly, "slightly-under", "a little less is paid, inside the threshold, which counts as paid"},
		{overSlightly, "slightly-over", "a little more is paid, inside the threshold, which counts as paid"},
		{twice, "twice", "the price is paid, and paid again"},
	}
}

// step is an action of the control door.
type step struct {
	action string
	with   payment
	or     string // the action for a charge in the sandbox that refuses the first
}

// payment is what detect, pay and refund take beside their name.
type payment struct {
	Sum    string `json:"sum,omitempty"`
	Never  bool   `json:"never,omitempty"`
	Amount string `json:"amount,omitempty"` // of a refund
	Fail   bool   `json:"fail,omitempty"`   // a refund comes to nothing
}

// plan is how a charge of that status comes to the event. Whether it still can
// is the charge's to say.
func (t trigger) plan(status string) ([]step, error) {
	if kindOf(t.event).business {
		return t.planBusiness(status), nil
	}
	pay := step{action: "pay", with: payment{Sum: t.how}}
	switch t.event {
	case commerce.EventPending:
		if t.how == twice {
			return nil, errors.New("--twice goes with payments that are confirmed: say charge:failed")
		}
		return []step{{action: "detect", with: payment{Sum: t.how, Never: t.never}}}, nil
	case commerce.EventConfirmed:
		if status == commerce.StatusPending && t.how == "" {
			// Where nothing is missing, a payment waits for its confirmation.
			return []step{{action: "pay", with: payment{Sum: theRest}, or: "confirm"}}, nil
		}
		return []step{t.paid()}, nil
	case commerce.EventFailed:
		if t.how == "" {
			return []step{{action: "expire"}}, nil
		}
		return []step{t.paid()}, nil
	case commerce.EventDelayed:
		switch {
		case t.how == twice:
			return nil, errors.New("--twice does not go with charge:delayed: one late payment is enough")
		case status == commerce.StatusNew:
			return []step{{action: "expire"}, pay}, nil
		}
		return []step{pay}, nil
	case commerce.EventResolved:
		return t.resolution(status)
	default:
		return nil, fmt.Errorf("nothing leads to %s", t.event)
	}
}

// resolution is how a charge of that status comes to be resolved.
func (t trigger) resolution(status string) ([]step, error) {
	resolve := step{action: "resolve"}
	switch {
	case status == commerce.StatusUnresolved:
		return []step{resolve}, nil
	case status == commerce.StatusExpired:
		return []step{{action: "pay", with: payment{Sum: t.how}}, resolve}, nil
	case t.how == underSlightly || t.how == overSlightly:
		return nil, errors.New("a payment inside the threshold leaves nothing to resolve: say --underpaid, --overpaid or --twice")
	case t.how == "":
		return []step{{action: "underpay"}, resolve}, nil
	default:
		return []step{t.paid(), resolve}, nil
	}
}

// paid is the step that pays, confirmed at once.
func (t trigger) paid() step {
	switch t.how {
	case under:
		return step{action: "underpay"}
	case over:
		return step{action: "overpay"}
	case twice:
		return step{action: "twice"}
	default:
		return step{action: "pay", with: payment{Sum: t.how}}
	}
}
