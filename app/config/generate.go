package config

import (
	"bytes"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// KeyMaker makes an API key of Coinbase Business from randomness: its id, and
// its secret and public halves in PEM.
type KeyMaker func(random io.Reader) (id, secret, public string, err error)

// keyring is what the sandbox and the shop share. PEM stands in one line,
// its line ends written as \n.
type keyring struct {
	apiKey, webhookSecret string
	business              businessKeys
}

type businessKeys struct{ webhookSecret, keyID, keySecret, publicKey string }

// GenerateSandboxKeys fills in the API key, the key pair and the webhook
// secrets of the sandbox that nobody set. They are made once from random and
// kept in data/sandbox.keys beside the config.ini, for the owner alone, so that
// shop and sandbox agree on them, today and after a restart. What the shop needs
// to speak to the sandbox's Business face takes the place of what [Business]
// held.
func (c *Config) GenerateSandboxKeys(random io.Reader, pair KeyMaker) error {
	box := &c.Sandbox
	if box.APIKey == "" || box.WebhookSecret == "" || box.BusinessWebhookSecret == "" || box.BusinessPublicKey == "" {
		if err := c.fillKeys(random, pair); err != nil {
			return err
		}
	}
	c.Business.WebhookSecrets = []Secret{box.BusinessWebhookSecret}
	return nil
}

func (c *Config) fillKeys(random io.Reader, pair KeyMaker) error {
	file := filepath.Join(c.Dir, "data", "sandbox.keys")
	keys, err := findKeys(file, random, pair)
	if err != nil {
		return err
	}
	c.shown = slices.Clone(c.shown) // a copy of c keeps what it showed
	from := "generated, " + file
	c.fill(&c.Sandbox.APIKey, place{"sandbox", "api_key"}, keys.apiKey, from)
	c.fill(&c.Sandbox.WebhookSecret, place{"sandbox", "webhook_secret"}, keys.webhookSecret, from)
	c.fill(&c.Sandbox.BusinessWebhookSecret, place{"sandbox", "business_webhook_secret"}, keys.business.webhookSecret, from)
	if c.Sandbox.BusinessPublicKey == "" {
		c.Sandbox.BusinessPublicKey = keys.business.publicKey
		c.Business.KeyID, c.Business.KeySecret = keys.business.keyID, Secret(keys.business.keySecret)
		c.show(place{"sandbox", "business_public_key"}, keys.business.publicKey, from)
		c.show(place{"business", "key_id"}, keys.business.keyID, from)
		c.show(place{"business", "key_secret"}, c.Business.KeySecret.String(), from)
	}
	return nil
}

func (c *Config) fill(s *Secret, p place, value, from string) {
	if *s == "" {
		*s = Secret(value)
		c.show(p, s.String(), from)
	}
}

// show changes what Print writes at p. What was made up stays a comment: to
// write it down is not to choose it.
func (c *Config) show(p place, value, from string) {
	for i := range c.shown {
		if c.shown[i].place == p {
			c.shown[i].value, c.shown[i].from, c.shown[i].comment = value, from, true
		}
	}
}

// findKeys reads the file, or makes it. One of an earlier version lacks the
// keys of Business.
func findKeys(file string, random io.Reader, pair KeyMaker) (keyring, error) {
	keys, err := readKeys(file)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return makeKeys(file, random, pair)
	case err == nil && keys.business == businessKeys{}:
		return extendKeys(file, keys, pair)
	}
	return keys, err
}

// remedy is what helps whoever cannot have the file.
const remedy = "set all of [sandbox] api_key, webhook_secret, business_webhook_secret and business_public_key"

