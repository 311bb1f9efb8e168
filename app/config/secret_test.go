package config_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"till/app/config"
)

func TestSecret_IsNeverShown(t *testing.T) {
	t.Parallel()
	c := load(t, product,
		"TILL_COINBASE_API_KEY=sk-key", "TILL_COINBASE_WEBHOOK_SECRETS=sk-new,sk-old", "TILL_SERVER_METRICS_TOKEN=sk-token",
		"TILL_BUSINESS_KEY_ID=id", "TILL_BUSINESS_KEY_SECRET=sk-pem", "TILL_BUSINESS_WEBHOOK_SECRETS=sk-hook")
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&out, verb+"\n", c)
	}
	slog.New(slog.NewTextHandler(&out, nil)).Info("config", "all", c, "key", c.Coinbase.APIKey)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("config", "all", c, "key", c.Coinbase.APIKey)
	if err := json.NewEncoder(&out).Encode(c); err != nil {
		t.Fatal(err)
	}
	if err := c.Print(&out); err != nil {
		t.Fatal(err)
	}
	if text := out.String(); strings.Contains(text, "sk-") || strings.Contains(text, fmt.Sprintf("%x", "sk-")) {
		t.Error(text)
	}
	if got := c.Coinbase.WebhookSecrets[1].Reveal(); got != "sk-old" {
		t.Errorf("Reveal gives %q", got)
	}
}

func TestSecret_TellsWhetherItIsSet(t *testing.T) {
	t.Parallel()
	for secret, want := range map[config.Secret]string{"": "", "x": "(set)"} {
		encoded, err := json.Marshal(secret)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := secret.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		got := []string{string(plain), secret.String(), secret.GoString(), fmt.Sprint(secret), secret.LogValue().String(), strings.Trim(string(encoded), `"`)}
		for _, text := range got {
			if text != want {
				t.Errorf("%q, want %q everywhere", got, want)
				break
			}
		}
	}
}
