package config

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

const shipped = "../../config.ini"

func TestShipped_Loads(t *testing.T) {
	t.Parallel()
	c, err := Load(shipped, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !c.Sandbox.Enabled || len(c.Products) != 4 || c.Products[0].Slug != "coffee" || c.Products[0].Price.String() != "4.5" {
		t.Errorf("sandbox %v, products %v", c.Sandbox.Enabled, c.Products)
	}
	if last := c.Products[3]; last.Method != "checkout" || last.CheckoutID == "" || last.Image == "" {
		t.Errorf("the last product is %+v, not one with a checkout", last)
	}
}

// TestShipped_DocumentsEveryKey compares the file's commented-out lines with
// the defaults of the code, and finds every key in it.
func TestShipped_DocumentsEveryKey(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(shipped)
	if err != nil {
		t.Fatal(err)
	}
	documented := documentedKeys(string(text))
	for _, s := range sections() {
		for _, k := range s.keys {
			fallback, found := documented[place{s.name, k.name}]
			if !found && k.fallback == "" && s.name == productSection {
				continue // a product's own, asserted below
			}
			if !found || fallback != k.fallback {
				t.Errorf("config.ini documents %s = %q (%v), the code has %q", place{s.name, k.name}, fallback, found, k.fallback)
			}
			delete(documented, place{s.name, k.name})
		}
	}
	for p := range documented {
		t.Errorf("config.ini documents %s, which there is not", p)
	}
	first := scan("config.ini", string(text)).seen
	for _, key := range []string{"name", "description", "price", "currency", "image"} {
		if first[place{"product coffee", key}] == 0 {
			t.Errorf("config.ini does not show [product coffee] %s", key)
		}
	}
}

// documentedKeys reads the lines of the form "#key = default".
func documentedKeys(text string) map[place]string {
	line := regexp.MustCompile(`^#([a-z_]+) =(.*)$`)
	header := regexp.MustCompile(`^\[(.*)\]$`)
	found, section := map[place]string{}, ""
	for raw := range strings.Lines(text) {
		raw = strings.TrimSpace(raw)
		if m := header.FindStringSubmatch(raw); m != nil {
			section = m[1]
			if strings.HasPrefix(section, productPrefix) {
				section = productSection
			}
		}
		if m := line.FindStringSubmatch(raw); m != nil {
			found[place{section, m[1]}] = strings.TrimSpace(m[2])
		}
	}
	return found
}
