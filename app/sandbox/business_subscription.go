package sandbox

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/gofiber/fiber/v2"

	"till/app/coinbase/business"
	"till/app/sandbox/delivery"
)

// subscriptionBody is what a merchant wants to be told, and where.
type subscriptionBody struct {
	Description string   `json:"description"`
	EventTypes  []string `json:"eventTypes"`
	Target      struct {
		URL     string            `json:"url"`
		Method  string            `json:"method"`
		Headers map[string]string `json:"headers"`
	} `json:"target"`
	Labels  map[string]string `json:"labels"`
	Enabled *bool             `json:"isEnabled"`
}

// check refuses what could not be sent.
func (b subscriptionBody) check() error {
	switch {
	case len(b.EventTypes) == 0:
		return invalid("eventTypes must name at least one of %s.", strings.Join(business.EventTypes(), ", "))
	case b.Target.Method != "" && b.Target.Method != http.MethodPost:
		return invalid("target.method must be POST.")
	}
	if err := delivery.CheckURL("target.url", delivery.Business, b.Target.URL); err != nil {
		return err
	}
	for name, value := range b.Target.Headers {
		if !regexp.MustCompile(`^[A-Za-z0-9-]+$`).MatchString(name) || strings.ContainsFunc(value, unicode.IsControl) {
			return invalid("target.headers has a name or a value that no header can have.")
		}
	}
	return nil
}

// side is whose events it is told of: without the label, none of the provider's
// sandbox.
func (b subscriptionBody) side() string {
	if b.Labels[business.SandboxLabel] == business.SandboxValue {
		return delivery.Sandbox
	}
	return delivery.Production
}

func (b subscriptionBody) enabled() bool { return b.Enabled == nil || *b.Enabled }

// handleSubscriptionCreate handles POST …/subscriptions. The secret is told
// here and never again.
func (s *Sandbox) handleSubscriptionCreate(c *fiber.Ctx) error {
	var body subscriptionBody
	if err := readBusiness(c, &body); err != nil {
		return err
	}
	if err := body.check(); err != nil {
		return err
	}
	now := s.clock.Now()
	made, err := s.queue.Subscribe(c.UserContext(), delivery.Subscription{
		Endpoint: delivery.Endpoint{
			Face: delivery.Business, Side: body.side(), URL: body.Target.URL, Events: body.EventTypes,
			Enabled: body.enabled(), Head: body.Target.Headers,
		},
		Notes: delivery.Notes{Description: body.Description, Labels: body.Labels, CreatedAt: now, UpdatedAt: now},
	})
	if err != nil {
		return err
	}
	shown := subscriptionOf(made)
	shown.Secret = made.Secret
	return sendBusiness(c, fiber.StatusCreated, shown)
}

// handleSubscriptionList handles GET …/subscriptions.
func (s *Sandbox) handleSubscriptionList(c *fiber.Ctx) error {
	all, err := s.queue.Subscriptions(c.UserContext())
	if err != nil {
		return err
	}
	page := business.SubscriptionPage{Subscriptions: []business.Subscription{}}
	for _, one := range all {
		page.Subscriptions = append(page.Subscriptions, subscriptionOf(one))
	}
	return sendBusiness(c, fiber.StatusOK, page)
}

