package sandbox_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// try is what the tests read of one request in the log.
type try struct {
	Number  int `json:"number"`
	Request *struct {
		Headers map[string]string `json:"headers"`
		Body    string            `json:"body"`
	} `json:"request"`
	Response *struct {
		Status int    `json:"status"`
		Body   string `json:"body"`
	} `json:"response"`
	Error    string   `json:"error"`
	Troubles []string `json:"troubles"`
}

// tries reads the log of one delivery.
func (r *rig) tries(delivery string) []try {
	r.t.Helper()
	a := r.want(r.send("GET", "/control/deliveries/"+delivery, ""), http.StatusOK)
	return decode[struct{ Data struct{ Tries []try } }](r.t, a).Data.Tries
}

func TestDeliveryShowsItsTries(t *testing.T) {
	t.Parallel()
	r := start(t)
	r.hook.reply(func(w http.ResponseWriter, _ *http.Request, _ webhook) {
		w.WriteHeader(http.StatusTeapot)
		_, _ = w.Write([]byte("short and stout"))
	})
	r.create()
	until(t, "the attempt", func() bool { return r.deliveries()[0].Attempts == 1 })
	got, came := r.tries(r.deliveries()[0].ID)[0], r.hook.all("")[0]
	if got.Number != 1 || got.Request.Body != string(came.body) || got.Response.Status != http.StatusTeapot || got.Response.Body != "short and stout" {
		t.Errorf("try %+v", got)
	}
	for name, value := range got.Request.Headers {
		if came.header.Get(name) != value {
			t.Errorf("it shows %s: %s, and %q came", name, value, came.header.Get(name))
		}
	}
	if a := r.send("GET", "/control/deliveries/"+r.deliveries()[0].ID, ""); strings.Contains(a.body, testSecret) {
		t.Error("the secret is shown")
	}
	r.want(r.send("GET", "/control/deliveries/nothing", ""), http.StatusNotFound)
}

func TestDeliveriesArePaged(t *testing.T) {
	t.Parallel()
	r := start(t)
	first, second := r.create(), r.create()
	r.do(first.Code, "pay")
	type page struct {
		Data []struct{ ID, Code, Type, Endpoint string }
		Next *string
	}
	ask := func(query string) page {
		return decode[page](t, r.want(r.send("GET", "/control/deliveries?"+query, ""), http.StatusOK))
	}
	newest := ask("limit=3")
	if len(newest.Data) != 3 || newest.Data[0].Type != "charge:confirmed" || newest.Data[0].Endpoint != "configured" || newest.Next == nil {
		t.Fatalf("the newest: %+v", newest)
	}
	if rest := ask("limit=3&before=" + *newest.Next); len(rest.Data) != 1 || rest.Next != nil || rest.Data[0].Code != first.Code {
		t.Errorf("the rest: %+v", rest)
	}
	if some := ask("code=" + second.Code); len(some.Data) != 1 || some.Data[0].Code != second.Code {
		t.Errorf("of one charge: %+v", some)
	}
	if none := ask("endpoint=another"); len(none.Data) != 0 {
		t.Errorf("of another endpoint: %+v", none)
	}
	until(t, "the deliveries", func() bool { return len(ask("status=delivered").Data) == 4 })
	for _, wrong := range []string{"limit=0", "limit=1001", "limit=x"} {
		r.want(r.send("GET", "/control/deliveries?"+wrong, ""), http.StatusBadRequest)
	}
	r.want(r.send("GET", "/control/deliveries?before=nothing", ""), http.StatusNotFound)
}

func TestAttemptsAreFollowed(t *testing.T) {
	t.Parallel()
	r := start(t)
	type log struct {
		Data []struct {
			Seq            int64
			Type, Code     string
			Number, Status int
			Troubles       []string
		}
		Last int64
	}
	ask := func(query string) log {
		return decode[log](t, r.want(r.send("GET", "/control/attempts"+query, ""), http.StatusOK))
	}
	c := r.create()
	until(t, "the first attempt", func() bool { return len(ask("").Data) == 1 })
	begin := ask("?after=-1")
	if len(begin.Data) != 0 || begin.Last == 0 {
		t.Fatalf("only what comes: %+v", begin)
	}
	after := "?after=" + strconv.FormatInt(begin.Last, 10)
	if again := ask(after); len(again.Data) != 0 || again.Last != begin.Last {
		t.Errorf("nothing came, and yet: %+v", again)
	}
	r.do(c.Code, "detect")
	until(t, "the second", func() bool { return len(ask(after).Data) == 1 })
	got := ask(after)
	if e := got.Data[0]; e.Type != "charge:pending" || e.Code != c.Code || e.Number != 1 || e.Status != 200 || e.Troubles == nil || got.Last != e.Seq {
		t.Errorf("the second: %+v", got)
	}
	for _, wrong := range []string{"?after=x", "?after=-2", "?limit=0"} {
		r.want(r.send("GET", "/control/attempts"+wrong, ""), http.StatusBadRequest)
	}
}
