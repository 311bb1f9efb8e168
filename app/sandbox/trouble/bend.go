package trouble

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/google/uuid"
)

// object is a JSON object.
type object = map[string]any

// bend changes an envelope; what it makes up comes from seed.
type bend struct {
	kind  string
	apply func(envelope object, seed string)
}

// Bend changes the body of a webhook before it is signed, by those of kinds
// that do so. The same body, kinds and seed give the same bytes.
func Bend(body []byte, kinds []string, seed string) ([]byte, error) {
	return apply([]bend{
		{ForeignEvent, beForeign}, {ContextOther, addContexts}, {NoResource, removeResources},
		{IntegerID, numberEnvelope}, {ExtraFields, addFields},
	}, body, kinds, seed)
}

// BendCheckout is Bend for the body of business, which is a checkout.
func BendCheckout(body []byte, kinds []string, seed string) ([]byte, error) {
	return apply([]bend{{ForeignEvent, beForeignCheckout}, {ExtraFields, addFields}}, body, kinds, seed)
}

// apply changes the body by those of bends that are of one of the kinds.
func apply(bends []bend, body []byte, kinds []string, seed string) ([]byte, error) {
	bends = slices.DeleteFunc(bends, func(b bend) bool { return !slices.Contains(kinds, b.kind) })
	if len(bends) == 0 {
		return body, nil
	}
	var envelope object
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber() // so that what is not bent stays as it was
	if err := d.Decode(&envelope); err != nil {
		return nil, fmt.Errorf("read what is to be bent: %w", err)
	}
	if envelope == nil {
		return nil, errors.New("read what is to be bent: it is null")
	}
	for _, b := range bends {
		b.apply(envelope, seed)
	}
	bent, err := json.Marshal(envelope)
	if err != nil {
		return nil, fmt.Errorf("write what was bent: %w", err)
	}
	return bent, nil
}

// Break changes the body of a webhook after it was signed, by those of kinds
// that do so, and leaves the given bytes alone.
func Break(body []byte, kinds []string) []byte {
	if slices.Contains(kinds, AlteredBody) {
		body = alter(body)
	}
	if slices.Contains(kinds, TruncatedBody) {
		body = body[:len(body)/2]
	}
	return body
}

// alter changes the first digit or letter of the second half.
func alter(body []byte) []byte {
	altered := bytes.Clone(body)
	for i := len(altered) / 2; i < len(altered); i++ {
		switch c := altered[i]; {
		case c >= '0' && c <= '9':
			altered[i] = '0' + (c-'0'+1)%10
			return altered
		case c >= 'a' && c <= 'z':
			altered[i] = 'a' + (c-'a'+1)%26
			return altered
		}
	}
	return append(altered, ' ')
}

// eventOf returns the envelope's event and its charge, empty ones if they are
// missing.
func eventOf(envelope object) (event, data object) {
	event, data = object{}, object{}
	if found, ok := envelope["event"].(object); ok {
		event = found
	}
	if found, ok := event["data"].(object); ok {
		data = found
	}
	return event, data
}

// addContexts gives every step of the timeline a context.
func addContexts(envelope object, _ string) {
	_, data := eventOf(envelope)
	timeline, _ := data["timeline"].([]any)
	for _, one := range timeline {
		if step, ok := one.(object); ok && step["context"] == nil {
			step["context"] = "OTHER"
		}
	}
}

func removeResources(envelope object, _ string) {
	event, data := eventOf(envelope)
	delete(event, "resource")
	delete(data, "resource")
}

func numberEnvelope(envelope object, seed string) {
	n := binary.BigEndian.Uint32(digest("number", seed)) >> 1
	envelope["id"] = json.Number(strconv.FormatUint(uint64(n), 10))
}

// addFields adds a field to every object. The metadata is the merchant's own:
// a provider adds nothing there.
func addFields(envelope object, _ string) { addField(envelope) }

func addField(o object) {
	texts := len(o) > 0
	for name, value := range o {
		if _, ok := value.(string); !ok {
			texts = false
		}
		if name == "metadata" {
			continue
		}
		descend(value)
	}
	o["sandbox_extra"] = "unknown"
	if !texts { // a map from names to strings stays one
		o["sandbox_extra"] = object{"list": []any{nil, true, json.Number("0.1")}}
	}
}

func descend(value any) {
	switch v := value.(type) {
	case object:
		addField(v)
	case []any:
		for _, one := range v {
			descend(one)
		}
	}
}

// beForeign makes the event one about a charge that another site on the same
// account has made.
func beForeign(envelope object, seed string) {
	event, data := eventOf(envelope)
	id, code := Identity(seed, "charge"), foreignCode(seed)
	envelope["id"], event["id"] = Identity(seed, "envelope"), Identity(seed, "event")
	data["id"], data["code"], data["name"] = id, code, "Something of another site"
	data["metadata"] = object{"site": "another", "reference": Identity(seed, "reference")}
	data["hosted_url"] = "https://commerce.coinbase.com/charges/" + code
	delete(data, "checkout")
	delete(data, "invoice")
}

// beForeignCheckout makes the event one about another site's checkout.
func beForeignCheckout(checkout object, seed string) {
	checkout["id"] = hex.EncodeToString(digest("checkout", seed))[:24]
	checkout["description"] = "Something of another site"
	checkout["metadata"] = object{"site": "another", "reference": Identity(seed, "reference")}
	checkout["url"] = "https://payments.coinbase.com/payment-links/pl_" + hex.EncodeToString(digest("link", seed))[:26]
	delete(checkout, "x402_url")
}

// foreignCode is eight letters of a charge that nobody has.
func foreignCode(seed string) string {
	code := []byte(hex.EncodeToString(digest("code", seed))[:8])
	for i, c := range code {
		code[i] = "ABCDEFGHIJKLMNOP"[hexValue(c)]
	}
	return string(code)
}

func hexValue(c byte) byte {
	if c >= 'a' {
		return c - 'a' + 10
	}
	return c - '0'
}

// Identity is the uuid that a foreign event made from seed has as its part:
// "event", "envelope", "charge" or "reference".
func Identity(seed, part string) string {
	id, err := uuid.NewRandomFromReader(bytes.NewReader(digest(part, seed)))
	if err != nil {
		return uuid.Nil.String() // never: a digest is longer than an id
	}
	return id.String()
}

func digest(part, seed string) []byte {
	sum := sha256.Sum256([]byte(part + "\x00" + seed))
	return sum[:]
}
