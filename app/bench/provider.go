package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"till/app/coinbase/commerce"
)

// provider answers the till's questions about charges, and nothing happens to
// them but what this program's webhooks say.
type provider struct {
	url    string
	server *http.Server

	mu      sync.Mutex
	charges map[string]commerce.Charge // by code
	byOrder map[string]commerce.Charge // by our order's id
}

func startProvider(ctx context.Context) (*provider, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for the till's questions: %w", err)
	}
	p := &provider{
		url:     "http://" + l.Addr().String(),
		charges: map[string]commerce.Charge{}, byOrder: map[string]commerce.Charge{},
	}
	routes := http.NewServeMux()
	routes.HandleFunc("POST /charges", p.create)
	routes.HandleFunc("GET /charges", p.list)
	routes.HandleFunc("GET /charges/{code}", p.show)
	p.server = &http.Server{Handler: routes, ReadHeaderTimeout: time.Minute}
	go func() { _ = p.server.Serve(l) }() // ends with stop
	return p, nil
}

func (p *provider) stop() { _ = p.server.Close() } // nothing waits for an answer any more

// create handles POST /charges.
func (p *provider) create(w http.ResponseWriter, r *http.Request) {
	var want commerce.CreateCharge
	if err := json.NewDecoder(r.Body).Decode(&want); err != nil || want.LocalPrice == nil {
		http.Error(w, "{}", http.StatusBadRequest)
		return
	}
	p.mu.Lock()
	c := newCharge(len(p.charges), want)
	p.charges[c.Code], p.byOrder[c.Metadata["order_id"]] = c, c
	p.mu.Unlock()
	answer(w, http.StatusCreated, c)
}

// show handles GET /charges/{code}.
func (p *provider) show(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	c, ok := p.charges[r.PathValue("code")]
	p.mu.Unlock()
	if !ok {
		http.Error(w, `{"error":{"type":"not_found","message":"Not found"}}`, http.StatusNotFound)
		return
	}
	answer(w, http.StatusOK, c)
}

// list handles GET /charges: there is nothing the till would have missed.
func (p *provider) list(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, []commerce.Charge{})
}

// of returns the charge of an order.
func (p *provider) of(order string) (commerce.Charge, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c, ok := p.byOrder[order]
	return c, ok
}

func answer[T any](w http.ResponseWriter, status int, data T) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(commerce.Reply[T]{Data: data, Pagination: &commerce.Pagination{}}) // the till reports what it misses
}
