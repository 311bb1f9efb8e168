package sandbox_test

import (
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// links are the addresses of the deliveries on a page.
func links(body string) []string {
	var all []string
	for _, m := range regexp.MustCompile(`href="(/deliveries/[^"/]+)"`).FindAllStringSubmatch(body, -1) {
		all = append(all, m[1])
	}
	return all
}

func TestTheLogPagesThroughAllDeliveries(t *testing.T) {
	t.Parallel()
	r := start(t)
	for range 53 {
		r.create()
	}
	seen := map[string]bool{}
	pages := 0
	for next := "/deliveries"; next != ""; pages++ {
		page := r.want(r.send("GET", next, ""), http.StatusOK).body
		for _, link := range links(page) {
			seen[link] = true
		}
		older := regexp.MustCompile(`href="(/deliveries\?[^"]*before=[^"]+)"`).FindStringSubmatch(page)
		if next = ""; older != nil {
			next = html.UnescapeString(older[1])
		}
	}
	if len(seen) != 53 || pages != 2 {
		t.Errorf("%d deliveries on %d pages, want 53 on 2", len(seen), pages)
	}
	r.want(r.send("GET", "/deliveries?before=nothing", ""), http.StatusNotFound)
}

func TestTheLogIsNarrowed(t *testing.T) {
	t.Parallel()
	r := start(t)
	r.create()
	c := r.create()
	r.do(c.Code, "pay")
	r.hook.await(t, "charge:confirmed", 1)
	page := r.want(r.send("GET", "/deliveries?code="+strings.ToLower(c.Code), ""), http.StatusOK).body
	if got := len(links(page)); got != 3 {
		t.Errorf("%d deliveries of the charge, want 3: %s", got, page)
	}
	none := r.want(r.send("GET", "/deliveries?status=abandoned", ""), http.StatusOK).body
	if len(links(none)) != 0 || !strings.Contains(none, "No delivery fits that.") {
		t.Errorf("nothing was abandoned: %s", none)
	}
}

func TestADeliveryShowsItsAttemptsAndIsSentAgain(t *testing.T) {
	t.Parallel()
	r := start(t)
	r.hook.reply(func(w http.ResponseWriter, _ *http.Request, _ webhook) {
		w.Header().Set("X-Shop", "<closed>")
		w.WriteHeader(http.StatusTeapot)
		_, _ = fmt.Fprint(w, "<b>later</b>") // a sandbox that hung up misses it
	})
	c := r.create()
	first := r.hook.await(t, "charge:created", 1)
	var link string
	until(t, "the attempt", func() bool {
		link = links(r.want(r.send("GET", "/deliveries?code="+c.Code, ""), http.StatusOK).body)[0]
		return strings.Contains(r.want(r.send("GET", link, ""), http.StatusOK).body, ">418<")
	})
	page := r.want(r.send("GET", link, ""), http.StatusOK).body
	for _, part := range []string{
		html.EscapeString(string(first.body)), first.header.Get("X-Cc-Webhook-Signature"), "&lt;b&gt;later&lt;/b&gt;", "X-Shop: &lt;closed&gt;", c.Code,
	} {
		if !strings.Contains(strings.ReplaceAll(page, "&#43;", "+"), part) {
			t.Errorf("%s is missing in %s", part, page)
		}
	}
	if strings.Contains(page, testSecret) {
		t.Error("the page tells the secret")
	}

	r.hook.reply(nil)
	if got := r.want(r.form(link+"/resend", ""), http.StatusSeeOther).Header.Get("Location"); got != link {
		t.Errorf("leads to %q", got)
	}
	until(t, "the delivery", func() bool {
		return strings.Contains(r.want(r.send("GET", link, ""), http.StatusOK).body, "delivered")
	})
	r.want(r.form("/controls/endpoints/configured/switch", "enabled=false"), http.StatusSeeOther)
	if a := r.want(r.form(link+"/resend", ""), http.StatusConflict); !strings.Contains(a.body, "switched off") {
		t.Errorf("nothing is said: %s", a.body)
	}
	r.want(r.send("GET", link+"/resend", ""), http.StatusSeeOther)
	r.want(r.send("GET", "/deliveries/nothing", ""), http.StatusNotFound)
	r.want(r.form("/deliveries/nothing/resend", ""), http.StatusNotFound)
}
