// Package trouble holds what goes wrong on purpose: the words for it, which of
// it is switched on, what it hits now, and how it bends what is sent.
package trouble

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Where a trouble makes itself felt.
const (
	Webhook = "webhook" // in what the merchant is told
	API     = "api"     // in what the merchant asks
)

// The troubles of webhooks.
const (
	Duplicate      = "duplicate"
	Reorder        = "reorder"
	Delay          = "delay"
	Drop           = "drop"
	WrongSignature = "wrong_signature"
	AlteredBody    = "altered_body"
	TruncatedBody  = "truncated_body"
	ContextOther   = "context_other"
	NoResource     = "no_resource"
	IntegerID      = "integer_id"
	ExtraFields    = "extra_fields"
	ForeignEvent   = "foreign_event"
	V0Only         = "v0_only"
	V1Only         = "v1_only"
	OldTimestamp   = "old_timestamp"
)

// The troubles of the API.
const (
	Latency     = "latency"
	RateLimit   = "rate_limit"
	Unavailable = "unavailable"
	ServerError = "server_error"
	HTMLError   = "html_error"
	Reset       = "reset"
	Gone        = "gone"
)

// Patience is how long a reordered event waits for a later one.
const Patience = 10 * time.Second

// How long a trouble that waits does so unless it says otherwise, and at most.
// Webhooks wait in business time, where what is later than a week was given up
// before. The API waits in real time, and keeps a connection as long.
const (
	usualDelay     = 10 * time.Second
	usualLatency   = 2 * time.Second
	longestDelay   = 7 * 24 * time.Hour
	longestLatency = time.Minute
)

// Kind is a trouble that can be switched on.
type Kind struct {
	Name    string
	Where   string // Webhook or API
	Face    string // of the provider, which alone has it: "commerce" or "business"; "" = both
	Explain string // for people
}

// Kinds are all there are, those of webhooks first.
func Kinds() []Kind {
	return []Kind{
		{Duplicate, Webhook, "", "Every request is made twice, byte for byte the same."},
		{Reorder, Webhook, "", "An event waits until a later one of its charge was sent, or ten seconds."},
		{Delay, Webhook, "", "An event is sent later than it happened, by its delay (10s if none is given)."},
		{Drop, Webhook, "", "Nothing is sent, and the delivery counts as delivered: the shop never hears of it."},
		{WrongSignature, Webhook, "", "The signature is made with another secret."},
		{AlteredBody, Webhook, "", "One byte of the body changes after it was signed."},
		{TruncatedBody, Webhook, "", "Half of the body is missing; the signature is that of the whole."},
		{ContextOther, Webhook, Commerce, `Every step of the timeline that has no context says "OTHER", which means nothing.`},
		{NoResource, Webhook, Commerce, "The event and its charge do not say what they are: resource is missing."},
		{IntegerID, Webhook, Commerce, "The envelope's id is a number, as in the documentation's sample."},
		{ExtraFields, Webhook, "", "Fields that nobody knows, in every object but the metadata."},
		{ForeignEvent, Webhook, "", "Before the event comes one about another site's charge, rightly signed."},
		{V0Only, Webhook, Business, "The signature has only v0, which does not cover the headers."},
		{V1Only, Webhook, Business, "The signature has only v1."},
		{OldTimestamp, Webhook, Business, "The signature is ten minutes old, as that of a repeated request would be."},
		{Latency, API, "", "The answer takes longer, by its delay (2s if none is given)."},
		{RateLimit, API, "", "429 rate_limit_exceeded, with Retry-After: 1."},
		{Unavailable, API, "", "503 in JSON, with Retry-After: 1; Commerce's error has no type."},
		{ServerError, API, "", "500 internal_server_error, in JSON."},
		{HTMLError, API, "", "500 with an HTML page instead of JSON."},
		{Reset, API, "", "The connection is cut without an answer."},
		{Gone, API, "", "410, as of an API that was switched off for good."},
	}
}

