package gateway

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"till/app/coinbase/business"
	"till/app/coinbase/rest"
	"till/app/shop"
)

// answerRefund is the type of a stored answer to a refund.
const answerRefund = "answer.refund"

// Verify checks the signature of a webhook on its raw bytes, and only then
// reads what it is called. The event's id stands in a header; without a usable
// one, checkout, type and refund name the event, which are the same however
// often it is delivered.
func (g *Business) Verify(d shop.Delivery) (shop.Envelope, error) {
	if err := business.Verify(g.secrets, d.Header, d.Body, g.now()); err != nil {
		return shop.Envelope{}, fmt.Errorf("%w: %w", shop.ErrSignature, err)
	}
	event, err := business.ParseEvent(d.Body)
	if err != nil {
		return shop.Envelope{}, fmt.Errorf("%w: %w", shop.ErrMalformed, err)
	}
	return shop.Envelope{
		Environment: g.environment,
		ID:          businessEventID(strings.TrimSpace(d.Header.Get(business.EventIDHeader)), event, d.Body),
		Type:        cut(printable(event.Type), maxEventType),
	}, nil
}

func businessEventID(named string, e business.Event, body []byte) string {
	if named != "" && len(named) <= maxEventID && printable(named) == named {
		return named
	}
	id := e.ID + ":" + e.Type
	if refund, ok := e.LatestRefund(); ok && strings.HasPrefix(e.Type, "checkout.refund.") {
		id += ":" + refund.ID
	}
	if !e.Known() || len(id) > maxEventID || printable(id) != id {
		sum := sha256.Sum256(body)
		return hex.EncodeToString(sum[:])
	}
	return id
}

// Read says what an event, or a stored answer, tells about a checkout. The
// checkout's status decides, not the event's name.
func (g *Business) Read(e shop.Event) (shop.Evidence, error) {
	if e.Type == answerRefund {
		return g.readAnswer(e)
	}
	event, err := business.ParseEvent(e.Body)
	if err != nil {
		return shop.Evidence{}, fmt.Errorf("%w: %w", shop.ErrMalformed, err)
	}
	if !strings.HasPrefix(event.Type, "checkout.") || !event.Known() {
		return shop.Evidence{}, shop.ErrIgnored
	}
	ev := g.evidence(event.Checkout)
	ev.Environment = e.Environment
	if _, ok := businessStates[upper(event.Status)]; !ok && event.Type == business.EventPaymentSuccess {
		ev.State = shop.Detected // worth a question, and no more than that
	}
	return ev, nil
}

// readAnswer reads what a refund was answered with. Nobody outside can bring
// such an event: a webhook of that type would have to be signed.
func (g *Business) readAnswer(e shop.Event) (shop.Evidence, error) {
	var reply business.RefundReply
	if err := rest.Decode(e.Body, &reply); err != nil {
		return shop.Evidence{}, fmt.Errorf("%w: %w", shop.ErrMalformed, err)
	}
	if !reply.Checkout.Known() {
		return shop.Evidence{}, shop.ErrIgnored
	}
	ev := g.evidence(reply.Checkout)
	ev.Environment = e.Environment
	return ev, nil
}
