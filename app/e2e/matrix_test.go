package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// fate is what becomes of a payment, and how the page that waits must end.
type fate struct {
	name string
	acts []string // of the sandbox's control, each with its body if it has one
	end  string   // the page's state and exception
	only string   // the one provider that has it, "" for each
}

var fates = []fate{
	{"paid", []string{"pay"}, "confirmed", ""},
	{"paid in two parts", []string{`detect {"sum":"under"}`, "confirm", `pay {"sum":"rest"}`}, "confirmed", atCommerce},
	{"paid twice", []string{"twice"}, "unresolved multiple", atCommerce},
	{"underpaid", []string{"underpay"}, "unresolved underpaid", atCommerce},
	{"overpaid", []string{"overpay"}, "unresolved overpaid", atCommerce},
	{"expired", []string{"expire"}, "expired", ""},
	{"paid late", []string{"expire", "pay"}, "unresolved delayed", atCommerce},
	{"accepted", []string{"underpay", "resolve"}, "confirmed", atCommerce},
	{"failed", []string{"fail"}, "failed", ""},
	{canceled, []string{"cancel"}, "canceled", ""},
}

// canceled is the fate that no webhook tells of.
const canceled = "canceled"

// webhookTroubles are all that can befall a webhook; with lost, nothing of it
// ever arrives, and only a question of the shop's own can help.
var webhookTroubles = []struct {
	name    string
	trouble string // the JSON of /control/troubles, but for the order
	lost    bool
	only    string // the one provider that has it, "" for each
}{
	{"none", ``, false, ""},
	{"sent twice", `"kind":"duplicate"`, false, ""},
	{"out of order", `"kind":"reorder"`, false, ""},
	{"a second late", `"kind":"delay","delay":"1s"`, false, ""},
	{"dropped", `"kind":"drop"`, true, ""},
	{"wrongly signed once", `"kind":"wrong_signature","times":1`, false, ""},
	{"wrongly signed for good", `"kind":"wrong_signature"`, true, ""},
	{"altered once", `"kind":"altered_body","times":1`, false, ""},
	{"altered for good", `"kind":"altered_body"`, true, ""},
	{"cut off once", `"kind":"truncated_body","times":1`, false, ""},
	{"cut off for good", `"kind":"truncated_body"`, true, ""},
	{"OTHER everywhere", `"kind":"context_other"`, false, atCommerce},
	{"without resource", `"kind":"no_resource"`, false, atCommerce},
	{"with a number for an id", `"kind":"integer_id"`, false, atCommerce},
	{"with unknown fields", `"kind":"extra_fields"`, false, ""},
	{"beside a stranger's", `"kind":"foreign_event"`, false, ""},
	{"with the old signature alone", `"kind":"v0_only"`, false, atBusiness},
	{"with the new signature alone", `"kind":"v1_only"`, false, atBusiness},
	{"signed ten minutes ago, once", `"kind":"old_timestamp","times":1`, false, atBusiness},
	{"signed ten minutes ago, for good", `"kind":"old_timestamp"`, true, atBusiness},
}

// TestMatrix holds every trouble of webhooks against every fate of a payment,
// at each provider: the page that waits ends in the right state.
func TestMatrix(t *testing.T) {
	t.Parallel()
	var kinds []string
	for _, at := range providers() {
		s := startTill(t, at, "TILL_COINBASE_CALLS_PER_MINUTE=6000", "TILL_SERVER_LIMIT_ORDERS=0", "TILL_SERVER_LIMIT_ASKS=0")
		for _, tr := range webhookTroubles {
			for _, f := range fates {
				switch {
				case f.name == canceled && tr.trouble != "": // there is no webhook to be hit
				case !at.is(f.only), !at.is(tr.only):
				default:
					t.Run(at.name+", "+tr.name+", "+f.name, func(t *testing.T) {
						t.Parallel()
						suffer(s.in(t), f, tr.trouble, tr.lost)
					})
				}
			}
			kinds = append(kinds, kindIn(t, tr.trouble))
		}
		mustHaveRun(t, kinds, s.kinds("webhook"))
	}
}

// suffer takes a payment through its fate and a trouble.
func suffer(s *till, f fate, trouble string, lost bool) {
	order := s.order("coffee")
	page := s.watch(s.t, order)
	page.until("waiting")
	post := s.mailOf(order)
	if trouble != "" {
		s.control(http.MethodPost, "troubles", `{"order":"`+order+`",`+trouble+`}`, nil)
	}
	for _, act := range f.acts {
		post.play(act)
	}
	post.mustMeet(kindIn(s.t, trouble), lost)
	if lost || f.name == canceled {
		s.comeBackUntil(order, f.end)
	}
	page.until(f.end)
}

// apiTroubles are all that can befall a call of the shop's.
var apiTroubles = []struct {
	name    string
	trouble string
}{
	{"slow", `"kind":"latency","delay":"1s","times":1`},
	{"too many", `"kind":"rate_limit","times":1`},
	{"an error", `"kind":"server_error","times":1`},
	{"an error after the work", `"kind":"server_error","times":1,"after":true`},
	{"a page instead of JSON", `"kind":"html_error","times":1`},
	{"a page after the work", `"kind":"html_error","times":1,"after":true`},
	{"closed", `"kind":"unavailable","times":1`},
	{"cut before the work", `"kind":"reset","times":1`},
	{"cut after the work", `"kind":"reset","times":1,"after":true`},
}

