package commerce

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"till/app/coinbase/rest"
)

func fixture(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func charge(t *testing.T, body []byte) Charge {
	t.Helper()
	var reply Reply[Charge]
	if err := rest.Decode(body, &reply); err != nil {
		t.Fatal(err)
	}
	return reply.Data
}

func TestBothShapesAreRead(t *testing.T) {
	t.Parallel()
	utc := func(s string) time.Time {
		at, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return at.UTC()
	}
	type seen struct {
		Code, Status, Local, Kind, Order, Success string
		Steps, Depth, Required                    int
		Confirmed                                 bool
		CreatedAt, ExpiresAt                      time.Time
	}
	look := func(c Charge) seen {
		s := seen{
			Code: c.Code, Status: c.Status(), Local: string(c.Pricing.Local().Amount), Kind: c.ChargeKind,
			Order: c.Metadata["order_id"], Success: c.RedirectURL, Steps: len(c.Timeline),
			Depth: c.Payments[0].Block.Depth(), Required: c.Payments[0].Block.Required(),
			Confirmed: c.Payments[0].Confirmed(), CreatedAt: c.CreatedAt.Time, ExpiresAt: c.ExpiresAt.Time,
		}
		if c.Redirects != nil {
			s.Success = c.Redirects.SuccessURL
		}
		return s
	}
	for file, want := range map[string]seen{
		"charge_2018.json": {
			Code: "WK3TQ9ZA", Status: StatusCompleted, Local: "9.00", Order: "aaaaaaaaaaaaaaaaaaaaaaaaaa",
			Success: "https://shop.example/success", Steps: 3, Depth: 36, Required: 35, Confirmed: true,
			CreatedAt: utc("2021-06-01T10:00:00Z"), ExpiresAt: utc("2021-06-01T11:00:00Z"),
		},
		"charge_onchain.json": {
			Code: "ONCH41NX", Status: StatusCompleted, Local: "9.10", Kind: KindWeb3, Order: "aaaaaaaaaaaaaaaaaaaaaaaaaa",
			Success: "https://shop.example/success", Steps: 4, Confirmed: true,
			CreatedAt: utc("2024-02-23T05:46:01.25Z"), ExpiresAt: utc("2024-02-25T05:46:01Z"),
		},
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(want, look(charge(t, fixture(t, file)))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOddFieldsCostNothingElse(t *testing.T) {
	t.Parallel()
	for name, odd := range map[string]string{
		"null everywhere":      `{"data":{"id":null,"code":"ABCD1234","timeline":null,"metadata":null,"pricing":null,"payments":null,"created_at":null,"redirects":null,"web3_data":null}}`,
		"wrong kinds":          `{"data":{"id":7,"code":"ABCD1234","timeline":{"a":1},"metadata":[1],"pricing":"9","payments":"none","created_at":12,"addresses":[],"checkout":"x"}}`,
		"null entries":         `{"data":{"code":"ABCD1234","timeline":[null],"payments":[null,{"block":null,"value":null}],"pricing":{"local":null}}}`,
		"wrong kinds in lists": `{"data":{"timeline":[1,"x",[]],"payments":[true],"code":"ABCD1234"}}`,
		"no resource":          `{"data":{"code":"ABCD1234"}}`,
		"unknown fields":       `{"data":{"code":"ABCD1234","x":{"y":[{}]}},"z":1}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := charge(t, []byte(odd))
			if c.Code != "ABCD1234" || !c.Known() {
				t.Errorf("the code was lost: %+v", c)
			}
			for _, p := range c.Payments {
				if p.Block.Depth() != 0 || p.Confirmed() {
					t.Errorf("a payment out of nothing: %+v", p)
				}
			}
		})
	}
}

func TestAChargeIsWrittenAsItsShapeHasIt(t *testing.T) {
	t.Parallel()
	at := At(time.Date(2026, 3, 1, 12, 0, 0, 123456, time.FixedZone("", 3600)))
	for name, tc := range map[string]struct {
		charge Charge
		want   string
	}{
		"2018": {
			charge: Charge{
				ID: "i", Resource: "charge", Code: "C", CreatedAt: at, Timeline: []Step{{Time: at, Status: StatusNew}}, Payments: []Payment{},
				Charge2018: Charge2018{Addresses: map[string]string{"bitcoin": "b"}, FeeRate: "0.01"},
			},
			want: `{"id":"i","resource":"charge","code":"C","created_at":"2026-03-01T11:00:00Z","metadata":{},"timeline":[{"time":"2026-03-01T11:00:00Z","status":"NEW"}],"payments":[],"addresses":{"bitcoin":"b"},"fee_rate":0.01}`,
		},
		"onchain": {
			charge: Charge{
				ID: "i", ChargeKind: KindWeb3, Metadata: Metadata{"k": "v"}, Timeline: []Step{}, Payments: []Payment{},
				Pricing:       Pricing{"local": {Amount: "1.00", Currency: "USD"}},
				ChargeOnchain: ChargeOnchain{Redirects: &Redirects{SuccessURL: "s"}},
			},
			want: `{"id":"i","charge_kind":"WEB3","pricing":{"local":{"amount":"1.00","currency":"USD"}},"metadata":{"k":"v"},"timeline":[],"payments":[],"redirects":{"success_url":"s","cancel_url":"","will_redirect_after_success":false}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := json.Marshal(tc.charge)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, string(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestStatusIsThatOfTheLastStep(t *testing.T) {
	t.Parallel()
	if got := (Charge{}).Status(); got != "" {
		t.Errorf("without a timeline: %q", got)
	}
	c := Charge{Timeline: []Step{{Status: StatusNew}, {Status: StatusExpired}}}
	if got := c.Status(); got != StatusExpired {
		t.Errorf("got %q", got)
	}
}

// FuzzDecode feeds a provider's answer: whatever it is, reading it neither
// panics nor loses what a second reading of the same would find.
func FuzzDecode(f *testing.F) {
	for _, name := range []string{"charge_2018.json", "charge_onchain.json"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(`{"error":"Internal Server Error","status":500}`))
	f.Add([]byte(`{"error":{"type":"not_found","message":"Not found"}}`))
	f.Add([]byte(`{"data":{"pricing":{"local":{"amount":1e999999999}},"fee_rate":1e9,"created_at":"9999-12-31T23:59:59-23:59"}}`))
	f.Add([]byte(`<html>502</html>`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var fault ErrorReply
		_ = rest.Decode(body, &fault) // must only not panic: every outcome is allowed
		var reply Reply[Charge]
		if rest.Decode(body, &reply) != nil {
			return
		}
		if _, ok := reply.Data.Pricing.Local().Amount.Decimal(); ok && len(reply.Data.Pricing.Local().Amount) > 64 {
			t.Error("an amount without bounds was accepted")
		}
		once := rewrite(t, reply.Data)
		if twice := rewrite(t, once); !cmp.Equal(write(t, once), write(t, twice)) {
			t.Errorf("unstable:\n%s\n%s", write(t, once), write(t, twice))
		}
	})
}

func write(t *testing.T, c Charge) string {
	t.Helper()
	b, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func rewrite(t *testing.T, c Charge) Charge {
	t.Helper()
	var again Charge
	if err := rest.Decode([]byte(write(t, c)), &again); err != nil {
		t.Fatal(err)
	}
	return again
}
