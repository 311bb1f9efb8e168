package sandbox

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// readOrigin reads scheme://host[:port], with or without a slash at the end,
// and writes it as browsers do. The host has to fit into a policy header, which
// keeps out IPv6: policies cannot name it.
func readOrigin(raw string) (string, bool) {
	u, err := url.Parse(raw)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") {
		return "", false
	}
	if bare := u.Scheme + "://" + u.Host; len(raw) < len(bare) || strings.TrimSuffix(raw[len(bare):], "/") != "" {
		return "", false // there is more than an origin
	}
	host := strings.ToLower(u.Host)
	if !regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?$`).MatchString(host) {
		return "", false
	}
	return u.Scheme + "://" + strings.TrimSuffix(host, map[string]string{"http": ":80", "https": ":443"}[u.Scheme]), true
}

// ancestors are those that may frame a page, as its policy names them.
func (now settings) ancestors() []string {
	if len(now.EmbedOrigins) == 0 {
		return []string{"*"}
	}
	return now.EmbedOrigins
}

// mayEmbed says whether origin is one of those that may frame a page.
func (now settings) mayEmbed(origin string) bool {
	return len(now.EmbedOrigins) == 0 || slices.Contains(now.EmbedOrigins, origin)
}
