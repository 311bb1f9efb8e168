package commerce

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"time"

	"till/app/coinbase/rest"
)

// Config is what a [Client] needs.
type Config struct {
	BaseURL string           // http or https, with or without a slash at the end
	APIKey  string           // sent as X-CC-Api-Key, never logged
	HTTP    *http.Client     // nil: one of its own
	Timeout time.Duration    // for one call with all its retries; 0: 8 s
	Now     func() time.Time // our clock
	Random  io.Reader        // for the jitter between retries; need not be safe for concurrent use
	Logger  *slog.Logger     // nil: silence
}

// Client speaks to the REST API. It is safe for concurrent use.
type Client struct{ api *rest.Client }

// NewClient returns a client ready to use; it does not call anybody yet. The
// error says which part of the configuration is wrong.
func NewClient(cfg Config) (*Client, error) {
	if !sendable(cfg.APIKey) {
		return nil, errors.New(name + ": the API key is empty or has blanks or line breaks in it: copy it again from the provider's settings")
	}
	api, err := rest.NewClient(rest.Config{
		Name: name, Example: "https://api.commerce.coinbase.com", BaseURL: cfg.BaseURL,
		Authorize: authorize(cfg.APIKey), Fault: reasons,
		HTTP: cfg.HTTP, Timeout: cfg.Timeout, Now: cfg.Now, Random: cfg.Random, Logger: cfg.Logger,
	})
	if err != nil {
		return nil, err
	}
	return &Client{api: api}, nil
}

// Skew is the provider's clock minus ours, as its last answer told; 0 if it
// has not told yet. Its Date header counts whole seconds, so a difference
// below two of them is none.
func (c *Client) Skew() time.Duration { return c.api.Skew() }

// SkewKnown reports whether the provider has answered yet. Until then nobody
// knows what its times mean on our clock; one that never says what time it is
// is taken to agree with us.
func (c *Client) SkewKnown() bool { return c.api.SkewKnown() }

// BaseURL is where the API is, without a slash at the end.
func (c *Client) BaseURL() string { return c.api.BaseURL() }

// authorize puts the key, and the version of the API, into a request.
func authorize(apiKey string) func(*http.Request, time.Time, io.Reader) (string, error) {
	return func(req *http.Request, _ time.Time, _ io.Reader) (string, error) {
		req.Header.Set("X-CC-Api-Key", apiKey)
		req.Header.Set("X-CC-Version", APIVersion)
		return apiKey, nil
	}
}

// sendable reports whether a key can stand in a header.
func sendable(key string) bool {
	for _, r := range key {
		if r <= ' ' || r > '~' {
			return false
		}
	}
	return key != ""
}
