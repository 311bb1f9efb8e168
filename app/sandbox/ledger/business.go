package ledger

import (
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"time"
)

// The events of a checkout of the business shape, in the provider's spelling.
// None tells that it was made, or that money was seen.
const (
	EventPaymentSuccess = "checkout.payment.success"
	EventPaymentFailed  = "checkout.payment.failed"
	EventPaymentExpired = "checkout.payment.expired"
	EventRefundSuccess  = "checkout.refund.success"
	EventRefundFailed   = "checkout.refund.failed"
)

// BusinessTypes lists them all.
func BusinessTypes() []string {
	return []string{EventPaymentSuccess, EventPaymentFailed, EventPaymentExpired, EventRefundSuccess, EventRefundFailed}
}

// The states of a checkout of the business shape, in the provider's spelling.
const (
	BusinessActive            = "ACTIVE"
	BusinessProcessing        = "PROCESSING"
	BusinessCompleted         = "COMPLETED"
	BusinessExpired           = "EXPIRED"
	BusinessFailed            = "FAILED"
	BusinessDeactivated       = "DEACTIVATED"
	BusinessRefunded          = "REFUNDED"
	BusinessPartiallyRefunded = "PARTIALLY_REFUNDED"
)

// BusinessStates lists them all.
func BusinessStates() []string {
	return []string{
		BusinessActive, BusinessProcessing, BusinessCompleted, BusinessExpired,
		BusinessFailed, BusinessDeactivated, BusinessRefunded, BusinessPartiallyRefunded,
	}
}

// businessState follows from the timeline and, once paid, from the refunds.
func (c *Charge) businessState() string {
	switch c.Status() {
	case New:
		return BusinessActive
	case Completed:
		return c.refundedState()
	case Expired:
		return BusinessExpired
	case Failed:
		return BusinessFailed
	case Canceled:
		return BusinessDeactivated
	default:
		return BusinessProcessing
	}
}

func (c *Charge) refundedState() string {
	switch sent := c.Refunded(); {
	case sent.IsZero():
		return BusinessCompleted
	case sent.LessThan(c.settlement()):
		return BusinessPartiallyRefunded
	default:
		return BusinessRefunded
	}
}

// businessEvent is what the merchant is told of a step, "" for nothing.
func businessEvent(s Status) string {
	switch s {
	case Completed:
		return EventPaymentSuccess
	case Failed:
		return EventPaymentFailed
	case Expired:
		return EventPaymentExpired
	default:
		return ""
	}
}

const (
	stampBytes = 4 // of an id: the second it was made in
	drawnBytes = 8
	linkMark   = "pl_"
)

// NewCheckoutID makes up an id of the business shape: 24 hexadecimal digits
// that begin with the time.
func NewCheckoutID(now time.Time, random io.Reader) (string, error) {
	var id [stampBytes + drawnBytes]byte
	if _, err := io.ReadFull(random, id[stampBytes:]); err != nil {
		return "", fmt.Errorf("make up a checkout's id: %w", err)
	}
	copy(id[:], binary.BigEndian.AppendUint64(nil, uint64(now.Unix()))[stampBytes:]) //nolint:gosec // its lower half is what an id has
	return hex.EncodeToString(id[:]), nil
}

// linkAlphabet is Crockford's, as links have it: without i, l, o and u.
func linkAlphabet() *base32.Encoding {
	return base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)
}

// linkBytes is what is behind a link: milliseconds in six bytes, and ten more.
// Six bits in front make it a number of 26 digits.
const linkBytes = 16

// Link is the name of the page a checkout of the business shape is paid on. It
// says the same as the id, in another way.
func (c *Charge) Link() string {
	id, err := hex.DecodeString(c.ID)
	if err != nil || len(id) != stampBytes+drawnBytes {
		return linkMark + c.ID
	}
	ms := uint64(binary.BigEndian.Uint32(id)) * 1000
	raw := binary.BigEndian.AppendUint64(nil, ms)[2:]
	raw = append(raw, id[stampBytes:]...)
	raw = append(raw, c.digest("link", "")[:2]...)
	return linkMark + crockford(raw)
}

// OfLink is the id of the checkout that a link's name belongs to.
func OfLink(name string) (id string, ok bool) {
	digits, ok := strings.CutPrefix(strings.ToLower(name), linkMark)
	raw, err := unCrockford(digits)
	if !ok || err != nil {
		return "", false
	}
	seconds := binary.BigEndian.Uint64(append([]byte{0, 0}, raw[:6]...)) / 1000
	stamp := binary.BigEndian.AppendUint64(nil, seconds)[stampBytes:]
	c := Charge{ID: hex.EncodeToString(append(stamp, raw[6:6+drawnBytes]...))}
	return c.ID, c.Link() == linkMark+digits
}

// crockford writes 16 bytes as a ULID is written: 26 digits of five bits, the
// first of which has only three.
func crockford(raw []byte) string {
	padded := append(make([]byte, 4), raw...) // 160 bits: the first six digits are of the padding
	return linkAlphabet().EncodeToString(padded)[len("000000"):]
}

func unCrockford(digits string) ([]byte, error) {
	raw, err := linkAlphabet().DecodeString("000000" + digits)
	if err == nil && len(raw) != 4+linkBytes {
		err = fmt.Errorf("a link has %d digits", 26)
	}
	if err != nil {
		return nil, err
	}
	return raw[4:], nil
}
