package config

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
)

// keyPair is what the sandbox and the shop share.
type keyPair struct{ apiKey, webhookSecret string }

// GenerateSandboxKeys fills in an API key and a webhook secret of the sandbox
// that nobody set. They are made once from random and kept in
// data/sandbox.keys beside the config.ini, for the owner alone, so that shop
// and sandbox agree on them, today and after a restart.
func (c *Config) GenerateSandboxKeys(random io.Reader) error {
	if c.Sandbox.APIKey != "" && c.Sandbox.WebhookSecret != "" {
		return nil
	}
	file := filepath.Join(c.Dir, "data", "sandbox.keys")
	pair, err := readKeys(file)
	if errors.Is(err, os.ErrNotExist) {
		pair, err = makeKeys(file, random)
	}
	if err != nil {
		return err
	}
	c.shown = slices.Clone(c.shown) // a copy of c keeps what it showed
	c.fill(&c.Sandbox.APIKey, "api_key", pair.apiKey, file)
	c.fill(&c.Sandbox.WebhookSecret, "webhook_secret", pair.webhookSecret, file)
	return nil
}

func (c *Config) fill(s *Secret, key, value, file string) {
	if *s != "" {
		return
	}
	*s = Secret(value)
	for i := range c.shown {
		if c.shown[i].place == (place{"sandbox", key}) {
			c.shown[i].value, c.shown[i].from = s.String(), "generated, "+file
		}
	}
}

func readKeys(file string) (keyPair, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return keyPair{}, err
	}
	if err != nil {
		return keyPair{}, fmt.Errorf("read the sandbox's keys: %w; let this user read the file, or set [sandbox] api_key and webhook_secret", err)
	}
	found := regexp.MustCompile(`\A(?:#[^\n]*\n)*api_key = ([0-9a-f]{32})\nwebhook_secret = ([0-9a-f]{64})\n\z`).FindSubmatch(text)
	if found == nil {
		return keyPair{}, fmt.Errorf("the sandbox's keys in %s are damaged; delete the file and new ones are made, "+
			"or set [sandbox] api_key and webhook_secret", file)
	}
	return keyPair{string(found[1]), string(found[2])}, nil
}

// makeKeys makes a pair and keeps it. When another process was quicker, its
// pair is the one.
func makeKeys(file string, random io.Reader) (keyPair, error) {
	raw := make([]byte, 48)
	if _, err := io.ReadFull(random, raw); err != nil {
		return keyPair{}, fmt.Errorf("make the sandbox's keys: %w", err)
	}
	pair := keyPair{hex.EncodeToString(raw[:16]), hex.EncodeToString(raw[16:])}
	err := writeKeys(file, pair)
	if errors.Is(err, os.ErrExist) {
		return readKeys(file)
	}
	if err != nil {
		return keyPair{}, fmt.Errorf("keep the sandbox's keys: %w; let this user write to %s, or set [sandbox] api_key and webhook_secret",
			err, filepath.Dir(file))
	}
	return pair, nil
}

// writeKeys writes the whole file under another name and links it into place:
// nobody ever reads half of it, and an existing one is never replaced.
func writeKeys(file string, pair keyPair) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	draft, err := os.CreateTemp(filepath.Dir(file), "sandbox.keys.*") // for the owner alone
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(draft.Name()) }()
	_, err = fmt.Fprintf(draft, "# The keys of the built-in sandbox, worth no money. Delete this file to get new ones.\n"+
		"api_key = %s\nwebhook_secret = %s\n", pair.apiKey, pair.webhookSecret)
	if err = errors.Join(err, draft.Sync(), draft.Close()); err != nil {
		return err
	}
	return os.Link(draft.Name(), file)
}