// handleSubscriptionShow handles GET …/subscriptions/{id}.
func (s *Sandbox) handleSubscriptionShow(c *fiber.Ctx) error {
	one, err := s.queue.Subscription(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	return sendBusiness(c, fiber.StatusOK, subscriptionOf(one))
}

// handleSubscriptionChange handles PUT …/subscriptions/{id}: the whole of it
// anew, but for the secret.
func (s *Sandbox) handleSubscriptionChange(c *fiber.Ctx) error {
	var body subscriptionBody
	if err := readBusiness(c, &body); err != nil {
		return err
	}
	if err := body.check(); err != nil {
		return err
	}
	before, err := s.queue.Subscription(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	enabled, side, head := body.enabled(), body.side(), body.Target.Headers
	if head == nil {
		head = map[string]string{}
	}
	changed, err := s.queue.Resubscribe(c.UserContext(), before.ID,
		delivery.Change{URL: &body.Target.URL, Side: &side, Events: &body.EventTypes, Enabled: &enabled, Head: head},
		delivery.Notes{Description: body.Description, Labels: body.Labels, CreatedAt: before.Notes.CreatedAt, UpdatedAt: s.clock.Now()})
	if err != nil {
		return err
	}
	return sendBusiness(c, fiber.StatusOK, subscriptionOf(changed))
}

// handleSubscriptionDelete handles DELETE …/subscriptions/{id}.
func (s *Sandbox) handleSubscriptionDelete(c *fiber.Ctx) error {
	one, err := s.queue.Subscription(c.UserContext(), c.Params("id"))
	if err == nil {
		err = s.queue.RemoveEndpoint(c.UserContext(), one.ID)
	}
	if err != nil {
		return err
	}
	head(c)
	return c.SendStatus(fiber.StatusNoContent)
}

// subscriptionOf is a subscription as it is shown, without its secret.
func subscriptionOf(s delivery.Subscription) business.Subscription {
	return business.Subscription{
		ID: s.ID, Description: s.Notes.Description, EventTypes: slices.Clone(s.Events), Enabled: s.Enabled,
		Target:    business.Target{URL: s.URL, Method: http.MethodPost, Headers: s.Head},
		Labels:    s.Notes.Labels,
		CreatedAt: business.At(s.Notes.CreatedAt), UpdatedAt: business.At(s.Notes.UpdatedAt),
	}
}

// mostEvents is how many attempts a subscription tells of.
const mostEvents = 50

// subscriptionEvent is one attempt to tell of an event.
type subscriptionEvent struct {
	EventID    string         `json:"eventId"`
	EventType  string         `json:"eventTypeName"`
	Status     string         `json:"status"` // SUCCESS or FAILED
	RetryCount int            `json:"retryCount"`
	CreatedAt  business.Time  `json:"createdAt"`
	Response   *eventResponse `json:"response,omitempty"`
	Error      string         `json:"error,omitempty"`
}

type eventResponse struct {
	HTTPCode  int   `json:"httpCode"`
	ElapsedMS int64 `json:"elapsedTimeMs"`
}

// handleSubscriptionEvents handles GET …/subscriptions/{id}/events.
func (s *Sandbox) handleSubscriptionEvents(c *fiber.Ctx) error {
	one, err := s.queue.Subscription(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	past := delivery.Past{Endpoint: one.ID, EventID: c.Query("eventId"), Limit: mostEvents}
	if names := c.Query("eventTypeNames"); names != "" {
		past.Types = strings.Split(names, ",")
	}
	if past.From, err = queryTime(c, "minCreatedAt"); err != nil {
		return err
	}
	if past.Until, err = queryTime(c, "maxCreatedAt"); err != nil {
		return err
	}
	entries, err := s.queue.History(c.UserContext(), past)
	if err != nil {
		return err
	}
	events := []subscriptionEvent{}
	for _, e := range entries {
		events = append(events, eventOf(e))
	}
	return sendBusiness(c, fiber.StatusOK, map[string]any{"events": events})
}

func eventOf(e delivery.Entry) subscriptionEvent {
	shown := subscriptionEvent{
		EventID: e.EventID, EventType: e.Type, Status: "FAILED", RetryCount: e.Number - 1,
		CreatedAt: business.At(e.At.Truncate(time.Millisecond)), Error: e.Error,
	}
	if e.Status != 0 {
		shown.Response = &eventResponse{e.Status, e.DurationMS}
	}
	if e.Status >= 200 && e.Status <= 299 {
		shown.Status = "SUCCESS"
	}
	return shown
}
