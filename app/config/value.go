package config

import (
	"path/filepath"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// mostLimit bounds every limit; more is a slip of the finger.
const mostLimit = 1_000_000

func (s *settings) text(p place) string { return s.lookup(p).value }

// quoted shows a value in a sentence, unless it may hold a password.
func quoted(value string) string {
	switch {
	case value == "":
		return "an empty value"
	case strings.Contains(value, "@"):
		return "the value"
	case utf8.RuneCountInString(value) > 60:
		return strconv.Quote(string([]rune(value)[:60]) + "…")
	}
	return strconv.Quote(value)
}

func (s *settings) flag(p place) bool {
	switch value := s.text(p); strings.ToLower(value) {
	case "true", "yes", "on", "1":
		return true
	case "false", "no", "off", "0":
		return false
	default:
		s.wrong(p, "%s is neither yes nor no; write true or false", quoted(value))
		return false
	}
}

func (s *settings) limit(p place) int {
	n, err := strconv.Atoi(s.text(p))
	if err != nil || n < 0 || n > mostLimit {
		s.wrong(p, "%s is no limit; write a whole number from 0 (no limit) to %d", quoted(s.text(p)), mostLimit)
		return 0
	}
	return n
}

func (s *settings) number(p place, least, most int) int {
	n, err := strconv.Atoi(s.text(p))
	if err != nil || n < least || n > most {
		s.wrong(p, "%s does not fit; write a whole number from %d to %d", quoted(s.text(p)), least, most)
		return 0
	}
	return n
}

func (s *settings) duration(p place) time.Duration {
	d, err := time.ParseDuration(s.text(p))
	if err != nil || d <= 0 {
		s.wrong(p, "%s is no length of time above zero; write a number with its unit, such as 8s, 500ms or 2m", quoted(s.text(p)))
		return 0
	}
	return d
}

func (s *settings) choice(p place, options ...string) string {
	value := s.text(p)
	for _, o := range options {
		if value == o {
			return value
		}
	}
	s.wrong(p, "%s is not known here; write %s", quoted(value), strings.Join(options, " or "))
	return ""
}

func (s *settings) secret(p place) Secret {
	value := s.text(p)
	if strings.ContainsFunc(value, unicode.IsSpace) {
		s.wrong(p, "contains a blank, which no key or secret does; copy it again, it belongs into the environment as %s", p.variable())
		return ""
	}
	return Secret(value)
}

func (s *settings) secrets(p place) []Secret {
	var all []Secret
	for _, item := range s.list(p) {
		if strings.ContainsFunc(item, unicode.IsSpace) {
			s.wrong(p, "one of the secrets contains a blank; separate them by commas, as in %s=one,two", p.variable())
			continue
		}
		all = append(all, Secret(item))
	}
	return all
}

// list splits at commas. An empty item is a mistake: most likely a variable
// that was empty when the list was written.
func (s *settings) list(p place) []string {
	value := s.text(p)
	if value == "" {
		return nil
	}
	items := strings.Split(value, ",")
	for i, item := range items {
		if items[i] = strings.TrimSpace(item); items[i] == "" {
			s.wrong(p, "has an empty item; remove the comma too many, or fill in what is missing between the commas")
			return nil
		}
	}
	return items
}

// storeURL reads where a database lives. Its value is never quoted: the URL of
// a database server holds a password.
func (s *settings) storeURL(p place) string {
	value := s.text(p)
	if strings.HasPrefix(value, "postgres://") || strings.HasPrefix(value, "postgresql://") {
		s.wrong(p, "PostgreSQL comes later; use a file for now, such as sqlite:data/till.db")
		return ""
	}
	path, ok := strings.CutPrefix(value, "sqlite:")
	if !ok || path == "" || path[0] == ':' || strings.HasSuffix(path, "/") || strings.ContainsAny(path, "?#%") {
		s.wrong(p, "names no SQLite file; write sqlite: and a path without ?, # and %%, such as sqlite:data/till.db")
		return ""
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(s.path), path)
	}
	return s.settle(p, "sqlite:"+filepath.Clean(path))
}
