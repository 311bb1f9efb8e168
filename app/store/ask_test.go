package store_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"till/app/shop"
	"till/app/store"
)

var askTests = map[string]func(*testing.T, opener){
	"payments are due when their time has come": due,
	"a fresh payment comes before a backlog":    dueFresh,
	"a backlog comes among fresh payments":      dueBacklog,
	"each provider's payments are due apart":    dueApart,
	"a change of an order that was there":       askedChange,
	"what was paid lately is known":             paid,
	"moving payments are the newest":            movingNewest,
	"each state moves or does not":              movingStates,
}

var restartTests = map[string]func(*testing.T, opener){
	"everything is there after a restart": restart,
}

// asking returns an order whose payment is to be asked about at a time.
func asking(name string, at time.Time) shop.Order {
	o := plainOrder(name)
	o.Payments[0].AskAt = at
	return o
}

func due(t *testing.T, open opener) {
	s := ready(t, open,
		asking("later", noon.Add(time.Microsecond)), asking("now", noon), asking("never", time.Time{}),
		asking("long ago", noon.Add(-time.Hour)), asking("a while ago", noon.Add(-time.Minute)))
	key := func(id shop.PaymentID) shop.PaymentID { return id }
	list(t, "due", key, []shop.PaymentID{"payment-long ago", "payment-a while ago", "payment-now"})(s.ListDue(t.Context(), shop.Commerce, noon, 10))
	list(t, "longest due", key, []shop.PaymentID{"payment-long ago"})(s.ListDue(t.Context(), shop.Commerce, noon, 1))
	save(t, s, asking("long ago", time.Time{}))
	save(t, s, asking("a while ago", noon.Add(time.Hour)))
	list(t, "due after two were asked", key, []shop.PaymentID{"payment-now"})(s.ListDue(t.Context(), shop.Commerce, noon, 10))
}

// oldOnes saves old orders that were asked about often, all due after a restart.
func oldOnes(t *testing.T, s *store.Store, n int) {
	t.Helper()
	for _, name := range numbered("old", n) {
		o := asking(name, noon.Add(3*time.Hour))
		o.Payments[0].Asked, o.Payments[0].CreatedAt = 12, noon.Add(-48*time.Hour)
		save(t, s, o)
	}
	if all, err := s.AskAll(t.Context(), noon); err != nil || all != n {
		t.Fatalf("%d are due, %v", all, err)
	}
}

func dueFresh(t *testing.T, open opener) {
	s := open(t)
	oldOnes(t, s, 20)
	save(t, s, asking("fresh", noon.Add(15*time.Second)))
	got, err := s.ListDue(t.Context(), shop.Commerce, noon.Add(15*time.Second), 8)
	if err != nil || len(got) != 8 || got[0] != "payment-fresh" {
		t.Errorf("due are %v, %v; want the fresh one first of eight", got, err)
	}
}

// dueBacklog: however many fresh ones there are, a fourth is of the backlog.
func dueBacklog(t *testing.T, open opener) {
	s := open(t)
	oldOnes(t, s, 20)
	for _, name := range numbered("fresh", 20) {
		save(t, s, asking(name, noon.Add(time.Minute)))
	}
	got, err := s.ListDue(t.Context(), shop.Commerce, noon.Add(time.Hour), 8)
	if err != nil {
		t.Fatal(err)
	}
	old := 0
	for i, id := range got {
		if strings.HasPrefix(string(id), "payment-old") {
			old++
			if i != 3 && i != 7 {
				t.Errorf("an old one is number %d", i)
			}
		}
	}
	if old != 2 || len(got) != 8 {
		t.Errorf("due are %v, want two old ones of eight", got)
	}
	all, err := s.ListDue(t.Context(), shop.Commerce, noon.Add(time.Hour), 40)
	slices.Sort(all)
	if err != nil || len(slices.Compact(all)) != 40 {
		t.Errorf("of 40 that are due %d are listed, %v", len(slices.Compact(all)), err)
	}
}

// dueApart: where one provider has more than can be asked about, the other's are
// listed as if there were none.
func dueApart(t *testing.T, open opener) {
	s := open(t)
	oldOnes(t, s, 20)
	successor := func(name string) shop.Order {
		o := asking(name, noon)
		o.Payments[0].Provider = shop.Business
		return o
	}
	save(t, s, successor("next-1"))
	save(t, s, successor("next-2"))
	for _, limit := range []int{2, 8} {
		got, err := s.ListDue(t.Context(), shop.Business, noon, limit)
		slices.Sort(got)
		if err != nil || !slices.Equal(got, []shop.PaymentID{"payment-next-1", "payment-next-2"}) {
			t.Errorf("of %d due are %v, %v", limit, got, err)
		}
	}
	got, err := s.ListDue(t.Context(), shop.Commerce, noon, 8)
	if err != nil || len(got) != 8 || slices.ContainsFunc(got, func(id shop.PaymentID) bool { return strings.HasPrefix(string(id), "payment-next") }) {
		t.Errorf("due are %v, %v", got, err)
	}
}

