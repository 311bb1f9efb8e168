package sandbox_test

import (
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// badgeRules are the classes that the style sheet of a page colours badges of.
func (r *rig) badgeRules(page string) []string {
	r.t.Helper()
	sheet := regexp.MustCompile(`href="(/assets/css/sandbox\.css[^"]*)"`).FindStringSubmatch(page)
	if sheet == nil {
		r.t.Fatal("the page has no style sheet")
	}
	var classes []string
	css := r.want(r.send("GET", sheet[1], ""), http.StatusOK).body
	for rule := range strings.Lines(css) {
		if selector, _, ok := strings.Cut(rule, "{"); ok && strings.HasPrefix(selector, ".badge") {
			classes = append(classes, regexp.MustCompile(`sandbox-[a-z_]+`).FindAllString(selector, -1)...)
		}
	}
	return classes
}

// TestEachStatusOfACheckoutHasItsBadge on the front page, and its page a colour;
// those that are waiting, or came to nothing by choice, are plain.
func TestEachStatusOfACheckoutHasItsBadge(t *testing.T) {
	t.Parallel()
	for status, tc := range map[string]struct {
		actions []string
		class   string
		plain   bool
		says    []string
	}{
		"ACTIVE":             {nil, "sandbox-waiting", true, nil},
		"PROCESSING":         {[]string{"detect"}, "sandbox-confirming", false, nil},
		"COMPLETED":          {[]string{"pay"}, "sandbox-paid", false, nil},
		"EXPIRED":            {[]string{"expire"}, "sandbox-expired", false, nil},
		"FAILED":             {[]string{"fail"}, "sandbox-failed", false, nil},
		"DEACTIVATED":        {[]string{"cancel"}, "sandbox-canceled", true, nil},
		"PARTIALLY_REFUNDED": {[]string{"pay", `refund:{"amount":"1.00"}`}, "sandbox-partly_refunded", false, []string{"<strong>1.00 USDC</strong> went back."}},
		"REFUNDED":           {[]string{"pay", "refund"}, "sandbox-refunded", false, []string{"<strong>4.50 USDC</strong> went back."}},
	} {
		t.Run(status, func(t *testing.T) {
			t.Parallel()
			r := startBusiness(t)
			id := r.act(r.order().ID, tc.actions...).ID
			home := r.want(r.send("GET", "/", ""), http.StatusOK).body
			if !strings.Contains(home, `<span class="badge `+tc.class+`">`+status+`</span>`) {
				t.Errorf("the badge is missing in %s", home)
			}
			if coloured := slices.Contains(r.badgeRules(home), tc.class); coloured == tc.plain {
				t.Errorf("the badge is coloured: %v", coloured)
			}
			page := r.want(r.send("GET", r.link(id), ""), http.StatusOK).body
			for _, part := range tc.says {
				if !strings.Contains(page, part) {
					t.Errorf("%s is missing in %s", part, page)
				}
			}
			if strings.Contains(page, "went back") != (len(tc.says) > 0) {
				t.Errorf("what went back is not told in %s", page)
			}
		})
	}
}

// TestARefundOnItsWayStandsOnThePage until it has ended: the page asks for that by
// itself, and does not lead away meanwhile.
func TestARefundOnItsWayStandsOnThePage(t *testing.T) {
	t.Parallel()
	r := startBusiness(t)
	r.want(r.send("POST", "/control/settings", `{"confirm_after":"1h"}`), http.StatusOK)
	made := r.act(r.order().ID, "pay")
	r.want(r.send("POST", checkoutsURL+"/"+made.ID+"/refund", `{"amount":"1.50"}`), http.StatusOK)
	page := r.want(r.send("GET", r.link(made.ID), ""), http.StatusOK).body
	if !strings.Contains(page, "A refund of <strong>1.50 USDC</strong> is on its way.") || strings.Contains(page, "went back") || strings.Contains(page, "You are taken there") {
		t.Errorf("the page says %s", page)
	}
	asks := regexp.MustCompile(`hx-get="([^"]+)" hx-trigger="every 1s"`).FindStringSubmatch(page)
	if asks == nil {
		t.Fatalf("nothing is asked for by %s", page)
	}
	again := html.UnescapeString(asks[1])
	r.want(r.send("GET", again, ""), http.StatusNoContent)
	r.act(made.ID, "refund")
	part := r.want(r.send("GET", again, ""), http.StatusOK).body
	if !strings.Contains(part, "<strong>1.50 USDC</strong> went back.") || strings.Contains(part, "on its way") || strings.Contains(part, "every 1s") {
		t.Errorf("once it ended the page says %s", part)
	}
}