func readKeys(file string) (keyring, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return keyring{}, err
	}
	if err != nil {
		return keyring{}, fmt.Errorf("read the sandbox's keys: %w; let this user read the file, or %s", err, remedy)
	}
	const pem = `(-----BEGIN [ -~]+)`
	found := regexp.MustCompile(`\A(?:#[^\n]*\n)*api_key = ([0-9a-f]{32})\nwebhook_secret = ([0-9a-f]{64})\n` +
		`(?:business_webhook_secret = ([0-9a-f]{64})\nbusiness_key_id = ([!-~]+)\n` +
		`business_key_secret = ` + pem + `\nbusiness_public_key = ` + pem + `\n)?\z`).FindStringSubmatch(string(text))
	if found == nil {
		return keyring{}, fmt.Errorf("the sandbox's keys in %s are damaged; delete the file and new ones are made, or %s", file, remedy)
	}
	return keyring{found[1], found[2], businessKeys{found[3], found[4], found[5], found[6]}}, nil
}

// makeKeys makes all keys and keeps them. When another process was quicker, its
// keys are the ones.
func makeKeys(file string, random io.Reader, pair KeyMaker) (keyring, error) {
	raw := make([]byte, 48)
	if _, err := io.ReadFull(random, raw); err != nil {
		return keyring{}, fmt.Errorf("make the sandbox's keys: %w", err)
	}
	keys := keyring{apiKey: hex.EncodeToString(raw[:16]), webhookSecret: hex.EncodeToString(raw[16:])}
	var err error
	if keys.business, err = makeBusiness(random, pair); err != nil {
		return keyring{}, err
	}
	err = writeKeys(file, keys, os.Link)
	if errors.Is(err, os.ErrExist) {
		return findKeys(file, random, pair)
	}
	return keys, unkept(file, err)
}

// extendKeys adds the keys of Business to a file without. They are drawn from
// its secret, so that processes which add them at the same time add the same.
func extendKeys(file string, keys keyring, pair KeyMaker) (keyring, error) {
	const plenty = 1024 // bytes; a key needs some fifty
	drawn, err := hkdf.Expand(sha256.New, []byte(keys.webhookSecret), "the sandbox's keys of Coinbase Business", plenty)
	if err != nil {
		return keyring{}, fmt.Errorf("draw the sandbox's keys: %w", err)
	}
	if keys.business, err = makeBusiness(bytes.NewReader(drawn), pair); err != nil {
		return keyring{}, err
	}
	return keys, unkept(file, writeKeys(file, keys, os.Rename))
}

func makeBusiness(random io.Reader, pair KeyMaker) (businessKeys, error) {
	raw := make([]byte, 32)
	if _, err := io.ReadFull(random, raw); err != nil {
		return businessKeys{}, fmt.Errorf("make the sandbox's keys: %w", err)
	}
	id, secret, public, err := pair(random)
	if err != nil {
		return businessKeys{}, fmt.Errorf("make the sandbox's keys: %w", err)
	}
	return businessKeys{hex.EncodeToString(raw), id, inOneLine(secret), inOneLine(public)}, nil
}

// inOneLine writes PEM as one line of text.
func inOneLine(pem string) string { return strings.ReplaceAll(strings.TrimSpace(pem), "\n", `\n`) }

func unkept(file string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("keep the sandbox's keys: %w; let this user write to %s, or %s", err, filepath.Dir(file), remedy)
}

// writeKeys writes the whole file under another name and moves it into place:
// nobody ever reads half of it. With [os.Link] an existing one is never
// replaced.
func writeKeys(file string, keys keyring, move func(draft, file string) error) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	draft, err := os.CreateTemp(filepath.Dir(file), "sandbox.keys.*") // for the owner alone
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(draft.Name()) }()
	_, err = fmt.Fprintf(draft, "# The keys of the built-in sandbox, worth no money. Delete this file to get new ones.\n"+
		"api_key = %s\nwebhook_secret = %s\nbusiness_webhook_secret = %s\nbusiness_key_id = %s\nbusiness_key_secret = %s\nbusiness_public_key = %s\n",
		keys.apiKey, keys.webhookSecret, keys.business.webhookSecret, keys.business.keyID, keys.business.keySecret, keys.business.publicKey)
	if err = errors.Join(err, draft.Sync(), draft.Close()); err != nil {
		return err
	}
	return move(draft.Name(), file)
}
