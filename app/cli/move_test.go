package cli_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

const moveConfig = plainConfig + `[product pastries]
name = Pastries
description = Twelve.
price = 18.00
currency = USD
method = checkout
checkout_id = 3c1f0a52-7d64-4b8e-9a2f-6e5d8b7c4f10
`

// orderNow is what a program is told of an order.
type orderNow struct {
	State string
	Links struct{ Pay string }
	X402  string `json:"x402_url"`
}

func (r *running) buy(t *testing.T, product string) (id string) {
	t.Helper()
	res, body := ask(t, http.MethodPost, r.shop+"/orders", "product="+product)
	id, ok := strings.CutPrefix(res.Header.Get("Location"), "/orders/")
	if !ok {
		t.Fatalf("POST /orders answered %d: %s", res.StatusCode, body)
	}
	return id
}

func (r *running) look(t *testing.T, id string) orderNow {
	t.Helper()
	_, body := ask(t, http.MethodGet, r.shop+"/orders/"+id, "", "Accept", "application/json")
	var now orderNow
	if err := json.Unmarshal([]byte(body), &now); err != nil {
		t.Fatalf("order %s: %v in %s", id, err, body)
	}
	return now
}

// doors are where the sandbox makes something happen to what each order is paid
// by, by the order.
func (r *running) doors(t *testing.T) map[string]string {
	t.Helper()
	_, body := ask(t, http.MethodGet, r.box+"/control/charges", "")
	var all struct {
		Data []struct {
			Code, ID string
			Metadata map[string]string
		}
	}
	must(t, json.Unmarshal([]byte(body), &all))
	doors := map[string]string{}
	for _, c := range all.Data {
		kind := "charges"
		if c.Code == c.ID { // which Business has no code for
			kind = "checkouts"
		}
		doors[c.Metadata["order_id"]] = r.box + "/control/" + kind + "/" + c.Code + "/"
	}
	return doors
}

// TestAMoveToBusinessLeavesNothingBehind buys at Commerce, changes the provider,
// buys at Business, and lets every order be paid or run out where it was begun.
func TestAMoveToBusinessLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	dir := configured(t, moveConfig)
	before := serveIn(t, dir)
	var orders []string
	for _, product := range []string{"coffee", "coffee", "pastries", "pastries"} {
		orders = append(orders, before.buy(t, product))
	}
	for _, id := range orders {
		if pay := before.look(t, id).Links.Pay; !strings.HasPrefix(pay, before.box+"/charges/") {
			t.Errorf("at Commerce one pays at %q", pay)
		}
	}
	before.stop()

	after := serveIn(t, dir, "TILL_COINBASE_PROVIDER=business")
	for _, product := range []string{"coffee", "coffee", "pastries", "pastries"} {
		id := after.buy(t, product)
		if now := after.look(t, id); !strings.HasPrefix(now.Links.Pay, after.box+"/payment-links/pl_") || now.X402 == "" {
			t.Errorf("at Business one pays at %q, or by program at %q", now.Links.Pay, now.X402)
		}
		orders = append(orders, id)
	}
	doors := after.doors(t)
	want := map[string]string{}
	for i, id := range orders {
		action := []string{"pay", "expire"}[i%2]
		want[id] = map[string]string{"pay": "confirmed", "expire": "expired"}[action]
		res, body := ask(t, http.MethodPost, doors[id]+action, "{}", "Content-Type", "application/json")
		if res.StatusCode != http.StatusOK {
			t.Errorf("%s: %d %s", doors[id]+action, res.StatusCode, body)
		}
	}
	for id, state := range want {
		eventually(t, "order "+id+" is "+state, func() bool { return after.look(t, id).State == state })
	}
	after.stop()
	if log := after.log.String(); strings.Contains(log, "level=ERROR") {
		t.Error(log)
	}
}
