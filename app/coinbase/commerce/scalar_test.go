package commerce

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"till/app/coinbase/rest"
)

func TestAmountKeepsItsDigits(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]struct {
		text string
		ok   bool
	}{
		`"4.50"`:                            {"4.50", true},
		`4.50`:                              {"4.50", true},
		`0.1000000000000000055511`:          {"0.1000000000000000055511", true},
		`" 12 "`:                            {"12", true},
		`-3`:                                {"-3", true},
		`1e3`:                               {"1e3", true},
		`1e999999999`:                       {"1e999999999", false},
		`"NaN"`:                             {"NaN", false},
		`""`:                                {"", false},
		`null`:                              {"", false},
		`true`:                              {"", false},
		`{"amount":"1"}`:                    {"", false},
		`"` + strings.Repeat("9", 65) + `"`: {strings.Repeat("9", 65), false},
	} {
		t.Run(in, func(t *testing.T) {
			t.Parallel()
			var a Amount
			if err := json.Unmarshal([]byte(in), &a); err != nil {
				t.Fatal(err)
			}
			if _, ok := a.Decimal(); string(a) != want.text || ok != want.ok {
				t.Errorf("got %q, usable %v", a, ok)
			}
		})
	}
}

func TestCountIsNeverOdd(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]Count{
		`6`: 6, `"6"`: 6, `6.9`: 6, `-1`: 0, `null`: 0, `"six"`: 0, `[]`: 0, `1e30`: math.MaxInt32, `1e999999999`: 0,
	} {
		t.Run(in, func(t *testing.T) {
			t.Parallel()
			c := Count(99)
			if err := json.Unmarshal([]byte(in), &c); err != nil {
				t.Fatal(err)
			}
			if c != want {
				t.Errorf("got %d, want %d", c, want)
			}
		})
	}
}

func TestTimesInManySpellings(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`"2024-02-23T05:48:55Z"`:        `"2024-02-23T05:48:55Z"`,
		`"2024-02-23T05:48:55.123456Z"`: `"2024-02-23T05:48:55Z"`,
		`"2024-02-23T06:48:55+01:00"`:   `"2024-02-23T05:48:55Z"`,
		`"2024-02-23T06:48:55+0100"`:    `"2024-02-23T05:48:55Z"`,
		`"2024-02-23T05:48:55"`:         `"2024-02-23T05:48:55Z"`,
		`"2024-02-23 05:48:55 UTC"`:     `"2024-02-23T05:48:55Z"`,
		`"0000-01-01T00:00:00+10:00"`:   `"0001-01-01T00:00:00Z"`,
		`"9999-12-31T23:59:59-10:00"`:   `"0001-01-01T00:00:00Z"`,
		`"yesterday"`:                   `"0001-01-01T00:00:00Z"`,
		`1708667335`:                    `"0001-01-01T00:00:00Z"`,
		`null`:                          `"0001-01-01T00:00:00Z"`,
		`{"seconds":1}`:                 `"0001-01-01T00:00:00Z"`,
	} {
		t.Run(in, func(t *testing.T) {
			t.Parallel()
			var at Time
			if err := json.Unmarshal([]byte(in), &at); err != nil {
				t.Fatal(err)
			}
			got, err := json.Marshal(at)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

func TestMetadataKeepsWhatIsNoString(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]Metadata{
		`{"a":"b","n":7,"t":true,"o":{"x":1},"z":null,"e":""}`: {"a": "b", "n": "7", "t": "true", "o": `{"x":1}`, "z": "", "e": ""},
		`{}`: {}, `null`: nil, `[1]`: nil, `"x"`: nil,
	} {
		t.Run(in, func(t *testing.T) {
			t.Parallel()
			var m Metadata
			if err := json.Unmarshal([]byte(in), &m); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, m); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFaultsInBothSpellings(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]Fault{
		`{"error":{"type":"not_found","message":"Not found"}}`: {Type: TypeNotFound, Message: "Not found"},
		`{"status":500,"error":"Internal Server Error"}`:       {Message: "Internal Server Error"},
		`{"error":null}`:                     {},
		`{"error":{"type":1,"message":"m"}}`: {Message: "m"},
		`{}`:                                 {},
	} {
		t.Run(in, func(t *testing.T) {
			t.Parallel()
			var reply ErrorReply
			if err := rest.Decode([]byte(in), &reply); err != nil {
				t.Fatal(err)
			}
			if reply.Error != want {
				t.Errorf("got %+v", reply.Error)
			}
		})
	}
}
