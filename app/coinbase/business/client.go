package business

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"till/app/coinbase/rest"
)

// name is what errors and logs call this API.
const name = "coinbase business"

// Config is what a [Client] needs.
type Config struct {
	BaseURL string           // http or https and a host, such as https://business.coinbase.com
	Path    string           // of the API below it: /api/v1, or /sandbox/api/v1
	Key     *Key             // signs a token for each request
	HTTP    *http.Client     // nil: one of its own
	Timeout time.Duration    // for one call with all its retries; 0: 8 s
	Now     func() time.Time // our clock
	Random  io.Reader        // for tokens, and the jitter between retries; need not be safe for concurrent use
	Logger  *slog.Logger     // nil: silence
}

var errNoKey = errors.New(name + ": Config.Key is missing")

// Client speaks to the Checkouts API. It is safe for concurrent use.
type Client struct{ api *rest.Client }

// NewClient returns a client ready to use; it does not call anybody yet. The
// error says which part of the configuration is wrong.
func NewClient(cfg Config) (*Client, error) {
	if cfg.Key == nil {
		return nil, errNoKey
	}
	api, err := newAPI(cfg, cfg.Key.authorize)
	if err != nil {
		return nil, err
	}
	return &Client{api: api}, nil
}

// authorizer puts the credentials of one try into its header.
type authorizer = func(*http.Request, time.Time, io.Reader) (string, error)

func newAPI(cfg Config, authorize authorizer) (*rest.Client, error) {
	return rest.NewClient(rest.Config{
		Name: name, Example: "https://business.coinbase.com", BaseURL: Environment(cfg.BaseURL, cfg.Path),
		Authorize: authorize, Dated: true, Fault: reasons,
		HTTP: cfg.HTTP, Timeout: cfg.Timeout, Now: cfg.Now, Random: cfg.Random, Logger: cfg.Logger,
	})
}

// Environment is the address that tells one place where checkouts live from
// another: base URL and path, without a slash at the end.
func Environment(baseURL, path string) string {
	base, path := strings.TrimRight(baseURL, "/"), strings.Trim(path, "/")
	if path == "" {
		return base
	}
	return base + "/" + path
}

// Skew is the provider's clock minus ours, as its last answer told; 0 if it
// has not told yet. Its Date header counts whole seconds, so a difference
// below two of them is none.
func (c *Client) Skew() time.Duration { return c.api.Skew() }

// SkewKnown reports whether the provider has answered yet. Until then nobody
// knows what its times mean on our clock; one that never says what time it is
// is taken to agree with us.
func (c *Client) SkewKnown() bool { return c.api.SkewKnown() }

// BaseURL is where the API is, path included, without a slash at the end.
func (c *Client) BaseURL() string { return c.api.BaseURL() }

// unsent is the error of a request that was not made, because it would be
// wrong.
func unsent(format string, args ...any) error { return rest.Unsent(name, fmt.Errorf(format, args...)) }

// checkout asks for something that is answered with one checkout.
func (c *Client) checkout(ctx context.Context, r rest.Request) (Checkout, error) {
	var found Checkout
	r.Read = func(answer []byte) error {
		found = Checkout{}
		if err := rest.Decode(answer, &found); err != nil {
			return err
		}
		return known(found)
	}
	err := c.api.Call(ctx, r)
	if err != nil {
		return Checkout{}, err
	}
	return found, nil
}

func known(c Checkout) error {
	if !c.Known() {
		return errors.New("it holds no checkout")
	}
	return nil
}
