package sandbox

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"till/app/sandbox/delivery"
	"till/app/sandbox/ledger"
	"till/app/sandbox/trouble"
)

// troubleResource is a trouble that is switched on. What is empty does not
// narrow it.
type troubleResource struct {
	ID       string `json:"id"`
	Kind     string `json:"kind"`
	Endpoint string `json:"endpoint,omitempty"`
	Code     string `json:"code,omitempty"`
	Order    string `json:"order,omitempty"`
	API      string `json:"api,omitempty"`
	Delay    string `json:"delay,omitempty"`
	Times    int    `json:"times,omitempty"` // absent = until it is removed
	After    bool   `json:"after,omitempty"`
}

type kindResource struct {
	Kind    string `json:"kind"`
	Where   string `json:"where"`
	Explain string `json:"explain"`
}

type troublesReply struct {
	Data  []troubleResource `json:"data"`
	Kinds []kindResource    `json:"kinds"`
}

func troubleOf(t trouble.Trouble) troubleResource {
	r := troubleResource{
		ID: t.ID, Kind: t.Kind, Endpoint: t.Endpoint, Code: t.Code, Order: t.Order, API: t.API, Times: t.Times, After: t.After,
	}
	if t.Delay != 0 {
		r.Delay = t.Delay.String()
	}
	return r
}

// handleTroubleList handles GET /control/troubles: what is switched on, and all
// that could be.
func (s *Sandbox) handleTroubleList(c *fiber.Ctx) error {
	reply := troublesReply{Data: []troubleResource{}}
	for _, t := range s.troubles.List() {
		reply.Data = append(reply.Data, troubleOf(t))
	}
	for _, k := range trouble.Kinds() {
		reply.Kinds = append(reply.Kinds, kindResource{Kind: k.Name, Where: k.Where, Explain: k.Explain})
	}
	return sendControl(c, reply)
}

// handleTroubleAdd handles POST /control/troubles.
func (s *Sandbox) handleTroubleAdd(c *fiber.Ctx) error {
	r := struct {
		troubleResource
		Times *int `json:"times"` // told apart: none, and a wrong 0
	}{}
	if err := readControl(c, &r); err != nil {
		return err
	}
	t := trouble.Trouble{
		Kind: r.Kind, Endpoint: r.Endpoint, Code: r.Code, Order: r.Order, API: r.API, After: r.After,
	}
	if r.Delay != "" {
		d, err := time.ParseDuration(r.Delay)
		if err != nil || d <= 0 {
			return invalid(`delay must be a duration such as "5s".`)
		}
		t.Delay = d
	}
	if r.Times != nil {
		if t.Times = *r.Times; t.Times < 1 {
			return invalid("times must be 1 or more; without it the trouble stays until it is removed.")
		}
	}
	t, err := s.addTrouble(c.UserContext(), t)
	if err != nil {
		return err
	}
	return sendControl(c, envelope{Data: troubleOf(t)})
}

// addTrouble switches t on. A charge may be named by its id or its page's name
// as well, and an endpoint has to exist: nobody shall wait for a trouble that
// never hits.
func (s *Sandbox) addTrouble(ctx context.Context, t trouble.Trouble) (trouble.Trouble, error) {
	if err := t.Check(); err != nil {
		return t, err
	}
	if t.Endpoint != "" {
		endpoints, err := s.queue.Endpoints(ctx)
		if err != nil {
			return t, err
		}
		if !slices.ContainsFunc(endpoints, func(e delivery.Endpoint) bool { return e.ID == t.Endpoint }) {
			return t, invalid("There is no endpoint %q: the list of endpoints tells their ids.", t.Endpoint)
		}
	}
	if t.Code != "" {
		t.Code = refOf(t.Code)
		charge, err := ledger.Find(ctx, s.db.Read(), t.Code)
		if err != nil && !errors.Is(err, ledger.ErrNotFound) {
			return t, err
		}
		if err == nil {
			t.Code = charge.Code
		}
	}
	return s.troubles.Add(ctx, t)
}

// handleTroubleRemove handles DELETE /control/troubles/{id}.
func (s *Sandbox) handleTroubleRemove(c *fiber.Ctx) error {
	if err := s.troubles.Remove(c.UserContext(), c.Params("id")); err != nil {
		return err
	}
	return sendControl(c, envelope{Data: map[string]any{"id": c.Params("id"), "deleted": true}})
}

// handleTroubleClear handles DELETE /control/troubles: all is well again.
func (s *Sandbox) handleTroubleClear(c *fiber.Ctx) error {
	if err := s.troubles.Clear(c.UserContext()); err != nil {
		return err
	}
	return sendControl(c, envelope{Data: map[string]any{"deleted": true}})
}
