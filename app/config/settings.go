package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/bigkevmcd/go-configparser"
)

const fromDefault = "default"

// settings is every value that was given, where it came from, and every
// mistake found so far. Reading goes on after a mistake, so that all of them
// are told at once.
type settings struct {
	path     string   // absolute
	file     string   // the file's name, for sentences
	products []string // their sections, in file order
	values   map[place]setting
	mistakes []error
	alone    bool // it is for a sandbox that runs without the shop
}

type setting struct {
	value  string
	from   string // "config.ini line 12", "environment TILL_SERVER_LISTEN", fromDefault
	faulty bool   // a mistake was told already; further ones would only repeat it
}

// read takes the file and then the environment over it. Its error is about the
// file as a whole; mistakes inside are kept.
func read(file string, environ []string) (*settings, error) {
	path, err := filepath.Abs(file)
	if err != nil {
		return nil, fmt.Errorf("find the configuration %s: %w", file, err)
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("there is no configuration %s; start in the folder of a config.ini or say --config FILE", path)
	}
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w; say --config FILE with a file that may be read", err)
	}
	s := &settings{path: path, file: filepath.Base(path), values: map[place]setting{}}
	if err := s.adopt(scan(s.file, string(text))); err != nil {
		return nil, err
	}
	s.override(environ)
	return s, nil
}

// adopt takes over what the scanner found, then lets the parser read the file
// for the values; with mistakes in it the parser would misread, so they stay
// the scanner's, good enough to look for further mistakes.
func (s *settings) adopt(found *scanner) error {
	s.mistakes = found.mistakes
	for _, h := range found.headers {
		s.header(h)
	}
	for _, e := range found.entries {
		s.entry(e)
	}
	if len(s.mistakes) > 0 {
		return nil
	}
	parsed, err := configparser.Parse(s.path)
	if err != nil {
		return fmt.Errorf("parse the configuration %s: %w", s.path, err)
	}
	for p, given := range s.values {
		if given.value, err = parsed.Get(p.section, p.key); err != nil {
			return fmt.Errorf("parse the configuration %s: %w; did somebody write to it just now? start again", s.path, err)
		}
		s.values[p] = given
	}
	return nil
}

func (s *settings) header(h entry) {
	if _, ok := keysOf(h.section); !ok {
		var names []string
		for _, known := range sections() {
			names = append(names, known.name)
		}
		s.add("%s line %d: there is no section [%s]; the nearest known one is [%s]",
			s.file, h.line, h.section, nearest(h.section, names))
		return
	}
	if strings.HasPrefix(h.section, productPrefix) {
		s.products = append(s.products, h.section)
	}
}

func (s *settings) entry(e entry) {
	keys, ok := keysOf(e.section)
	if !ok {
		return // told once, at its header
	}
	if _, ok := keyAt(e.place); !ok {
		var names []string
		for _, k := range keys {
			names = append(names, k.name)
		}
		s.add("%s line %d: [%s] has no key %q; the nearest known one is %q",
			s.file, e.line, e.section, e.key, nearest(e.key, names))
		return
	}
	s.values[e.place] = setting{value: e.value, from: fmt.Sprintf("%s line %d", s.file, e.line), faulty: e.faulty}
}

func (s *settings) add(format string, args ...any) {
	s.mistakes = append(s.mistakes, fmt.Errorf(format, args...))
}

// wrong notes a mistake at p; the sentence after place and colon says what is
// wrong and what to write instead.
func (s *settings) wrong(p place, format string, args ...any) {
	if s.values[p].faulty {
		return
	}
	from := s.lookup(p).from
	if from == fromDefault {
		from = s.file
	}
	s.add("%s: %s: %s", from, p, fmt.Sprintf(format, args...))
}

// lookup returns what holds at p. An empty value is none: the default holds.
func (s *settings) lookup(p place) setting {
	if given := s.values[p]; given.value != "" {
		return given
	}
	k, _ := keyAt(p)
	return setting{value: k.fallback, from: fromDefault}
}

// settle replaces the value at p by its final form, which Print shows.
func (s *settings) settle(p place, value string) string {
	final := s.lookup(p)
	final.value = value
	s.values[p] = final
	return value
}
