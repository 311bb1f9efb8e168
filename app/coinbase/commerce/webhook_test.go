package commerce

import (
	"errors"
	"strings"
	"testing"
)

// Two signatures made by others: the text of the documentation and of an
// official client's tests.
const (
	secret1    = "30291a20-0bd1-4267-9b0f-e6e7b123c0bf"
	body1      = `{"id":"3f0e3a52-6a1c-4a57-9f0c-0d6b3c5f9a11","scheduled_for":"2025-02-03T04:06:05Z","attempt_number":1,"event":{"id":"b1c9f6d2-2f0b-4c0e-8f44-5a0e7f2d9c33","resource":"event","type":"charge:confirmed","api_version":"2018-03-22","created_at":"2025-02-03T04:06:04Z","data":{"code":"ZX81ZX81","name":"Café ₿","metadata":{}}}}`
	signature1 = "e2e6eff08a06ecf9f4b5b26b0723e87f111a32a6cf24b11ba85a7e50d58686eb"

	secret2    = "e9ff8572755fea16d15b623120bb118da275716dde2c996b54509244c13e1aa6"
	body2      = `{"id":1, "event":{"resource":"event"}}`
	signature2 = "231055346fa57e134e8a65284147ea2a5776337f4863b62da3f90558ed027d56"
)

func TestVerify(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		secrets   []string
		body      string
		signature string
		want      bool
	}{
		"first vector":            {[]string{secret1}, body1, signature1, true},
		"second vector":           {[]string{secret2}, body2, signature2, true},
		"old secret while two":    {[]string{"new", secret1}, body1, signature1, true},
		"new secret while two":    {[]string{secret1, "old"}, body1, signature1, true},
		"upper case":              {[]string{secret1}, body1, strings.ToUpper(signature1), true},
		"another secret":          {[]string{secret2}, body1, signature1, false},
		"one byte more":           {[]string{secret1}, body1 + " ", signature1, false},
		"no signature":            {[]string{secret1}, body1, "", false},
		"not hex":                 {[]string{secret1}, body1, strings.Repeat("z", 64), false},
		"half a signature":        {[]string{secret1}, body1, signature1[:32], false},
		"no secret":               {nil, body1, signature1, false},
		"an empty secret":         {[]string{""}, body1, Sign("", []byte(body1)), false},
		"an empty one beside one": {[]string{"", secret1}, body1, signature1, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := Verify(tc.secrets, []byte(tc.body), tc.signature); got != tc.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestSignMakesTheVectors(t *testing.T) {
	t.Parallel()
	if got := Sign(secret1, []byte(body1)); got != signature1 {
		t.Errorf("first: %s", got)
	}
	if got := Sign(secret2, []byte(body2)); got != signature2 {
		t.Errorf("second: %s", got)
	}
}

func TestParseEnvelope(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		body string
		id   ID
		typ  string
		code string
		fail bool
		none bool
	}{
		"uuid":             {body: body1, id: "b1c9f6d2-2f0b-4c0e-8f44-5a0e7f2d9c33", typ: EventConfirmed, code: "ZX81ZX81"},
		"integer ids":      {body: `{"id":1,"event": {"id":42,"type":"charge:created","data":{"code":"A"}}}`, id: "42", typ: EventCreated, code: "A"},
		"no data":          {body: body2},
		"spaces":           {body: " {\n \"event\" :\t{ \"type\":\"charge:new\" } }\n", typ: "charge:new"},
		"event is a list":  {body: `{"event":[]}`, fail: true, none: true},
		"event is null":    {body: `{"event":null}`, fail: true, none: true},
		"event is a text":  {body: `{"event":"charge:confirmed"}`, fail: true, none: true},
		"no event":         {body: `{"id":1}`, fail: true, none: true},
		"a list":           {body: `[{"event":{}}]`, fail: true, none: true},
		"not JSON":         {body: `event=confirmed`, fail: true},
		"empty":            {body: ``, fail: true},
		"cut off":          {body: body1[:200], fail: true},
		"something behind": {body: body2 + `{}`, fail: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e, err := ParseEnvelope([]byte(tc.body))
			if (err != nil) != tc.fail || errors.Is(err, ErrNoEvent) != tc.none {
				t.Fatalf("error %v", err)
			}
			if e.Event.ID != tc.id || e.Event.Type != tc.typ {
				t.Errorf("got %+v", e.Event)
			}
			if code := e.Event.Data; tc.code != "" && (code == nil || code.Code != tc.code) {
				t.Errorf("data %+v", code)
			}
		})
	}
}
