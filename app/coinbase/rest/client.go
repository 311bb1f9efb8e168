package rest

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

const defaultTimeout = 8 * time.Second

// Config is what a [Client] needs.
type Config struct {
	Name    string // of the API, for errors and logs
	Example string // a base URL as it should look, for errors
	BaseURL string // http or https, with or without a slash at the end
	// Authorize puts the credentials of one try into its header, and returns
	// the secret among them, which is then kept out of logs and errors.
	Authorize func(req *http.Request, now time.Time, random io.Reader) (secret string, err error)
	// Dated: what Authorize makes holds only about the time it was made at. Refused
	// credentials are then made once more by the provider's clock.
	Dated bool
	// Fault reads the provider's reasons out of a refusal; the zero Fault if
	// there are none.
	Fault   func(body []byte) Fault
	HTTP    *http.Client     // nil: one of its own
	Timeout time.Duration    // for one call with all its retries; 0: 8 s
	Now     func() time.Time // our clock
	Random  io.Reader        // for jitter and credentials; need not be safe for concurrent use
	Logger  *slog.Logger     // nil: silence
}

// Client calls one API. It is safe for concurrent use.
type Client struct {
	name      string
	base      string
	authorize func(*http.Request, time.Time, io.Reader) (string, error)
	dated     bool
	fault     func([]byte) Fault
	http      *http.Client
	timeout   time.Duration
	late      error // the cause of a call that ran out of its own time
	now       func() time.Time
	random    io.Reader
	logger    *slog.Logger
	skew      atomic.Int64
	told      atomic.Bool // some answer has come, so that skew means something
	byTheirs  atomic.Bool // credentials are made by the provider's clock
}

// NewClient returns a client ready to use; it does not call anybody yet. The
// error says which part of the configuration is wrong.
func NewClient(cfg Config) (*Client, error) {
	if err := cfg.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", cfg.Name, err)
	}
	c := &Client{
		name:      cfg.Name,
		base:      strings.TrimRight(cfg.BaseURL, "/"),
		authorize: cfg.Authorize,
		dated:     cfg.Dated,
		fault:     cfg.Fault,
		http:      steady(cfg.HTTP),
		timeout:   cfg.Timeout,
		now:       cfg.Now,
		random:    &shared{source: cfg.Random},
		logger:    cfg.Logger,
	}
	if c.timeout == 0 {
		c.timeout = defaultTimeout
	}
	if c.logger == nil {
		c.logger = slog.New(slog.DiscardHandler)
	}
	c.late = fmt.Errorf("no answer within %s", c.timeout)
	return c, nil
}

// Skew is the provider's clock minus ours, as its last answer told; 0 if it
// has not told yet. Its Date header counts whole seconds, so a difference
// below two of them is none.
func (c *Client) Skew() time.Duration { return time.Duration(c.skew.Load()) }

// SkewKnown reports whether the provider has answered yet. Until then nobody
// knows what its times mean on our clock; one that never says what time it is
// is taken to agree with us.
func (c *Client) SkewKnown() bool { return c.told.Load() }

// BaseURL is where the API is, without a slash at the end.
func (c *Client) BaseURL() string { return c.base }

func (cfg Config) check() error {
	switch {
	case cfg.Authorize == nil:
		return errors.New("Config.Authorize is missing")
	case cfg.Fault == nil:
		return errors.New("Config.Fault is missing")
	case cfg.Now == nil:
		return errors.New("Config.Now is missing")
	case cfg.Random == nil:
		return errors.New("Config.Random is missing")
	case cfg.Timeout < 0:
		return fmt.Errorf("the timeout %s is negative", cfg.Timeout)
	}
	return checkBase(cfg.BaseURL, cfg.Example)
}

// checkBase never repeats the URL in its error: a mistaken one may hold a
// password.
func checkBase(base, example string) error {
	u, err := url.Parse(base)
	switch {
	case err != nil:
		return fmt.Errorf("the base URL cannot be read: write it like %s", example)
	case (u.Scheme != "https" && u.Scheme != "http") || u.Host == "":
		return fmt.Errorf("the base URL needs http or https and a host: write it like %s", example)
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return errors.New("the base URL must have no user, query or fragment")
	}
	return nil
}

// steady returns a client that follows no redirect: one would carry the
// credentials to another host, and turn a POST into a GET.
func steady(given *http.Client) *http.Client {
	own := http.Client{Transport: &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		ForceAttemptHTTP2:     true,
		MaxIdleConns:          32,
		MaxIdleConnsPerHost:   16,
		IdleConnTimeout:       90 * time.Second,
		TLSHandshakeTimeout:   5 * time.Second,
		ExpectContinueTimeout: time.Second,
	}}
	if given != nil {
		own = *given
	}
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &own
}
