package config

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
)

// shown is one setting as Print writes it, a secret already hidden.
type shown struct {
	place
	value   string
	from    string
	comment bool // a secret, no value, or one that only the environment can hold
}

// show takes down every setting before the secrets' values are out of sight.
func (s *settings) show() []shown {
	var all []shown
	for _, p := range s.places() {
		k, _ := keyAt(p)
		now := s.lookup(p)
		entry := shown{place: p, value: now.value, from: now.from}
		hidden := k.secret || (p == (place{"business", "key_id"}) && mayBeSecret(now.value))
		if hidden {
			entry.value = Secret(now.value).String()
		}
		entry.comment = hidden || now.value == "" || unwritable(p, now.value) != ""
		all = append(all, entry)
	}
	return all
}

// mayBeSecret reports whether a key's secret stands where its id belongs: the two
// are handed out together. An id in hex can be read as base64, and is none.
func mayBeSecret(id string) bool {
	raw, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(id, "="))
	_, notHex := hex.DecodeString(id)
	return strings.Contains(id, "-----") || err == nil && notHex != nil && len(raw) >= ed25519.SeedSize
}

// Print writes the effective values in the form of a config.ini, each below
// the place it came from. Secrets are hidden. Their lines are comments, as are
// those without a value, so that the result can be loaded again.
func (c Config) Print(w io.Writer) error {
	var out bytes.Buffer
	fmt.Fprintf(&out, "# What holds, from %s and the environment.\n", c.File)
	section := ""
	for _, s := range c.shown {
		if s.section != section {
			section = s.section
			fmt.Fprintf(&out, "\n[%s]\n", section)
		}
		line := strings.TrimSpace(s.key + " = " + s.value)
		if s.comment {
			line = "#" + line
		}
		fmt.Fprintf(&out, "# %s\n%s\n", s.from, line)
	}
	_, err := w.Write(out.Bytes())
	return err
}
