package main

import (
	"fmt"
	"testing"
)

func fragment(state string, version int) string {
	return fmt.Sprintf(`<section id="order-status" class="panel" data-state="%s" data-exception="" data-version="%d" role="status">`, state, version)
}

func TestAPageShowsTheNewest(t *testing.T) {
	t.Parallel()
	p := &page{}
	for _, html := range []string{
		fragment("waiting", 1), fragment("confirmed", 4), fragment("detected", 3), "<p>an error</p>", fragment("waiting", 4),
	} {
		p.take(html)
	}
	if shown, undone := p.now(); shown.State != "confirmed" || shown.Version != 4 || undone {
		t.Errorf("shows %+v, undone %t", shown, undone)
	}
	p.take(fragment("waiting", 5))
	if _, undone := p.now(); !undone {
		t.Error("a confirmation that is taken back was not seen")
	}
}

// TestARefundTakesNoConfirmationBack: the buyer was told the truth before.
func TestARefundTakesNoConfirmationBack(t *testing.T) {
	t.Parallel()
	p := &page{}
	for i, state := range []string{"confirmed", "partly_refunded", "refunded"} {
		p.take(fragment(state, i+1))
		if shown, undone := p.now(); shown.State != state || undone {
			t.Errorf("shows %+v, undone %t", shown, undone)
		}
	}
}
