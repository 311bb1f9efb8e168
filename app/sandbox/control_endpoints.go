package sandbox

import (
	"github.com/gofiber/fiber/v2"

	"till/app/sandbox/delivery"
)

// endpointRequest is what an endpoint is to be; what it leaves out stays as it
// is, or as a new one has it.
type endpointRequest struct {
	Face    *string   `json:"face"` // of a new one: "commerce", or "business"
	URL     *string   `json:"url"`
	Secret  *string   `json:"secret"`
	Events  *[]string `json:"events"`
	Enabled *bool     `json:"enabled"`
}

// endpointReply is an endpoint without its secret, which is told once: in the
// answer that made it up.
type endpointReply struct {
	ID      string   `json:"id"`
	Face    string   `json:"face"`
	Side    string   `json:"side,omitempty"` // of business: "sandbox" or "production"; absent = both
	URL     string   `json:"url"`
	Secret  string   `json:"secret,omitempty"`
	Events  []string `json:"events"`
	Enabled bool     `json:"enabled"`
}

func endpointOf(e delivery.Endpoint) endpointReply {
	return endpointReply{ID: e.ID, Face: e.Face, Side: e.Side, URL: e.URL, Events: append([]string{}, e.Events...), Enabled: e.Enabled}
}

// handleEndpointList handles GET /control/endpoints, the configured ones first.
func (s *Sandbox) handleEndpointList(c *fiber.Ctx) error {
	endpoints, err := s.queue.Endpoints(c.UserContext())
	if err != nil {
		return err
	}
	data := make([]endpointReply, 0, len(endpoints))
	for _, e := range endpoints {
		data = append(data, endpointOf(e))
	}
	return sendControl(c, envelope{Data: data})
}

// handleEndpointAdd handles POST /control/endpoints.
func (s *Sandbox) handleEndpointAdd(c *fiber.Ctx) error {
	var r endpointRequest
	if err := readControl(c, &r); err != nil {
		return err
	}
	var wanted delivery.Endpoint
	if r.Face != nil {
		wanted.Face = *r.Face
	}
	if r.URL != nil {
		wanted.URL = *r.URL
	}
	if r.Secret != nil {
		wanted.Secret = *r.Secret
	}
	if r.Events != nil {
		wanted.Events = *r.Events
	}
	added, err := s.queue.AddEndpoint(c.UserContext(), wanted)
	if err != nil {
		return err
	}
	reply := endpointOf(added)
	if wanted.Secret == "" {
		reply.Secret = added.Secret
	}
	return sendControl(c, envelope{Data: reply})
}

// handleEndpointChange handles POST /control/endpoints/{id}.
func (s *Sandbox) handleEndpointChange(c *fiber.Ctx) error {
	var r endpointRequest
	if err := readControl(c, &r); err != nil {
		return err
	}
	if r.Face != nil || r == (endpointRequest{}) {
		return invalid("Name what to change: url, secret, events or enabled.")
	}
	e, err := s.queue.ChangeEndpoint(c.UserContext(), c.Params("id"),
		delivery.Change{URL: r.URL, Secret: r.Secret, Events: r.Events, Enabled: r.Enabled})
	if err != nil {
		return err
	}
	return sendControl(c, envelope{Data: endpointOf(e)})
}

// handleEndpointRemove handles DELETE /control/endpoints/{id}.
func (s *Sandbox) handleEndpointRemove(c *fiber.Ctx) error {
	if err := s.queue.RemoveEndpoint(c.UserContext(), c.Params("id")); err != nil {
		return err
	}
	return sendControl(c, envelope{Data: map[string]any{"id": c.Params("id"), "deleted": true}})
}

// handleEndpointTest handles POST /control/endpoints/{id}/test: it sends an
// event about a made-up charge that matches no order.
func (s *Sandbox) handleEndpointTest(c *fiber.Ctx) error {
	var r struct {
		Type string `json:"type"`
	}
	if err := readControl(c, &r); err != nil {
		return err
	}
	d, err := s.queue.Test(c.UserContext(), c.Params("id"), r.Type)
	if err != nil {
		return err
	}
	return sendControl(c, envelope{Data: d})
}
