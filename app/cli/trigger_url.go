package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"till/app/coinbase/commerce"
	"till/app/sandbox/ledger"
)

// triggerAt composes the event of a made-up charge and posts it to t.url. It
// fails when the last answer is not 2xx.
func (p *program) triggerAt(ctx context.Context, t trigger) error {
	if err := webAddress("--url", t.url); err != nil {
		return err
	}
	to := newReceiver(t.url, cmp.Or(t.secret, p.secret))
	if to.secret == "" {
		return fmt.Errorf("--url needs the shared secret that its receiver knows: set %s", triggerSecret)
	}
	events, err := p.compose(t)
	if err != nil {
		return err
	}
	status := 0
	for i, e := range t.choose(events) {
		times := 1
		if i == 0 { // the last that happened
			times = t.times
		}
		if status, err = p.postEvent(ctx, to, e, times); err != nil {
			return err
		}
	}
	if !accepted(status) {
		return fmt.Errorf("the receiver did not accept the last webhook: it answered %d", status)
	}
	return nil
}

// choose is which of the charge's events are posted: the last, or all, the
// newest first.
func (t trigger) choose(events []ledger.Event) []ledger.Event {
	if !t.reverse {
		return events[len(events)-1:]
	}
	newest := slices.Clone(events)
	slices.Reverse(newest)
	return newest
}

// compose lets a made-up charge live until the event happens to it, and returns
// all that happened, the last thing last.
func (p *program) compose(t trigger) ([]ledger.Event, error) {
	terms, err := t.made.terms()
	if err != nil {
		return nil, err
	}
	open := p.openCharge
	if kindOf(t.event).business {
		open = p.openCheckout
	}
	c, err := open(t, terms)
	if err != nil {
		return nil, err
	}
	if t.event != eventCreated {
		err = t.live(c)
	}
	if err != nil {
		return nil, err
	}
	return p.word(c)
}

// openCharge begins a charge that no sandbox keeps.
func (p *program) openCharge(t trigger, terms ledger.Terms) (*ledger.Charge, error) {
	id, err := p.newID()
	if err != nil {
		return nil, err
	}
	code := cmp.Or(t.charge, strings.ToUpper(strings.ReplaceAll(id, "-", "")[:8]))
	shape := ledger.Shape(cmp.Or(t.made.shape, string(ledger.Classic)))
	return ledger.Open(id, code, shape, terms, p.host.Now().UTC().Add(-time.Minute)), nil
}

// live lets the charge come to the event, a second for each step.
func (t trigger) live(c *ledger.Charge) error {
	steps, err := t.plan(c.State())
	if err != nil {
		return err
	}
	now := c.CreatedAt
	for _, s := range steps {
		now = now.Add(time.Second)
		if err := liveStep(c, s, now); err != nil {
			return err
		}
	}
	return nil
}

// word puts what happened to the charge into the provider's words. Its page is
// nowhere, so it is said to be where the provider's are.
func (p *program) word(c *ledger.Charge) ([]ledger.Event, error) {
	view := ledger.View{PublicURL: "https://commerce.coinbase.com"}
	if c.Shape == ledger.Business {
		view.PublicURL = "https://payments.coinbase.com"
	}
	var events []ledger.Event
	for _, h := range c.TakeEvents() {
		id, err := p.newID()
		if err != nil {
			return nil, err
		}
		e, err := view.Event(id, h)
		if err != nil {
			return nil, err
		}
		events = append(events, e)
	}
	return events, nil
}

func (p *program) newID() (string, error) {
	id, err := uuid.NewRandomFromReader(p.host.Random)
	if err != nil {
		return "", fmt.Errorf("make up an id: %w", err)
	}
	return id.String(), nil
}

// envelope is the body of a webhook.
type envelope struct {
	AttemptNumber int             `json:"attempt_number"`
	Event         json.RawMessage `json:"event"`
	ID            string          `json:"id"`
	ScheduledFor  commerce.Time   `json:"scheduled_for"`
}

// postEvent posts an event so many times, as attempts of one delivery, tells of
// each answer and returns the last one's status.
func (p *program) postEvent(ctx context.Context, to receiver, e ledger.Event, times int) (int, error) {
	id, err := p.newID()
	if err != nil {
		return 0, err
	}
	status := 0
	for n := range times {
		l, err := p.letter(to.secret, e, id, n+1)
		if err != nil {
			return 0, err
		}
		var said string
		if status, said, err = to.post(ctx, l); err != nil {
			return 0, err
		}
		if _, err = fmt.Fprintf(p.stdout, "%s of %s %s: %s\n", e.Type, whose(e), e.Code, strings.TrimSpace(fmt.Sprint(status, " ", said))); err != nil {
			return 0, err
		}
	}
	return status, nil
}

// letter is one request with a webhook.
type letter struct {
	head http.Header
	body []byte
}

// letter writes attempt number n of a delivery as the event's provider does.
func (p *program) letter(secret string, e ledger.Event, delivery string, n int) (letter, error) {
	if kindOf(e.Type).business {
		return p.businessLetter(secret, e), nil
	}
	body, err := json.Marshal(envelope{n, e.Body, delivery, commerce.At(p.host.Now())})
	if err != nil {
		return letter{}, fmt.Errorf("write the webhook: %w", err)
	}
	h := http.Header{}
	h.Set("Content-Type", "application/json")
	h.Set("Accept", "*/*")
	h.Set("User-Agent", "weipay-webhooks")
	h.Set(commerce.SignatureHeader, commerce.Sign(secret, body))
	return letter{h, body}, nil
}

// whose is what the thing is called that the event is about.
func whose(e ledger.Event) string {
	if kindOf(e.Type).business {
		return "checkout"
	}
	return "charge"
}
