package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"text/tabwriter"

	"till/app/coinbase/commerce"
)

// boxCharge is a charge as control shows it.
type boxCharge struct {
	ID       string            `json:"id"`
	Code     string            `json:"code"`
	Status   string            `json:"status"`
	Metadata commerce.Metadata `json:"metadata"`
	Timeline []commerce.Step   `json:"timeline"`
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
	charge, err := at.find(ctx, t)
	if err != nil {
		return err
	}
	steps, err := t.plan(charge.Status)
	if err != nil {
		return err
	}
	return p.happen(ctx, at, t, charge.Code, func() (boxCharge, error) {
		for _, s := range steps {
			if charge, err = at.act(ctx, charge.ID, s); err != nil {
				return charge, err
			}
		}
		return charge, nil
	})
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
	return p.happen(ctx, at, t, made.Code, func() (boxCharge, error) { return charge, nil })
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
func (c control) act(ctx context.Context, id string, s step) (boxCharge, error) {
	var reply struct {
		Data boxCharge `json:"data"`
	}
	err := c.post(ctx, "/charges/"+id+"/"+s.action, s.with, &reply)
	return reply.Data, err
}

// find looks for the charge that is meant.
func (c control) find(ctx context.Context, t trigger) (boxCharge, error) {
	var reply struct {
		Data []boxCharge `json:"data"`
	}
	if err := c.get(ctx, "/charges", nil, &reply); err != nil {
		return boxCharge{}, err
	}
	open := kindOf(t.event).open
	i := slices.IndexFunc(reply.Data, func(b boxCharge) bool {
		switch {
		case t.charge != "":
			return strings.EqualFold(b.Code, t.charge) || b.ID == t.charge
		case t.order != "":
			return b.Metadata["order_id"] == t.order
		default:
			return slices.Contains(open, b.Status)
		}
	})
	if i >= 0 {
		return reply.Data[i], nil
	}
	switch {
	case t.charge != "":
		return boxCharge{}, fmt.Errorf("the sandbox at %s has no charge %s: `till trigger charge:created` makes one", c.base, t.charge)
	case t.order != "":
		return boxCharge{}, fmt.Errorf("the sandbox at %s has no charge whose metadata has order_id %s: name the charge with --charge CODE", c.base, t.order)
	}
	return boxCharge{}, fmt.Errorf("the sandbox at %s has no charge that is %s: buy something, or make one with `till trigger charge:created`",
		c.base, strings.Join(open, " or "))
}

// happen lets the event happen to the charge with that code, and tells of its
// webhooks.
func (p *program) happen(ctx context.Context, at control, t trigger, code string, do func() (boxCharge, error)) error {
	post := mail{control: at, code: code, wait: t.wait}
	if t.event != eventCreated {
		if err := post.remember(ctx); err != nil {
			return err
		}
	}
	charge, err := post.send(ctx, t, do)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(p.stdout, "Charge %s is %s.\n", charge.Code, charge.state()); err != nil {
		return err
	}
	sent, err := post.sent(ctx, t)
	if err != nil {
		return err
	}
	return p.tell(sent, t)
}

// tell prints what became of the webhooks, and whether the event that was
// wanted is not among them.
func (p *program) tell(sent []delivery, t trigger) error {
	if len(sent) == 0 {
		_, err := fmt.Fprintln(p.stdout, "No webhook was sent: no endpoint wants it. `till sandbox endpoint list` tells which there are.")
		return err
	}
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	for _, d := range sent {
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\n", d.Type, d.URL, d.fate(t.reverse))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if slices.ContainsFunc(sent, func(d delivery) bool { return d.Type == t.event }) {
		return nil
	}
	_, err := fmt.Fprintf(p.stdout, "There is no %s among them: that is not what happens to such a charge.\n", t.event)
	return err
}

// fate says what became of a webhook. One that was held back has an attempt
// that nobody saw, which is not told.
func (d delivery) fate(held bool) string {
	answer := printable(d.answer())
	switch {
	case d.Status == deliveryWaiting && d.Attempts == 0:
		return "not sent yet"
	case d.Status == deliveryWaiting:
		return answer + ", next attempt at " + moment(d.NextAt)
	case d.Attempts > 1 && !held:
		return fmt.Sprintf("%s, after %d attempts", answer, d.Attempts)
	default:
		return answer
	}
}
