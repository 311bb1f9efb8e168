package config

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// longest is how many bytes one line may have: the parser cuts lines at 4096
// and would read the rest as a line of its own.
const longest = 4000

// scanner reads the file line by line as the parser will, and notes what the
// parser would drop, merge or misread. It quotes nothing of a line but what looks
// like a name: the rest may hold a secret.
type scanner struct {
	file     string
	section  string // the current one
	lost     bool   // below a header that could not be read: keys belong nowhere
	headers  []entry
	entries  []entry
	seen     map[place]int // the line; the place of a header has no key
	mistakes []error
}

// entry is one line of the file; that of a header has neither key nor value.
type entry struct {
	place
	value  string
	line   int
	faulty bool // a mistake of this line was told already
}

func scan(file, text string) *scanner {
	s := &scanner{file: file, seen: map[place]int{}}
	if rest, found := strings.CutPrefix(text, "\ufeff"); found {
		s.wrong(1, "begins with an invisible byte order mark; save the file as UTF-8 without one")
		text = rest
	}
	for i, line := range strings.Split(text, "\n") {
		s.line(i+1, strings.TrimSuffix(line, "\r"))
	}
	return s
}

func (s *scanner) wrong(line int, format string, args ...any) {
	s.mistakes = append(s.mistakes, fmt.Errorf("%s line %d: %s", s.file, line, fmt.Sprintf(format, args...)))
}

// stray notes a line that cannot be used, together with the section it is in.
func (s *scanner) stray(line int, problem string) {
	where := "before the first section"
	if s.section != "" {
		where = "in [" + s.section + "]"
	}
	s.mistakes = append(s.mistakes, fmt.Errorf("%s line %d, %s: this line %s", s.file, line, where, problem))
}

func (s *scanner) line(number int, raw string) {
	text := strings.TrimSpace(raw)
	switch {
	case len(raw) > longest:
		s.stray(number, fmt.Sprintf("is longer than %d bytes; shorten it", longest))
	case text == "" || text[0] == '#':
	case !utf8.ValidString(text):
		s.stray(number, "is not UTF-8 text; save the file as UTF-8")
	case strings.ContainsFunc(text, unprintable):
		s.stray(number, "contains an invisible control character; type the line anew")
	case text[0] == ';':
		s.stray(number, "begins with a semicolon; a comment begins with #")
	case text[0] == '[':
		s.header(number, text)
	default:
		s.entry(number, text)
	}
}

func unprintable(r rune) bool { return unicode.IsControl(r) && r != '\t' }

func (s *scanner) header(number int, text string) {
	name := strings.TrimSuffix(text[1:], "]")
	if s.lost = name == "" || len(name) != len(text)-2 || strings.ContainsAny(name, "[]"); s.lost {
		s.stray(number, "is no section header; a header is a name in square brackets, alone on its line, such as [server]")
		return
	}
	s.section = name
	p := place{section: name}
	if first, again := s.seen[p]; again {
		s.wrong(number, "section [%s] stands here a second time, first in line %d; move its keys there and delete this header", name, first)
		return
	}
	s.seen[p] = number
	s.headers = append(s.headers, entry{place: p, line: number})
}

func (s *scanner) entry(number int, text string) {
	if s.lost {
		return
	}
	cut := strings.IndexAny(text, "=:")
	if cut < 1 {
		s.stray(number, "is neither a [section], nor a key with its value, nor a comment; "+
			"write key = value on one line, or begin it with #")
		return
	}
	name := strings.TrimSpace(text[:cut])
	if !namelike(name) {
		s.stray(number, "does not begin with the name of a key: names have small letters and _ only; a value must stand on the line of its key, "+
			"as in key = value, and PEM in one line, with \\n where each of its lines ends")
		return
	}
	if s.section == "" {
		s.wrong(number, "the key %q stands before the first section; put it below its header, such as [server]", name)
		return
	}
	p := place{s.section, name}
	if first, again := s.seen[p]; again {
		s.wrong(number, "%s stands here a second time, first in line %d; delete one of the two", p, first)
		return
	}
	s.seen[p] = number
	value := strings.TrimSpace(text[cut+1:])
	why := unwritable(p, value)
	if why != "" {
		s.wrong(number, "%s: %s, or set it in the environment as %s", p, why, p.variable())
	}
	s.entries = append(s.entries, entry{place: p, value: value, line: number, faulty: why != ""})
}

// namelike reports whether a text may be meant for the name of a key, be it the
// name of its variable or written as elsewhere. Whatever else stands before a =
// may be a part of a secret, whose base64 ends in one.
func namelike(text string) bool {
	camel := regexp.MustCompile(`^[a-z]{2,}([A-Z][a-z]+){1,4}$`).MatchString(text) && len(text) <= 30
	return camel || regexp.MustCompile(`^([A-Z]?[a-z0-9_.-]{0,30}|[A-Z_]{1,40})$`).MatchString(text)
}

// unwritable says why the parser cannot read such a value from a file and what
// to do instead; "" if it can.
func unwritable(p place, value string) string {
	brackets := regexp.MustCompile(`\[[^]]+\]`).MatchString(value)
	switch {
	case brackets && p.key == "listen":
		return "square brackets cannot stand in a value; write an IPv6 address without them, such as ::1:8000 (the number after the last colon is the port)"
	case brackets:
		return "square brackets cannot stand in a value; write round ones"
	case regexp.MustCompile(`\s[#;](\s|$)`).MatchString(value):
		return "a comment cannot follow a value; put it on a line of its own"
	case regexp.MustCompile(`%\([^)]*\)s`).MatchString(value):
		return "%(name)s is not replaced here; write the value itself"
	}
	return ""
}
