package delivery

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"till/app/coinbase/business"
	"till/app/coinbase/commerce"
	"till/app/database"
)

// The ids of the endpoints that the configuration names, one for each face. They
// can be switched off, not deleted.
const (
	Configured         = "configured"
	ConfiguredBusiness = "configured-business"
)

// IsConfigured says whether the endpoint is the configuration's.
func IsConfigured(id string) bool { return id == Configured || id == ConfiguredBusiness }

// The faces of the provider. Each has its own events, bodies and signatures, and
// an endpoint is told of one.
const (
	Commerce = "commerce"
	Business = "business"
)

// The sides of business: what was made for real money, and what below the path
// of the provider's own sandbox. A subscription is told of one of them.
const (
	Production = "production"
	Sandbox    = "sandbox"
)

// faceOf says whose events are of that type.
func faceOf(kind string) string {
	if slices.Contains(business.EventTypes(), kind) {
		return Business
	}
	return Commerce
}

// Endpoint is somewhere webhooks go.
type Endpoint struct {
	ID      string
	Face    string // whose events it is told of; "" = commerce
	Side    string // of business; "" = it is told of both
	URL     string
	Secret  string   // signs what is sent there
	Events  []string // the types it wants; none = all of its face
	Enabled bool
	Head    map[string]string // what requests carry beside the provider's headers
}

// Change names what of an endpoint is to be changed; nil stays.
type Change struct {
	URL     *string
	Side    *string
	Secret  *string // "" stays, too
	Events  *[]string
	Enabled *bool
	Head    map[string]string
}

// ErrNoEndpoint is returned for an endpoint that does not exist.
var ErrNoEndpoint = errors.New("endpoint not found")

// Refusal says, in a sentence for people, why an endpoint cannot be what was
// asked, or not be asked for it.
type Refusal struct {
	Sentence string
	Conflict bool // it is not the request that is wrong, but the moment or the place
}

// Error is the sentence.
func (r *Refusal) Error() string { return r.Sentence }

// Types are the events of a face that a merchant can be told of.
func Types(face string) []string {
	if face == Business {
		return business.EventTypes()
	}
	return []string{
		commerce.EventCreated, commerce.EventPending, commerce.EventConfirmed,
		commerce.EventFailed, commerce.EventDelayed, commerce.EventResolved,
	}
}

// wants says whether it is to be told of that event.
func (e Endpoint) wants(event Event) bool {
	return e.Enabled && faceOf(event.Type) == e.Face && (e.Side == "" || e.Side == event.side()) &&
		(len(e.Events) == 0 || slices.Contains(e.Events, event.Type))
}

// over is a request's head with the endpoint's own headers added, none of which
// replaces one of the provider's.
func (e Endpoint) over(head http.Header) http.Header {
	for name, value := range e.Head {
		if head.Get(name) == "" {
			head.Set(name, value)
		}
	}
	return head
}

// check refuses what nothing could be sent to.
func (e Endpoint) check() error {
	if e.Face != Commerce && e.Face != Business {
		return &Refusal{Sentence: fmt.Sprintf("face must be %s or %s.", Commerce, Business)}
	}
	if err := CheckURL("url", e.Face, e.URL); err != nil {
		return err
	}
	for _, kind := range e.Events {
		if !slices.Contains(Types(e.Face), kind) {
			return &Refusal{Sentence: fmt.Sprintf("There is no event %q: use %s.", kind, strings.Join(Types(e.Face), ", "))}
		}
	}
	return nil
}

// CheckURL refuses an address that nothing could be sent to. name is what the
// caller calls it.
func CheckURL(name, face, address string) error {
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil {
		return &Refusal{Sentence: fmt.Sprintf("%s must be an address such as \"https://shop.example.com/webhooks/%s\", without a name or password in it.", name, face)}
	}
	return nil
}

