package sandbox_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestControlOfCheckouts(t *testing.T) {
	t.Parallel()
	r := startBusiness(t)
	for name, tc := range map[string]struct {
		before []string
		action string
		body   string
		status int
		says   string
	}{
		"detect":                   {nil, "detect", "", 200, `"status":"PROCESSING"`},
		"detect, never to confirm": {nil, "detect", `{"never":true}`, 200, `"status":"PROCESSING"`},
		"confirm":                  {[]string{"detect"}, "confirm", "", 200, `"status":"COMPLETED"`},
		"confirm what is not seen": {nil, "confirm", "", 409, "only a PROCESSING"},
		"pay":                      {nil, "pay", "", 200, `"status":"COMPLETED"`},
		"pay what is paid":         {[]string{"pay"}, "pay", "", 409, "is COMPLETED: only an ACTIVE"},
		"pay late":                 {[]string{"expire"}, "pay", "", 409, "is EXPIRED: only an ACTIVE"},
		"expire":                   {nil, "expire", "", 200, `"status":"EXPIRED"`},
		"expire what is seen":      {[]string{"detect"}, "expire", "", 409, "only an ACTIVE"},
		"cancel":                   {nil, "cancel", "", 200, `"status":"DEACTIVATED"`},
		"deactivate":               {nil, "deactivate", "", 200, `"status":"DEACTIVATED"`},
		"cancel what is seen":      {[]string{"detect"}, "cancel", "", 409, "only an ACTIVE"},
		"fail":                     {[]string{"detect"}, "fail", "", 200, `"status":"FAILED"`},
		"fail what is paid":        {[]string{"pay"}, "fail", "", 409, "only an ACTIVE or a PROCESSING"},
		"underpay":                 {nil, "underpay", "", 409, "too little or too much"},
		"overpay":                  {nil, "overpay", "", 409, "too little or too much"},
		"pay half":                 {nil, "pay", `{"sum":"under"}`, 409, "too little or too much"},
		"twice":                    {nil, "twice", "", 409, "and once"},
		"resolve":                  {[]string{"pay"}, "resolve", "", 409, "nothing unresolved"},
		"another coin":             {nil, "pay", `{"coin":"bitcoin"}`, 409, "use usdc"},
		"refund":                   {[]string{"pay"}, "refund", "", 200, `"status":"REFUNDED"`},
		"refund a part":            {[]string{"pay"}, "refund", `{"amount":"1.00","reason":"Cold"}`, 200, `"reason":"Cold"`},
		"refund the rest":          {[]string{"pay", `refund:{"amount":"1.00"}`}, "refund", "", 200, `"refundedAmount":"4.50"`},
		"refund too much":          {[]string{"pay"}, "refund", `{"amount":"4.51"}`, 409, "4.50 USDC left"},
		"refund no number":         {[]string{"pay"}, "refund", `{"amount":"all"}`, 400, "amount must be"},
		"refund that fails":        {[]string{"pay"}, "refund", `{"fail":true}`, 200, `"status":"FAILED"`},
		"refund what is not paid":  {nil, "refund", "", 409, "only a COMPLETED"},
		"refund what is refunded":  {[]string{"pay", "refund"}, "refund", "", 409, "is REFUNDED"},
		"no action":                {nil, "lose", "", 404, "or refund"},
		"no JSON":                  {[]string{"pay"}, "refund", "{", 400, "JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := r.in(t)
			id := r.act(r.order().ID, tc.before...).ID
			if a := r.want(r.send("POST", "/control/checkouts/"+id+"/"+tc.action, tc.body), tc.status); !strings.Contains(a.body, tc.says) {
				t.Errorf("answered %s", a.body)
			}
		})
	}
	t.Run("a charge of Commerce", func(t *testing.T) {
		t.Parallel()
		r := r.in(t)
		r.want(r.send("POST", "/control/checkouts/"+r.create().Code+"/pay", ""), http.StatusNotFound)
	})
	t.Run("by the charges' door", func(t *testing.T) {
		t.Parallel()
		r := r.in(t)
		r.want(r.send("POST", "/control/charges/"+r.order().ID+"/pay", ""), http.StatusOK)
	})
	t.Run("refund by the charges' door", func(t *testing.T) {
		t.Parallel()
		r := r.in(t)
		id := r.act(r.order().ID, "pay").ID
		a := r.want(r.send("POST", "/control/charges/"+id+"/refund", ""), http.StatusNotFound)
		if !strings.Contains(a.body, "POST /control/checkouts/"+id+"/ACTION") || !strings.Contains(a.body, "fail or refund.") || strings.Contains(a.body, "underpay") {
			t.Errorf("answered %s", a.body)
		}
	})
	t.Run("by the link's name", func(t *testing.T) {
		t.Parallel()
		r := r.in(t)
		r.want(r.send("POST", "/control/checkouts"+strings.TrimPrefix(r.link(r.order().ID), "/payment-links")+"/pay", ""), http.StatusOK)
	})
}

// TestARefundOnItsWayEnds shows that control ends what the API began.
func TestARefundOnItsWayEnds(t *testing.T) {
	t.Parallel()
	r := startBusiness(t)
	for body, want := range map[string]string{"": "COMPLETED", `{"fail":true}`: "FAILED"} {
		id := r.act(r.order().ID, "pay").ID
		r.want(r.send("POST", checkoutsURL+"/"+id+"/refund", `{"amount":"2.00"}`), http.StatusOK)
		got := r.act(id, "refund:"+body)
		if len(got.Refunds) != 1 || got.Refunds[0].Status != want {
			t.Errorf("%s: %+v", body, got.Refunds)
		}
	}
}

func TestControlListsCheckoutsBesideCharges(t *testing.T) {
	t.Parallel()
	r := startBusiness(t)
	c, id := r.create(), r.act(r.order().ID, "detect").ID
	list := decode[struct {
		Data []struct {
			ID, Code, Status string
			HostedURL        string `json:"hosted_url"`
			Metadata         map[string]string
			Timeline         []struct{ Status string }
		}
	}](t, r.want(r.send("GET", "/control/charges", ""), http.StatusOK)).Data
	if len(list) != 2 || list[1].Code != c.Code {
		t.Fatalf("listed %+v", list)
	}
	got := list[0]
	if got.ID != id || got.Code != id || got.Status != "PROCESSING" || got.Metadata["order_id"] != "o1" ||
		got.HostedURL != r.url+r.link(id) || len(got.Timeline) != 2 {
		t.Errorf("listed %+v", got)
	}
}
