package config

import (
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// listen reads host:port. In the file an IPv6 host stands without brackets,
// which the parser would take for a section header; the port is what follows
// the last colon.
//
// An empty host would mean every interface. That is too much to say by leaving
// something out, so it must be written: 0.0.0.0.
func (s *settings) listen(p place) string {
	value := s.text(p)
	cut := strings.LastIndexByte(value, ':')
	if cut < 0 {
		s.wrong(p, "%s has no port; write host:port, such as 127.0.0.1:8000", quoted(value))
		return ""
	}
	host, port := strings.ToLower(unbracketed(value[:cut])), value[cut+1:]
	switch {
	case host == "":
		s.wrong(p, "%s names no host; write 127.0.0.1:%s for this machine alone or 0.0.0.0:%s for every network it is in", quoted(value), port, port)
	case !isHost(host):
		s.wrong(p, "%s does not begin with a host; write an address or a name, then a colon and the port, such as 127.0.0.1:8000", quoted(value))
	case !isPort(port):
		s.wrong(p, "%s does not end with a port; write a number from 1 to 65535, or 0 for any free one, such as 127.0.0.1:8000", quoted(value))
	default:
		s.settle(p, host+":"+port)
		return net.JoinHostPort(host, port)
	}
	return ""
}

func unbracketed(host string) string {
	if len(host) > 1 && host[0] == '[' && host[len(host)-1] == ']' {
		return host[1 : len(host)-1]
	}
	return host
}

// isHost reports whether host is an IP address or a lower-case DNS name,
// without a port.
func isHost(host string) bool {
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.Zone() == ""
	}
	mistyped := regexp.MustCompile(`(^|\.)[0-9]+$`).MatchString(host) // 127.0.0.1000
	return !mistyped && len(host) <= 253 && regexp.MustCompile(`^[a-z0-9_]([a-z0-9_.-]*[a-z0-9])?$`).MatchString(host)
}

func isPort(port string) bool {
	_, err := strconv.ParseUint(port, 10, 16)
	return err == nil
}

// isLoopback reports whether host can only mean this machine.
func isLoopback(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}

// isEverywhere reports whether host means every interface of this machine.
func isEverywhere(host string) bool {
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsUnspecified()
}

// hostOf is the host of a checked URL or listen address.
func hostOf(address string) string {
	if _, rest, found := strings.Cut(address, "://"); found {
		address, _, _ = strings.Cut(rest, "/")
	}
	if host, _, err := net.SplitHostPort(address); err == nil {
		return host
	}
	return unbracketed(address)
}

// webURL reads an http or https URL into its one canonical form: lower-case
// host, no default port, no slash at the end. An empty one is allowed.
func (s *settings) webURL(p place) string {
	u := s.address(p)
	if u == nil {
		return ""
	}
	if u.RawQuery != "" || u.ForceQuery {
		s.wrong(p, "%s must have no ? in it; write only https://, host and path", quoted(s.text(p)))
		return ""
	}
	return s.settle(p, canonical(u))
}

// hookURL reads where webhooks go. Some receivers are told apart by a query, and
// to some a slash at the end makes a difference.
func (s *settings) hookURL(p place) string {
	u := s.address(p)
	if u == nil {
		return ""
	}
	value := canonical(u)
	if strings.HasSuffix(u.EscapedPath(), "/") {
		value += "/"
	}
	if u.RawQuery != "" {
		value += "?" + u.RawQuery
	}
	return s.settle(p, value)
}

// address reads an http or https URL; nil for none or a mistake.
func (s *settings) address(p place) *url.URL {
	value := s.text(p)
	if value == "" {
		return nil
	}
	u, err := url.Parse(value)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || !isHost(strings.ToLower(u.Hostname())) ||
		strings.HasSuffix(u.Host, ":") || u.Port() == "0" || u.Port() != "" && !isPort(u.Port()) {
		s.wrong(p, "%s is no web address; write one such as https://shop.example.com", quoted(value))
		return nil
	}
	if u.User != nil || strings.Contains(value, "#") {
		s.wrong(p, "%s must have no user and no # in it; write only https://, host and path", quoted(value))
		return nil
	}
	return u
}

func canonical(u *url.URL) string {
	host := strings.ToLower(u.Host)
	if port := u.Port(); u.Scheme == "https" && port == "443" || u.Scheme == "http" && port == "80" {
		host = strings.TrimSuffix(host, ":"+port)
	}
	return u.Scheme + "://" + host + strings.TrimRight(u.EscapedPath(), "/")
}

// baseURL is a web address that is trusted with keys or money, so what goes
// there must be encrypted unless it stays on this machine.
func (s *settings) baseURL(p place) string {
	value := s.webURL(p)
	if strings.HasPrefix(value, "http://") && !isLoopback(hostOf(value)) {
		s.wrong(p, "%s is not encrypted; write https://, http:// is for this machine alone (localhost)", quoted(value))
		return ""
	}
	return value
}

// publicURL is where people reach a listener: an origin without a path. Nothing
// of worth goes to a sandbox that runs alone, and in a network of containers it
// has a name without encryption.
func (s *settings) publicURL(p place) string {
	read := s.baseURL
	if s.alone && p.section == "sandbox" {
		read = s.webURL
	}
	value := read(p)
	if _, rest, _ := strings.Cut(value, "://"); strings.Contains(rest, "/") {
		s.wrong(p, "%s has a path; Till answers at the top of its host, write only %s", quoted(value),
			strings.TrimSuffix(value, rest[strings.IndexByte(rest, '/'):]))
		return ""
	}
	return value
}

// front reads a section's listen and public_url. Without a public_url it is
// derived from the listener, which makes sense only for this machine.
func (s *settings) front(section string) (listen, public string) {
	at := place{section, "public_url"}
	listen, public = s.listen(place{section, "listen"}), s.publicURL(at)
	host := hostOf(listen)
	if s.text(at) == "" && listen != "" && !isLoopback(host) && !isEverywhere(host) {
		s.wrong(at, "is missing, while [%s] listen is open to other machines; "+
			"write the https:// address that people open, or listen on 127.0.0.1", section)
	}
	return listen, public
}
