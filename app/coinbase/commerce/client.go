package commerce

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const defaultTimeout = 8 * time.Second

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
type Client struct {
	base    string
	apiKey  string
	http    *http.Client
	timeout time.Duration
	late    error // the cause of a call that ran out of its own time
	now     func() time.Time
	logger  *slog.Logger
	skew    atomic.Int64
	told    atomic.Bool // some answer has come, so that skew means something

	dice   sync.Mutex // guards random
	random io.Reader
}

// NewClient returns a client ready to use; it does not call anybody yet. The
// error says which part of the configuration is wrong.
func NewClient(cfg Config) (*Client, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	c := &Client{
		base:    strings.TrimRight(cfg.BaseURL, "/"),
		apiKey:  cfg.APIKey,
		http:    steady(cfg.HTTP),
		timeout: cfg.Timeout,
		now:     cfg.Now,
		logger:  cfg.Logger,
		random:  cfg.Random,
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
	case cfg.Now == nil:
		return errors.New("commerce: Config.Now is missing")
	case cfg.Random == nil:
		return errors.New("commerce: Config.Random is missing")
	case cfg.Timeout < 0:
		return fmt.Errorf("commerce: the timeout %s is negative", cfg.Timeout)
	case !sendable(cfg.APIKey):
		return errors.New("commerce: the API key is empty or has blanks or line breaks in it: copy it again from the provider's settings")
	}
	return checkBase(cfg.BaseURL)
}

// checkBase never repeats the URL in its error: a mistaken one may hold a
// password.
func checkBase(base string) error {
	u, err := url.Parse(base)
	switch {
	case err != nil:
		return errors.New("commerce: the base URL cannot be read: write it like https://api.commerce.coinbase.com")
	case (u.Scheme != "https" && u.Scheme != "http") || u.Host == "":
		return errors.New("commerce: the base URL needs http or https and a host: write it like https://api.commerce.coinbase.com")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return errors.New("commerce: the base URL must have no user, query or fragment")
	}
	return nil
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

// steady returns a client that follows no redirect: one would carry the API
// key to another host, and turn a POST into a GET.
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