// paid: what may have been sent back, and was made lately.
func paid(t *testing.T, open opener) {
	s := open(t)
	const month = 30 * 24 * time.Hour
	for i, tc := range []struct {
		state    shop.State
		provider shop.Provider
		env      shop.Environment
		age      time.Duration
		want     bool
	}{
		{shop.Waiting, shop.Business, shop.Sandbox, 0, false},
		{shop.Refunded, shop.Business, shop.Sandbox, 0, false},
		{shop.Confirmed, shop.Commerce, shop.Sandbox, 0, false},
		{shop.Confirmed, shop.Business, "https://elsewhere.example", 0, false},
		{shop.Confirmed, shop.Business, shop.Sandbox, month + time.Second, false},
		{shop.PartlyRefunded, shop.Business, shop.Sandbox, month, true},
	} {
		o := plainOrder(strconv.Itoa(i))
		p := &o.Payments[0]
		p.State, p.Provider, p.Environment, p.CreatedAt = tc.state, tc.provider, tc.env, noon.Add(-tc.age)
		save(t, s, o)
		if got, err := s.HasPaid(t.Context(), shop.Business, shop.Sandbox, noon.Add(-month)); err != nil || got != tc.want {
			t.Errorf("with one that is %+v: %v, %v", tc, got, err)
		}
	}
}

// askedChange: an order that was made since has not changed.
func askedChange(t *testing.T, open opener) {
	s := open(t)
	for name, at := range map[string][2]time.Duration{
		"old": {-time.Hour, -time.Hour}, "changed": {-time.Hour, time.Second}, "new": {time.Second, time.Second},
	} {
		o := plainOrder(name)
		o.CreatedAt, o.UpdatedAt = noon.Add(at[0]), noon.Add(at[1])
		save(t, s, o)
	}
	if _, changed, err := s.CountAsked(t.Context(), noon); err != nil || changed != 1 {
		t.Errorf("%d orders have changed, %v; want 1", changed, err)
	}
}

func movingStates(t *testing.T, open opener) {
	s := open(t)
	want := map[shop.PaymentID]shop.OrderID{"payment-opening": "order-opening", "payment-detected": "order-detected"}
	for _, state := range shop.States() {
		o := plainOrder(string(state))
		o.Payments[0].State = state
		save(t, s, o)
	}
	got, err := s.ListMoving(t.Context(), shop.Commerce, 100)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "moving", got, want)
	got, err = s.ListWaiting(t.Context(), shop.Commerce, 100)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "waiting", got, map[shop.PaymentID]shop.OrderID{"payment-waiting": "order-waiting"})
}

// movingNewest: where there are too many, those whose buyers may still look
// go first.
func movingNewest(t *testing.T, open opener) {
	s := open(t)
	for i, name := range numbered("m", 6) {
		o := plainOrder(name)
		o.Payments[0].State = []shop.State{shop.Opening, shop.Detected}[i%2]
		o.Payments[0].CreatedAt = noon.Add(time.Duration(i*5%6) * time.Minute) // 0 5 4 3 2 1
		save(t, s, o)
	}
	got, err := s.ListMoving(t.Context(), shop.Commerce, 2)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "moving", got, map[shop.PaymentID]shop.OrderID{"payment-m01": "order-m01", "payment-m02": "order-m02"})
}

func restart(t *testing.T, open opener) {
	order := fullOrder(t)
	s := ready(t, open, order)
	insert(t, s, event("unworked"))
	done := insert(t, s, event("done"))
	if err := s.CloseEvent(t.Context(), done, shop.Settled, "", noon); err != nil {
		t.Fatal(err)
	}
	before, err := s.ListEvents(t.Context(), 10)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t)
	same(t, "the order", find(t, s, order.ID), order)
	after, err := s.ListEvents(t.Context(), 10)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "the events", after, before)
	list(t, "unworked", func(e shop.Event) string { return e.ID }, []string{"unworked"})(s.ListUnworked(t.Context(), noon, 10))
	if seq := insert(t, s, event("next")); seq <= done {
		t.Errorf("the next event is number %d, want one after %d", seq, done)
	}
}
