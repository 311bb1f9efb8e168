package commerce

import (
	"errors"
	"strings"
	"testing"
)

// TestParseHeadAgreesWithParseEnvelope holds the quick reading against the
// whole one, where both may find an event or none.
func TestParseHeadAgreesWithParseEnvelope(t *testing.T) {
	t.Parallel()
	bodies := map[string]string{
		"usual":               `{"id":"a","event":{"id":"e1","type":"charge:confirmed","data":{"code":"C"}}}`,
		"type after data":     `{"event":{"data":{"id":"not this","type":"nor this"},"type":"charge:pending","id":"e2"}}`,
		"integer ids":         `{"id":7,"event":{"id":12,"type":"charge:created"}}`,
		"nothing named":       `{"event":{}}`,
		"odd kinds":           `{"event":{"id":{"x":1},"type":["charge:created"]}}`,
		"event is null":       `{"event":null}`,
		"event is a list":     `{"event":[{"id":"e"}]}`,
		"no event":            `{"id":1}`,
		"not an object":       `["event"]`,
		"not JSON":            `{"event":{"id":"e"}`,
		"two values":          `{"event":{"id":"e"}} {}`,
		"empty":               ``,
		"nested without end":  strings.Repeat(`{"event":`, 20_000),
		"blanks before event": "{\n\t\"event\" : \n {\"id\":\"e3\"}}",
	}
	for name, body := range bodies {
		whole, wholeErr := ParseEnvelope([]byte(body))
		head, headErr := ParseHead([]byte(body))
		if (wholeErr == nil) != (headErr == nil) || errors.Is(wholeErr, ErrNoEvent) != errors.Is(headErr, ErrNoEvent) {
			t.Errorf("%s: head %v, envelope %v", name, headErr, wholeErr)
			continue
		}
		if wholeErr == nil && (head.ID != whole.Event.ID || head.Type != whole.Event.Type) {
			t.Errorf("%s: head %+v, envelope %q of type %q", name, head, whole.Event.ID, whole.Event.Type)
		}
	}
}
