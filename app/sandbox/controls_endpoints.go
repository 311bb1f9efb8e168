package sandbox

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"till/app/sandbox/delivery"
)

// controlsEndpoint is somewhere webhooks go, without its secret.
type controlsEndpoint struct {
	ID, URL   string
	Events    string // "" = all
	Enabled   bool
	Removable bool
	Types     []string // that it can be tested with
}

func endpointsOf(endpoints []delivery.Endpoint) []controlsEndpoint {
	var all []controlsEndpoint
	for _, e := range endpoints {
		all = append(all, controlsEndpoint{
			ID: e.ID, URL: e.URL, Events: strings.Join(e.Events, ", "), Enabled: e.Enabled,
			Removable: !delivery.IsConfigured(e.ID), Types: delivery.Types(e.Face),
		})
	}
	return all
}

// handleControlsEndpointAdd handles POST /controls/endpoints. A secret that was
// made up is shown on the page that answers, and never again: when that page is
// loaded once more, the endpoint is there already, and nothing is added.
func (s *Sandbox) handleControlsEndpointAdd(c *fiber.Ctx) error {
	asked := delivery.Endpoint{Face: c.FormValue("face"), URL: c.FormValue("url"), Secret: c.FormValue("secret")}
	for _, kind := range c.Request().PostArgs().PeekMulti("events") {
		asked.Events = append(asked.Events, string(kind))
	}
	if err := s.refuseSame(c.UserContext(), asked); err != nil {
		return s.answerControls(c, err)
	}
	added, err := s.queue.AddEndpoint(c.UserContext(), asked)
	if err == nil && asked.Secret == "" {
		return s.sendControls(c, fiber.StatusOK, controlsPage{Secret: added.Secret})
	}
	return s.answerControls(c, err)
}

// refuseSame names the endpoint that does what is asked for already.
func (s *Sandbox) refuseSame(ctx context.Context, asked delivery.Endpoint) error {
	endpoints, err := s.queue.Endpoints(ctx)
	if err != nil {
		return err
	}
	face := cmp.Or(asked.Face, delivery.Commerce)
	for _, e := range endpoints {
		if e.Face == face && e.URL == asked.URL && slices.Equal(slices.Sorted(slices.Values(e.Events)), slices.Sorted(slices.Values(asked.Events))) {
			return &problem{fiber.StatusConflict, "conflict", "Endpoint " + e.ID + " gets these events at that URL already. " +
				"Its secret was shown when it was added; remove it to add it anew."}
		}
	}
	return nil
}

// handleControlsEndpointTest handles POST /controls/endpoints/{id}/test, and
// shows how the event fares.
func (s *Sandbox) handleControlsEndpointTest(c *fiber.Ctx) error {
	d, err := s.queue.Test(c.UserContext(), c.Params("id"), c.FormValue("type"))
	if err != nil {
		return s.answerControls(c, err)
	}
	return c.Redirect("/deliveries/"+d.ID, fiber.StatusSeeOther)
}

// handleControlsEndpointSwitch handles POST /controls/endpoints/{id}/switch.
func (s *Sandbox) handleControlsEndpointSwitch(c *fiber.Ctx) error {
	on := c.FormValue("enabled") == "true"
	_, err := s.queue.ChangeEndpoint(c.UserContext(), c.Params("id"), delivery.Change{Enabled: &on})
	return s.answerControls(c, err)
}

// handleControlsEndpointRemove handles POST /controls/endpoints/{id}/remove.
func (s *Sandbox) handleControlsEndpointRemove(c *fiber.Ctx) error {
	return s.answerControls(c, s.queue.RemoveEndpoint(c.UserContext(), c.Params("id")))
}