// The faces of the provider that a trouble may be alone with, and the names of
// their APIs as a whole.
const (
	Commerce = "commerce"
	Business = "business"
)

// kindOf finds a kind by its name.
func kindOf(name string) (Kind, bool) {
	kinds := Kinds()
	i := slices.IndexFunc(kinds, func(k Kind) bool { return k.Name == name })
	if i < 0 {
		return Kind{}, false
	}
	return kinds[i], true
}

// Trouble is a kind of it that is switched on. What it leaves empty does not
// narrow it: with nothing but a kind it hits all.
type Trouble struct {
	ID       string
	Kind     string
	Endpoint string        // webhook: only what goes to that endpoint
	Code     string        // only what is about the charge with that code; for the API also what has that code or id
	Order    string        // webhook: only charges whose metadata.order_id it is
	API      string        // api: only that one, see APIs
	Delay    time.Duration // of delay and latency; 0 = the usual one
	Times    int           // how many requests it hits yet; 0 = until it is removed
	After    bool          // api: when the work was done, instead of before
}

// about says whether t is for what has one of these names: a charge's code and
// id, or whatever else the request names.
func (t Trouble) about(names ...string) bool {
	return t.Code == "" || slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(name, t.Code) })
}

// ErrNotFound is returned for a trouble that is not switched on.
var ErrNotFound = errors.New("trouble not found")

// Refusal says, in a sentence for people, what is wrong with a trouble.
type Refusal struct{ Sentence string }

// Error is the sentence.
func (r *Refusal) Error() string { return r.Sentence }

func refuse(format string, args ...any) error {
	return &Refusal{Sentence: fmt.Sprintf(format, args...)}
}

// Check refuses, with a [*Refusal], what would not do what it says.
func (t Trouble) Check() error {
	kind, ok := kindOf(t.Kind)
	switch {
	case !ok:
		return refuse("There is no trouble %q: GET /control/troubles lists the kinds.", t.Kind)
	case t.Times < 0:
		return refuse("times must be 1 or more; without it the trouble stays until it is removed.")
	case t.Delay < 0 || t.Delay > longestDelay:
		return refuse(`delay must be a duration such as "5s", at most a week.`)
	case t.Kind == Latency && t.Delay > longestLatency:
		return refuse("latency is real time: its delay is a minute at most.")
	case t.Delay != 0 && t.Kind != Delay && t.Kind != Latency:
		return refuse("%s has no delay: only delay and latency have one.", t.Kind)
	case kind.Where == API:
		return t.checkAPI()
	case t.API != "" || t.After:
		return refuse("%s is a trouble of webhooks: api and after are for those of the API.", t.Kind)
	}
	return nil
}

// APIs are what a trouble of the API can be narrowed to: a resource, or the
// whole of one face. Both faces have checkouts.
func APIs() []string {
	return []string{"charges", "checkouts", "invoices", "events", "subscriptions", Commerce, Business}
}

func (t Trouble) checkAPI() error {
	switch apis := APIs(); {
	case t.Endpoint != "" || t.Order != "":
		return refuse("%s is a trouble of the API: endpoint and order are for those of webhooks.", t.Kind)
	case t.API != "" && !slices.Contains(apis, t.API):
		return refuse("There is no api %q: use %s.", t.API, strings.Join(apis, ", "))
	case t.After && t.Kind == RateLimit:
		return refuse("rate_limit refuses before anything was done: it has no after.")
	}
	return nil
}

// Bends says whether it does anything to a webhook of that face.
func (t Trouble) Bends(face string) bool {
	kind, ok := kindOf(t.Kind)
	return ok && (kind.Face == "" || kind.Face == face)
}

// Pause is how long a delay or a latency lasts.
func (t Trouble) Pause() time.Duration {
	switch {
	case t.Delay != 0 && t.Kind == Latency:
		return min(t.Delay, longestLatency) // an earlier version took more
	case t.Delay != 0:
		return t.Delay
	case t.Kind == Latency:
		return usualLatency
	default:
		return usualDelay
	}
}
