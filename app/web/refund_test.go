package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"till/app/coinbase/business"
	"till/app/shop"
)

// stage is what Business says of a paid checkout, and what the buyer is then
// told.
type stage struct {
	name, status, refunds string
	says, lacks           []string
	refunding, refunded   string // the sums a program is told
}

// refundStages are told one after the other.
func refundStages() []stage {
	const underway, notBack = `data-refund="underway"`, `data-refund="failed"`
	refund := func(id, sum, status string) string {
		return fmt.Sprintf(`{"id":%q,"amount":%q,"currency":"USDC","status":%q,"createdAt":"2025-11-13T2%s:00:00.000Z"}`, id, sum, status, id[1:])
	}
	return []stage{
		{"nothing", "COMPLETED", "", []string{"Payment confirmed", `data-state="confirmed"`}, []string{"data-refund", "efund"}, "", ""},
		{
			"one is asked for", "COMPLETED", refund("r1", "2.00", "PENDING"),
			[]string{underway, "<h2>Refund on its way</h2>", "A refund of <strong>2.00 USD</strong> is on its way.", `data-state="confirmed"`, `aria-current="step">Refund on its way`},
			[]string{"Thank you", "sent back"}, "2.00", "",
		},
		{
			"another one, too", "COMPLETED", refund("r1", "2.00", "PENDING") + "," + refund("r2", "0.50", "PENDING"),
			[]string{underway, "A refund of <strong>2.50 USD</strong> is on its way."}, []string{"2.00 USD"}, "2.50", "",
		},
		{
			"the first failed", "COMPLETED", refund("r1", "2.00", "FAILED") + "," + refund("r2", "0.50", "PENDING"),
			[]string{underway, "A refund of <strong>0.50 USD</strong> is on its way."}, []string{"did not work"}, "0.50", "",
		},
		{
			"both failed", "COMPLETED", refund("r1", "2.00", "FAILED") + "," + refund("r2", "0.50", "FAILED"),
			[]string{notBack, "<h2>Payment confirmed</h2>", "A refund of <strong>0.50 USD</strong> did not work: that money was not sent back."},
			[]string{"on its way.", "Refund on its way"}, "", "",
		},
		{
			"a third is there", "PARTIALLY_REFUNDED", refund("r1", "2.00", "FAILED") + "," + refund("r3", "1.00", "COMPLETED"),
			[]string{"<h2>Partly refunded</h2>", "<strong>1.00 USD</strong> of 4.50 USD was sent back."}, []string{"data-refund", "did not work"}, "", "1.00",
		},
		{
			"a fourth follows", "PARTIALLY_REFUNDED", refund("r3", "1.00", "COMPLETED") + "," + refund("r4", "3.50", "PENDING"),
			[]string{underway, "<strong>1.00 USD</strong> of 4.50 USD was sent back.", "A refund of <strong>3.50 USD</strong> is on its way."}, nil, "3.50", "1.00",
		},
		{
			"all is back", "REFUNDED", refund("r3", "1.00", "COMPLETED") + "," + refund("r4", "3.50", "COMPLETED") + "," + refund("r5", "1.00", "FAILED"),
			[]string{"<h2>Payment refunded</h2>", "<strong>4.50 USD</strong> of 4.50 USD was sent back."}, []string{"data-refund", "on its way"}, "", "4.50",
		},
	}
}

// TestTheBuyerIsToldOfRefunds at each stage, in the frame that a waiting page is
// sent and in the page itself; programs and the account's list are told, too.
func TestTheBuyerIsToldOfRefunds(t *testing.T) {
	t.Parallel()
	s := newSiteAt(t, newBusiness(t), withAccounts(t, &handClock{now: time.Now()}))
	s.register(t, "ada")
	id := s.buy(t)
	watching := s.mustWatch(t, id)
	frame(t, watching) // what holds when it comes
	for i, tt := range refundStages() {
		s.tell(t, i, tt)
		shown := frame(t, watching)
		page := s.get(t, "/orders/"+string(id)).body
		_, o := s.ask(t, "/orders/"+string(id))
		for _, want := range tt.says {
			if !strings.Contains(shown, want) || !strings.Contains(page, want) {
				t.Errorf("%s: %q is missing in the frame %s\nor in the page %s", tt.name, want, shown, page)
			}
		}
		for _, not := range tt.lacks {
			if strings.Contains(shown, not) {
				t.Errorf("%s: %q does not belong in %s", tt.name, not, shown)
			}
		}
		if sumOf(o.Refunding) != tt.refunding || sumOf(o.Refunded) != tt.refunded {
			t.Errorf("%s: a program is told of %q and %q", tt.name, sumOf(o.Refunding), sumOf(o.Refunded))
		}
		if strings.Contains(shown, "data-refund") != (o.Refund != "") || o.Refund != "" && !strings.Contains(shown, `data-refund="`+o.Refund+`"`) {
			t.Errorf("%s: a program is told that a refund is %q, and the page %s", tt.name, o.Refund, shown)
		}
		list := s.get(t, "/account/orders").body
		if tt.refunded != "" && !strings.Contains(list, "("+tt.refunded+" USD sent back)") || tt.name == "one is asked for" && !strings.Contains(list, ">Refund on its way<") {
			t.Errorf("%s: the account says %s", tt.name, list)
		}
	}
}

// tell has Business say where its checkout stands, for the i-th time.
func (s *site) tell(t *testing.T, i int, at stage) {
	t.Helper()
	body := strings.NewReplacer(
		`"status":"COMPLETED"`, fmt.Sprintf(`"status":%q,"refunds":[%s]`, at.status, at.refunds),
		"20:16:55.097Z", fmt.Sprintf("22:00:%02d.000Z", i),
	).Replace(s.success())
	id := fmt.Sprintf("e%d", i)
	a := s.receive(t, sent(id), body, business.Sign(businessSecret, signedAt(), sent(id), []string{"x-event-id"}, []byte(body)))
	if a.StatusCode != http.StatusOK {
		t.Fatalf("%s: the webhook was answered %d", at.name, a.StatusCode)
	}
}

func sumOf(m *struct{ Amount, Currency string }) string {
	if m == nil {
		return ""
	}
	return m.Amount
}

// TestARefundWhoseSumNobodyTold: it has no name, so it could not be kept.
func TestARefundWhoseSumNobodyTold(t *testing.T) {
	t.Parallel()
	s := newSiteAt(t, newBusiness(t))
	id := s.buy(t)
	s.tell(t, 0, stage{"a refund without a name", "COMPLETED", `{"amount":"2.00","currency":"USDC","status":"PENDING"}`, nil, nil, "", ""})
	eventually(t, "it is confirmed", func() bool { return s.order(t, id).State() == shop.Confirmed })
	if page := s.get(t, "/orders/"+string(id)).body; !strings.Contains(page, "<p>A refund is on its way.</p>") {
		t.Errorf("the page says %s", page)
	}
	if _, o := s.ask(t, "/orders/"+string(id)); o.Refunding != nil || o.Refund != "underway" {
		t.Errorf("a program is told %q, %+v", o.Refund, o.Refunding)
	}
}