// over is e with c made to it.
func (c Change) over(e Endpoint) (Endpoint, error) {
	if IsConfigured(e.ID) && (c.URL != nil || c.Secret != nil) {
		prefix := map[string]string{Configured: "", ConfiguredBusiness: "business_"}[e.ID]
		return e, &Refusal{Conflict: true, Sentence: "This endpoint's url and secret are the configuration's: " +
			"change [sandbox] " + prefix + "webhook_url and " + prefix + "webhook_secret, or add an endpoint of your own."}
	}
	if c.URL != nil {
		e.URL = *c.URL
	}
	if c.Side != nil {
		e.Side = *c.Side
	}
	if c.Secret != nil && *c.Secret != "" {
		e.Secret = *c.Secret
	}
	if c.Events != nil {
		e.Events = *c.Events
	}
	if c.Enabled != nil {
		e.Enabled = *c.Enabled
	}
	if c.Head != nil {
		e.Head = c.Head
	}
	return e, e.check()
}

// configure writes down the configuration's endpoint, or that there is none.
// What waits is from now on meant for its URL: a shop that moved gets its old
// events at its new address.
func (q *Queue) configure(ctx context.Context, id, face, url, secret string) error {
	return q.cfg.DB.Write(ctx, func(ctx context.Context, tx database.Tx) error {
		if url == "" {
			return exec(ctx, tx, `DELETE FROM endpoints WHERE id = $1`, id)
		}
		err := exec(ctx, tx, `INSERT INTO endpoints (id, face, url, secret) VALUES ($1, $2, $3, $4)
			ON CONFLICT (id) DO UPDATE SET url = excluded.url, secret = excluded.secret`, id, face, url, secret)
		if err != nil {
			return err
		}
		return redirect(ctx, tx, Endpoint{ID: id, URL: url})
	})
}

// redirect points what waits for an endpoint to where that is now.
func redirect(ctx context.Context, tx database.Tx, to Endpoint) error {
	return exec(ctx, tx, `UPDATE deliveries SET url = $1 WHERE endpoint = $2 AND status = 'waiting'`, to.URL, to.ID)
}

func exec(ctx context.Context, tx database.Tx, query string, args ...any) error {
	if _, err := tx.ExecContext(ctx, query, args...); err != nil {
		return fmt.Errorf("write down a delivery: %w", err)
	}
	return nil
}

// listEndpoints returns all endpoints, the oldest first.
func listEndpoints(ctx context.Context, q database.Queryer) ([]Endpoint, error) {
	rows, err := q.QueryContext(ctx, `SELECT `+endpointColumns+` FROM endpoints
		ORDER BY id <> 'configured', id <> 'configured-business', seq`)
	if err != nil {
		return nil, fmt.Errorf("list endpoints: %w", err)
	}
	return collect(rows, "list endpoints", scanEndpoint)
}

// findEndpoint returns [ErrNoEndpoint] for one that does not exist.
func findEndpoint(ctx context.Context, q database.Queryer, id string) (Endpoint, error) {
	e, err := scanEndpoint(q.QueryRowContext(ctx, `SELECT `+endpointColumns+` FROM endpoints WHERE id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return Endpoint{}, ErrNoEndpoint
	}
	if err != nil {
		return Endpoint{}, fmt.Errorf("find an endpoint: %w", err)
	}
	return e, nil
}

const endpointColumns = `id, face, side, url, secret, types, enabled, head`

// row is one row or the only one.
type row interface{ Scan(into ...any) error }

func scanEndpoint(r row) (Endpoint, error) {
	var e Endpoint
	var types, head string
	if err := r.Scan(&e.ID, &e.Face, &e.Side, &e.URL, &e.Secret, &types, &e.Enabled, &head); err != nil {
		return e, err
	}
	e.Events = words(types)
	if err := json.Unmarshal([]byte(head), &e.Head); err != nil {
		return e, fmt.Errorf("decode an endpoint's headers: %w", err)
	}
	return e, nil
}

// words reads what strings.Join wrote with commas; "" is none.
func words(joined string) []string {
	if joined == "" {
		return nil
	}
	return strings.Split(joined, ",")
}

// collect reads all rows, each through scan.
func collect[T any](rows *sql.Rows, what string, scan func(row) (T, error)) ([]T, error) {
	defer func() { _ = rows.Close() }() // rows.Err tells what matters
	var all []T
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", what, err)
		}
		all = append(all, one)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return all, nil
}
