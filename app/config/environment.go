package config

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

const variablePrefix = "TILL_"

// override lays the environment over the file.
func (s *settings) override(environ []string) {
	known := s.variables()
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(name, variablePrefix) {
			continue
		}
		p, ok := known[name]
		if !ok {
			s.unknownVariable(name, known)
			continue
		}
		given := setting{value: strings.TrimSpace(value), from: "environment " + name}
		if k, _ := keyAt(p); k.lines {
			given.value = strings.NewReplacer("\r\n", `\n`, "\n", `\n`).Replace(given.value)
		}
		if given.faulty = !oneLine(given.value); given.faulty {
			s.add("%s: %s: contains a line break or another invisible character; set it to one line of text", given.from, p)
		}
		s.values[p] = given
	}
}

// oneLine reports whether a line of a file could hold the value.
func oneLine(value string) bool {
	return utf8.ValidString(value) && !strings.ContainsFunc(value, unprintable)
}

// variables is every variable with the place it overrides. Two places with one
// variable are a mistake, for one of them could not be reached.
func (s *settings) variables() map[string]place {
	known := map[string]place{}
	for _, p := range s.places() {
		name := p.variable()
		if other, taken := known[name]; taken {
			s.add("%s: %s and %s are both %s in the environment; give one of the products another slug", s.file, other, p, name)
			continue
		}
		known[name] = p
	}
	return known
}

// places is every place there is: those of the fixed sections and those of
// each product, in the order in which they are documented.
func (s *settings) places() []place {
	var all []place
	for _, known := range sections() {
		names := []string{known.name}
		if known.name == productSection {
			names = s.products
		}
		for _, name := range names {
			for _, k := range known.keys {
				all = append(all, place{name, k.name})
			}
		}
	}
	return all
}

func (s *settings) unknownVariable(name string, known map[string]place) {
	near := nearest(name, slices.Sorted(maps.Keys(known)))
	if strings.HasPrefix(name, variablePrefix+"PRODUCT_") {
		s.add("environment %s: fits no key of a [%s] in %s (the nearest known one is %s); "+
			"a product is added in the file only, the environment may change its keys", name, productSection, s.file, near)
		return
	}
	s.add("environment %s: there is no such setting; the nearest known one is %s, otherwise unset it", name, near)
}
