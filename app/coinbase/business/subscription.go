package business

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"

	"till/app/coinbase/rest"
)

// Subscription is the provider's promise to send events to an address.
type Subscription struct {
	ID          string   `json:"subscriptionId"`
	Secret      string   `json:"secret,omitempty"` // what webhooks are signed with; told once, at creation
	Description string   `json:"description,omitempty"`
	EventTypes  []string `json:"eventTypes"`
	Enabled     bool     `json:"isEnabled"`
	Target      Target   `json:"target"`
	Labels      Metadata `json:"labels,omitempty"`
	Metadata    Metadata `json:"metadata,omitempty"` // older answers have the secret in here
	CreatedAt   Time     `json:"createdAt,omitzero"`
	UpdatedAt   Time     `json:"updatedAt,omitzero"`
}

// Target is where events are sent to.
type Target struct {
	URL     string   `json:"url"`
	Method  string   `json:"method,omitempty"` // POST
	Headers Metadata `json:"headers,omitempty"`
}

// CreateSubscription is the body of POST to the subscriptions.
type CreateSubscription struct {
	Description string   `json:"description,omitempty"`
	EventTypes  []string `json:"eventTypes"`
	Target      Target   `json:"target"`
	Labels      Metadata `json:"labels,omitempty"`
	Enabled     bool     `json:"isEnabled"`
}

// The label of a subscription to the events of Coinbase's own sandbox.
const (
	SandboxLabel = "sandbox"
	SandboxValue = "true"
)

// SubscriptionPage is one page of subscriptions.
type SubscriptionPage struct {
	Subscriptions []Subscription `json:"subscriptions"`
	NextPageToken string         `json:"nextPageToken,omitempty"`
}

// Subscriptions speaks to the API for webhook subscriptions, which is another
// one than that for checkouts and takes the same key.
type Subscriptions struct{ api *rest.Client }

// NewSubscriptions returns a client for the subscriptions at that address. The
// rest of cfg may be that of a [Client]; its BaseURL, Path and Key are not read.
func NewSubscriptions(address string, key *Key, cfg Config) (*Subscriptions, error) {
	if key == nil {
		return nil, errNoKey
	}
	cfg.BaseURL, cfg.Path, cfg.Key = address, "", key
	api, err := newAPI(cfg, key.authorizeTwice)
	if err != nil {
		return nil, err
	}
	return &Subscriptions{api: api}, nil
}

// Create subscribes an address to events. Its secret is told here and never
// again. It is not sent twice: after an unclear answer, look at the list.
func (s *Subscriptions) Create(ctx context.Context, address string, eventTypes []string, sandbox bool) (Subscription, error) {
	req := CreateSubscription{
		Description: "Till", EventTypes: eventTypes, Enabled: true,
		Target: Target{URL: address, Method: http.MethodPost},
	}
	if sandbox {
		req.Labels = Metadata{SandboxLabel: SandboxValue}
	}
	body, err := json.Marshal(req)
	if err != nil {
		return Subscription{}, unsent("write the request: %w", err)
	}
	var made Subscription
	err = s.api.Call(ctx, rest.Request{Method: http.MethodPost, Body: body, Read: func(answer []byte) error {
		if err := rest.Decode(answer, &made); err != nil {
			return err
		}
		if made.Secret == "" {
			made.Secret = made.Metadata["secret"]
		}
		return made.check()
	}})
	return made, err
}

func (s Subscription) check() error {
	switch {
	case !ValidID(s.ID):
		return errors.New("it holds no subscription")
	case s.Secret == "":
		return errors.New("it tells no secret: delete the subscription, and make another one")
	}
	return nil
}

// List returns all subscriptions, without their secrets.
func (s *Subscriptions) List(ctx context.Context) ([]Subscription, error) {
	var all []Subscription
	path := ""
	for range maxPages {
		page, err := s.page(ctx, path)
		if err != nil {
			return all, err
		}
		all = append(all, page.Subscriptions...)
		if page.NextPageToken == "" {
			return all, nil
		}
		path = "?" + url.Values{"pageToken": {page.NextPageToken}}.Encode()
	}
	return all, unsent("the list of subscriptions goes on after %d pages", maxPages)
}

func (s *Subscriptions) page(ctx context.Context, path string) (SubscriptionPage, error) {
	var page SubscriptionPage
	err := s.api.Call(ctx, rest.Request{Method: http.MethodGet, Path: path, Read: func(answer []byte) error {
		list, next, err := readPage(answer, "subscriptions")
		if err != nil {
			return err
		}
		page = SubscriptionPage{NextPageToken: next}
		return rest.Decode(list, &page.Subscriptions)
	}})
	return page, err
}

// Delete ends a subscription. That it is gone after an earlier try without a
// clear answer is success.
func (s *Subscriptions) Delete(ctx context.Context, id string) error {
	if !ValidID(id) {
		return unsent("%w: %.40q is no subscription's id", ErrInvalid, id)
	}
	err := s.api.Call(ctx, rest.Request{
		Method: http.MethodDelete, Path: "/" + id, Silent: true,
		Read: func([]byte) error { return nil },
	})
	var e *Error
	if errors.As(err, &e) && e.Heard() && e.NotFound() {
		return nil
	}
	return err
}
