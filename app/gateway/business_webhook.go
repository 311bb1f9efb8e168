package gateway

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
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
// one that the signature covers, checkout, type and refunds name the event, which
// are the same however often it is delivered. Where they may be the same for
// other news, the body does.
func (g *Business) Verify(d shop.Delivery) (shop.Envelope, error) {
	if err := g.genuine(d); err != nil {
		return shop.Envelope{}, fmt.Errorf("%w: %w", shop.ErrSignature, err)
	}
	event, err := business.ParseEvent(d.Body)
	if err != nil {
		return shop.Envelope{}, fmt.Errorf("%w: %w", shop.ErrMalformed, err)
	}
	return shop.Envelope{
		Environment: g.environment,
		ID:          businessEventID(signedName(d), event, d.Body),
		Type:        cut(printable(event.Type), maxEventType),
	}, nil
}

// genuine checks the signature. Its time may be right by our clock or by the
// provider's: ours may be wrong, and what tells us theirs is another machine than
// the one that signs.
func (g *Business) genuine(d shop.Delivery) error {
	now := g.now()
	err := business.Verify(g.secrets, d.Header, d.Body, now)
	if errors.Is(err, business.ErrSignatureTooOld) || errors.Is(err, business.ErrSignatureTooNew) {
		return business.Verify(g.secrets, d.Header, d.Body, now.Add(g.client.Skew()))
	}
	return err
}

// signedName is the event's id, if the provider signed it. Else anybody who came
// by a delivery could bring it again and again under names of his own.
func signedName(d shop.Delivery) string {
	if !business.Covers(d.Header, business.EventIDHeader) {
		return ""
	}
	return strings.TrimSpace(d.Header.Get(business.EventIDHeader))
}

func businessEventID(named string, e business.Event, body []byte) string {
	if named != "" && len(named) <= maxEventID && printable(named) == named {
		return named
	}
	id := onlyOnce(e)
	if id == "" || !e.Known() || len(id) > maxEventID || printable(id) != id {
		sum := sha256.Sum256(body)
		return hex.EncodeToString(sum[:])
	}
	return id
}

// onlyOnce names what happens to a checkout only once, and is "" for what may
// happen again, as another payment may fail.
func onlyOnce(e business.Event) string {
	switch e.Type {
	case business.EventPaymentSuccess, business.EventPaymentExpired:
		return e.ID + ":" + e.Type
	case business.EventRefundSuccess, business.EventRefundFailed:
		if names := refundNames(e); names != "" {
			return e.ID + ":" + e.Type + names
		}
	}
	return ""
}

// refundNames names the refunds an event may be about: those that have ended as
// its type says; "" if none tells its name. When the next one ends likewise they
// are more. The time tells less: of a refund that failed, only when it was asked
// for is known.
func refundNames(e business.Event) string {
	ended := map[string]string{business.EventRefundSuccess: business.RefundCompleted, business.EventRefundFailed: business.RefundFailed}[e.Type]
	var names strings.Builder
	for _, r := range e.Refunds {
		if upper(r.Status) == ended && r.ID == "" {
			return ""
		}
		if upper(r.Status) == ended {
			names.WriteString(":" + r.ID)
		}
	}
	return names.String()
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