// TestMatrixOfTheAPI holds every trouble of the API against the two calls that
// matter, at each provider: the one that opens a payment, and the one that asks
// what became of it while no webhook comes.
func TestMatrixOfTheAPI(t *testing.T) {
	t.Parallel()
	for _, at := range providers() {
		for _, tr := range apiTroubles {
			trouble := `{"api":"` + at.things + `",` + tr.trouble + `}`
			t.Run(at.name+", "+tr.name+", while it is opened", func(t *testing.T) {
				t.Parallel()
				opens(startTill(t, at, "TILL_SERVER_LIMIT_ASKS=0"), trouble)
			})
			t.Run(at.name+", "+tr.name+", while it is asked about", func(t *testing.T) {
				t.Parallel()
				asks(startTill(t, at, "TILL_SERVER_LIMIT_ASKS=0"), trouble)
			})
		}
	}
	kinds := make([]string, 0, len(apiTroubles))
	for _, tr := range apiTroubles {
		kinds = append(kinds, kindIn(t, tr.trouble))
	}
	s := startTill(t, providers()[0])
	mustHaveRun(t, append(kinds, "gone"), s.kinds("api")) // tested where the till moves away
}

// opens takes a payment through a trouble that hits as it is asked for. Business
// knows the question again when it is repeated.
func opens(s *till, trouble string) {
	s.control(http.MethodPost, "troubles", trouble, nil)
	order := s.order("coffee")
	page := s.watch(s.t, order)
	s.untilPayable(s.t, order)
	if made := len(s.charges()); s.at.is(atBusiness) && made != 1 {
		s.t.Errorf("one order was given %d checkouts", made)
	}
	s.act(order, "pay")
	page.until("confirmed")
	s.mustBeOver()
}

// asks takes one through a trouble that hits as it is asked about.
func asks(s *till, trouble string) {
	order := s.order("coffee")
	page := s.watch(s.t, order)
	page.until("waiting")
	s.control(http.MethodPost, "troubles", `{"kind":"drop"}`, nil)
	s.control(http.MethodPost, "troubles", trouble, nil)
	s.act(order, "pay")
	s.comeBackUntil(order, "confirmed")
	page.until("confirmed")
	s.mustBeOver()
}

// comeBackUntil is the buyer who comes back, more than once if the shop has
// asked too early for what came of it.
func (s *till) comeBackUntil(order, end string) {
	s.t.Helper()
	state, exception, _ := strings.Cut(end, " ")
	wanted, shown := fmt.Sprintf(`data-state=%q data-exception=%q`, state, exception), ""
	if !eventually(s.t.Context(), func() bool {
		s.comeBack(s.t, order)
		shown = s.status(s.t, order)
		return strings.Contains(shown, wanted)
	}) {
		s.t.Fatalf("the order never became %s:\n%s", end, shown)
	}
}

// untilPayable waits for a payment page as a buyer does: where the page offers
// to try again, he does.
func (s *till) untilPayable(t *testing.T, order string) {
	t.Helper()
	shown := ""
	if !eventually(t.Context(), func() bool {
		shown = s.status(t, order)
		if strings.Contains(shown, `id="retry"`) {
			s.retry(t, order)
		}
		return strings.Contains(shown, `data-state="waiting"`)
	}) {
		t.Fatalf("the order never became payable:\n%s", shown)
	}
}

// retry presses the button.
func (s *till) retry(t *testing.T, order string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.shop+"/orders/"+order+"/payments", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close() // only the status counts
	if answer.StatusCode != http.StatusSeeOther {
		t.Fatalf("POST /orders/…/payments: %s", answer.Status)
	}
}

// status is the fragment of an order.
func (s *till) status(t *testing.T, order string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.shop+"/orders/"+order+"/status", nil)
	if err != nil {
		t.Fatal(err)
	}
	_, body := send(t, r)
	return body
}

// kinds are the troubles that the sandbox knows of webhooks or of the API.
func (s *till) kinds(where string) []string {
	s.t.Helper()
	var known struct {
		Kinds []struct{ Kind, Where string } `json:"kinds"`
	}
	s.control(http.MethodGet, "troubles", "", &known)
	var names []string
	for _, k := range known.Kinds {
		if k.Where == where {
			names = append(names, k.Kind)
		}
	}
	return names
}

func kindIn(t *testing.T, trouble string) string {
	t.Helper()
	var read struct{ Kind string }
	if err := json.Unmarshal([]byte("{"+trouble+"}"), &read); err != nil {
		t.Fatal(err)
	}
	return read.Kind
}

// mustBeOver fails when a trouble that lasts a number of times has not hit so
// often.
func (s *till) mustBeOver() {
	s.t.Helper()
	var on struct {
		Data []struct {
			Kind  string
			Times int // 0 = until it is removed
		}
	}
	s.control(http.MethodGet, "troubles", "", &on)
	for _, left := range on.Data {
		if left.Times > 0 {
			s.t.Errorf("%s has not hit as often as it should: %d times are left", left.Kind, left.Times)
		}
	}
}

// mustHaveRun fails when the sandbox knows a trouble that no row is about.
func mustHaveRun(t *testing.T, ran, known []string) {
	t.Helper()
	if len(known) == 0 {
		t.Error("the sandbox names no trouble at all")
	}
	for _, kind := range known {
		if !slices.Contains(ran, kind) {
			t.Errorf("%s is in no row", kind)
		}
	}
}
