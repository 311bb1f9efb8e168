package web

import (
	"net/url"
	"strings"
	"unicode"
)

// maxNext bounds an address that is carried through the forms.
const maxNext = 2000

// localPath returns next if it is a path on this site, else the account's own
// page. It is typed by strangers, and browsers read more into an address than
// a parser does: they take \ for / and drop tabs and line breaks.
func localPath(next string) string {
	const home = "/account"
	if !strings.HasPrefix(next, "/") || len(next) > maxNext || strings.ContainsFunc(next, unsafeInPath) {
		return home
	}
	u, err := url.Parse(next)
	if err != nil || u.IsAbs() || u.Host != "" || u.User != nil || strings.HasPrefix(next, "//") {
		return home
	}
	return next
}

func unsafeInPath(r rune) bool {
	return r == '\\' || r > unicode.MaxASCII || unicode.IsControl(r) || r == ' '
}
