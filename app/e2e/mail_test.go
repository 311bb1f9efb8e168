package e2e

import (
	"net/http"
	"slices"
)

// mail is what the sandbox sends about the charge of an order, from now on.
type mail struct {
	till *till
	code string
	old  map[string]bool // the deliveries there were before
}

// letter is a delivery with its tries.
type letter struct {
	ID     string
	Type   string
	Status string
	Tries  []struct {
		Troubles []string
		Response *struct{ Status int }
	}
}

// mailOf waits until all that was sent has arrived, so that no trouble hits
// that instead.
func (s *till) mailOf(order string) *mail {
	s.t.Helper()
	m := &mail{till: s, code: s.chargeOf(order).Code, old: map[string]bool{}}
	waits := func(l letter) bool { return l.Status != "delivered" }
	var before []letter
	if !eventually(s.t.Context(), func() bool {
		before = m.list()
		return (len(before) > 0 || s.at.silent) && !slices.ContainsFunc(before, waits)
	}) {
		s.t.Fatalf("the webhooks before never arrived: %+v", before)
	}
	for _, l := range before {
		m.old[l.ID] = true
	}
	return m
}

// play lets control act on the charge; a body follows behind a blank.
func (m *mail) play(act string) {
	m.till.t.Helper()
	m.till.play(m.code, act)
}

// mustMeet waits until a trouble of that kind, "" for none, has hit one of the
// new webhooks; with lost, none of them may have arrived.
func (m *mail) mustMeet(kind string, lost bool) {
	m.till.t.Helper()
	if kind == "" {
		return
	}
	var sent []letter
	if !eventually(m.till.t.Context(), func() bool {
		sent = m.fresh()
		return slices.ContainsFunc(sent, func(l letter) bool { return l.met(kind) })
	}) {
		m.till.t.Fatalf("%s hit nothing: %+v", kind, sent)
	}
	if lost && slices.ContainsFunc(sent, letter.arrived) {
		m.till.t.Errorf("in spite of %s, something arrived: %+v", kind, sent)
	}
}

// met says whether a trouble was in one of the tries.
func (l letter) met(kind string) bool {
	for _, try := range l.Tries {
		if slices.Contains(try.Troubles, kind) {
			return true
		}
	}
	return false
}

// arrived says whether the shop has accepted it. What is dropped is not sent,
// and has no answer.
func (l letter) arrived() bool {
	for _, try := range l.Tries {
		if try.Response != nil && try.Response.Status >= 200 && try.Response.Status <= 299 {
			return true
		}
	}
	return false
}

// list returns the charge's deliveries, without their tries.
func (m *mail) list() []letter {
	m.till.t.Helper()
	var all struct{ Data []letter }
	m.till.control(http.MethodGet, "deliveries?code="+m.code, "", &all)
	return all.Data
}

// fresh returns the new deliveries with their tries.
func (m *mail) fresh() []letter {
	m.till.t.Helper()
	var sent []letter
	for _, l := range m.list() {
		if m.old[l.ID] {
			continue
		}
		var one struct{ Data letter }
		m.till.control(http.MethodGet, "deliveries/"+l.ID, "", &one)
		sent = append(sent, one.Data)
	}
	return sent
}
