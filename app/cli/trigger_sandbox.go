package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"text/tabwriter"

	"till/app/coinbase/business"
	"till/app/coinbase/commerce"
)

// boxCharge is a charge as control shows it.
type boxCharge struct {
	ID       string            `json:"id"`
	Code     string            `json:"code"`
	Status   string            `json:"status"`
	Metadata commerce.Metadata `json:"metadata"`
	Timeline []commerce.Step   `json:"timeline"`
	Web3     json.RawMessage   `json:"web3_data"` // onchain alone has it
	Refunds  []business.Refund `json:"refunds"`   // Business alone has them
}

// state is the charge's status, and the context that explains it.
func (c boxCharge) state() string {
	if n := len(c.Timeline); n > 0 && c.Timeline[n-1].Context != "" {
		return c.Status + " (" + c.Timeline[n-1].Context + ")"
	}
	return c.Status
}

// triggerSandbox makes the event happen in the sandbox.
func (p *program) triggerSandbox(ctx context.Context, t trigger) error {
	at, err := p.control(t.address)
	if err != nil {
		return err
	}
	if t.event == eventCreated {
		return p.triggerCreated(ctx, at, t)
	}
	charges, err := at.find(ctx, t)
	for _, charge := range charges {
		var begun bool
		if begun, err = p.triggerCharge(ctx, at, t, charge); begun || !conflict(err) {
			break
		}
	}
	return err
}

// triggerCharge makes the event happen to that charge; begun says that it has
// not refused.
func (p *program) triggerCharge(ctx context.Context, at control, t trigger, charge boxCharge) (begun bool, err error) {
	if t.event == commerce.EventDelayed && charge.Web3 != nil { // it would expire, and then refuse
		return false, &refusal{http.StatusConflict, fmt.Sprintf("Charge %s is onchain: it cannot be paid late.", charge.Code)}
	}
	steps, err := t.plan(charge.Status)
	if err != nil {
		return false, err
	}
	err = p.happen(ctx, at, t, charge, func() (boxCharge, error) {
		now := charge
		for _, s := range steps {
			if now, err = at.act(ctx, charge, s); err != nil {
				return now, err
			}
			begun = true
		}
		return now, nil
	})
	return begun, err
}

// triggerCreated makes a new charge, as a shop does.
func (p *program) triggerCreated(ctx context.Context, at control, t trigger) error {
	if at.key == "" {
		return errors.New("a new charge needs the sandbox's API key: set TILL_SANDBOX_API_KEY to the one it was started with")
	}
	client, err := p.client(at.base+"/commerce/", at.key, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	made, err := client.CreateCharge(ctx, t.made.request())
	if err != nil {
		return explainCreate(at.base, err)
	}
	charge := boxCharge{Code: made.Code, Status: made.Status()}
	return p.happen(ctx, at, t, charge, func() (boxCharge, error) { return charge, nil })
}

// explainCreate says in words why there is no new charge.
func explainCreate(base string, err error) error {
	var failure *commerce.Error
	switch {
	case !errors.As(err, &failure):
		return err
	case failure.Status == 401:
		return fmt.Errorf("the sandbox at %s does not accept the API key: set TILL_SANDBOX_API_KEY to the one it was started with", base)
	case failure.Status == 0 && !failure.Sent:
		return &unreached{base, err}
	case failure.Message != "":
		return fmt.Errorf("%s refuses: %s", base, failure.Message)
	}
	return err
}

// act lets control do something to a charge and returns what became of it.
func (c control) act(ctx context.Context, charge boxCharge, s step) (boxCharge, error) {
	door := "/charges/" + charge.ID + "/"
	if charge.business() {
		door = "/checkouts/" + charge.ID + "/"
	}
	var reply struct {
		Data boxCharge `json:"data"`
	}
	err := c.post(ctx, door+s.action, s.with, &reply)
	if s.or != "" && conflict(err) {
		err = c.post(ctx, door+s.or, payment{}, &reply)
	}
	return reply.Data, err
}

// find looks for the charge that is meant, or for all that could be, the newest
// first.
func (c control) find(ctx context.Context, t trigger) ([]boxCharge, error) {
	var reply struct {
		Data []boxCharge `json:"data"`
	}
	if err := c.get(ctx, "/charges", nil, &reply); err != nil {
		return nil, err
	}
	of := kindOf(t.event)
	var found []boxCharge
	for _, b := range reply.Data {
		switch {
		case b.business() != of.business:
			continue
		case t.charge != "" && (strings.EqualFold(b.Code, t.charge) || b.ID == t.charge),
			t.order != "" && b.Metadata["order_id"] == t.order:
			return []boxCharge{b}, nil
		case t.charge == "" && t.order == "" && slices.Contains(of.open, b.Status):
			found = append(found, b)
		}
	}
	if len(found) == 0 {
		return nil, t.noSuch(c.base)
	}
	return found, nil
}

// noSuch says that the sandbox has nothing for the event to happen to.
func (t trigger) noSuch(base string) error {
	of := kindOf(t.event)
	what, advice := "charge", "make one with `till trigger charge:created`"
	if of.business {
		what, advice = "checkout of Business", "use a shop that sells by it"
	}
	switch {
	case t.charge != "":
		return fmt.Errorf("the sandbox at %s has no %s %s: buy something, or %s", base, what, t.charge, advice)
	case t.order != "":
		return fmt.Errorf("the sandbox at %s has no %s whose metadata has order_id %s: name it with --charge CODE", base, what, t.order)
	}
	return fmt.Errorf("the sandbox at %s has no %s that is %s: buy something, or %s", base, what, strings.Join(of.open, " or "), advice)
}

// happen lets do make the event happen to a charge, and tells of its webhooks.
func (p *program) happen(ctx context.Context, at control, t trigger, before boxCharge, do func() (boxCharge, error)) error {
	post := mail{control: at, code: before.Code, wait: t.wait}
	if t.event != eventCreated {
		if err := post.remember(ctx); err != nil {
			return err
		}
	}
	charge, err := post.send(ctx, t, do)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(p.stdout, "%s %s is %s.\n", charge.whose(), charge.Code, charge.state()); err != nil {
		return err
	}
	sent, err := post.sent(ctx, t)
	if err != nil {
		return err
	}
	if err := p.tell(sent, t); err != nil {
		return err
	}
	return t.judge(before, charge, sent)
}

// tell prints what became of the webhooks.
func (p *program) tell(sent []delivery, t trigger) error {
	if len(sent) == 0 {
		_, err := fmt.Fprintln(p.stdout, "No webhook was sent: no endpoint wants it. `till sandbox endpoint list` tells which there are.")
		return err
	}
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	for _, d := range sent {
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\n", d.Type, d.URL, d.fate(t.reverse))
	}
	return w.Flush()
}

// fate says what became of a webhook. Out of order, some come once more, and how
// often they were sent is not told.
func (d delivery) fate(reverse bool) string {
	answer := printable(d.answer())
	switch {
	case d.Status == deliveryWaiting && d.Attempts == 0:
		return "not sent yet"
	case d.Status == deliveryWaiting:
		return answer + ", next attempt at " + moment(d.NextAt)
	case d.Attempts > 1 && !reverse:
		return fmt.Sprintf("%s, after %d attempts", answer, d.Attempts)
	default:
		return answer
	}
}
