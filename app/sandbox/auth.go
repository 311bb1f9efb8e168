package sandbox

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"
)

const keyHeader = "X-CC-Api-Key"

// requireKey lets pass who knows the API key.
func (s *Sandbox) requireKey(c *fiber.Ctx) error {
	if !s.knows(c.Get(keyHeader)) {
		return &problem{fiber.StatusUnauthorized, "authentication_error", "No such API key."}
	}
	return c.Next()
}

// knows compares in a time that tells nothing, not even the key's length.
func (s *Sandbox) knows(key string) bool {
	got, want := sha256.Sum256([]byte(key)), sha256.Sum256([]byte(s.cfg.APIKey))
	return subtle.ConstantTimeCompare(got[:], want[:]) == 1
}

// guardControl lets pass programs on this machine and who knows the API key,
// never another site's page: a browser on this machine visits those too.
func (s *Sandbox) guardControl(c *fiber.Ctx) error {
	host := string(c.Request().Host())
	switch {
	case !under(c, "/control"): // a group takes /controls, too, which is for people
		return c.Next()
	case !s.knownHost(host):
		return &problem{fiber.StatusMisdirectedRequest, "invalid_request", "The sandbox is not served under that name: use its public URL."}
	case foreign(c, host):
		return &problem{fiber.StatusForbidden, "forbidden", "Control is for programs: another site's page may not use it."}
	case !s.direct(c) && !s.knows(c.Get(keyHeader)):
		return &problem{fiber.StatusUnauthorized, "authentication_error", "From another machine, or through a public URL, control needs the header " + keyHeader + "."}
	case c.Method() == fiber.MethodPost && !isJSON(c):
		return &problem{fiber.StatusUnsupportedMediaType, "invalid_request", "Send the body as Content-Type: application/json."}
	default:
		return c.Next()
	}
}

// knownHost says whether host is the public URL's, or a name of this machine:
// any other is a stranger's, pointed here to borrow the caller's trust.
func (s *Sandbox) knownHost(host string) bool {
	if u, err := url.Parse(s.cfg.PublicURL); err == nil && strings.EqualFold(u.Host, host) {
		return true
	}
	return isLoopback(host)
}

// isLoopback says whether host, with or without a port, can only mean this
// machine.
func isLoopback(host string) bool {
	name := strings.ToLower((&url.URL{Host: host}).Hostname())
	ip := net.ParseIP(name)
	return name == "localhost" || strings.HasSuffix(name, ".localhost") || (ip != nil && ip.IsLoopback())
}

// foreign says whether a browser sent the request for another site.
func foreign(c *fiber.Ctx, host string) bool {
	switch c.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
	default:
		return true
	}
	origin := c.Get(fiber.HeaderOrigin)
	if origin == "" {
		return false
	}
	u, err := url.Parse(origin)
	return err != nil || !strings.EqualFold(u.Host, host)
}

// isOpen says whether the sandbox is shown around. Then a peer on this machine
// may be a proxy that speaks for the world, and not every proxy says so.
func (s *Sandbox) isOpen() bool {
	u, err := url.Parse(s.cfg.PublicURL)
	return err != nil || !isLoopback(u.Host)
}

// direct says whether the peer is on this machine and speaks for itself: a
// proxy on this machine speaks for the world.
func (s *Sandbox) direct(c *fiber.Ctx) bool {
	return !s.isOpen() && c.Context().RemoteIP().IsLoopback() &&
		c.Get(fiber.HeaderXForwardedFor) == "" && c.Get("Forwarded") == ""
}

// isJSON says whether the body is JSON by its own words; none is fine.
func isJSON(c *fiber.Ctx) bool {
	kind, _, _ := strings.Cut(c.Get(fiber.HeaderContentType), ";")
	kind = strings.ToLower(strings.TrimSpace(kind))
	return kind == "application/json" || (kind == "" && len(c.BodyRaw()) == 0)
}
