package config_test

import (
	"crypto/rand"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"till/app/config"
)

func keysFile(c config.Config) string { return filepath.Join(c.Dir, "data", "sandbox.keys") }

// pair makes a key pair whose halves tell what it was made from.
func pair(random io.Reader) (id, secret, public string, err error) {
	raw := make([]byte, 8)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", "", "", err
	}
	name := hex.EncodeToString(raw)
	return "id-" + name, "-----BEGIN EC PRIVATE KEY-----\n" + name + "\n-----END EC PRIVATE KEY-----\n",
		"-----BEGIN PUBLIC KEY-----\n" + name + "\n-----END PUBLIC KEY-----\n", nil
}

func TestGenerateSandboxKeys_AreMadeOnceAndKept(t *testing.T) {
	t.Parallel()
	serve := load(t, sandboxOn+product)
	random := strings.Repeat("\x01", 16) + strings.Repeat("\x02", 32) + strings.Repeat("\x03", 32) + strings.Repeat("\x04", 8)
	if err := serve.GenerateSandboxKeys(strings.NewReader(random), pair); err != nil {
		t.Fatal(err)
	}
	want := config.Business{
		KeyID: "id-0404040404040404", KeySecret: `-----BEGIN EC PRIVATE KEY-----\n0404040404040404\n-----END EC PRIVATE KEY-----`,
		WebhookSecrets: []config.Secret{config.Secret(strings.Repeat("03", 32))},
		BaseURL:        serve.Business.BaseURL, APIPath: serve.Business.APIPath, SubscriptionsURL: serve.Business.SubscriptionsURL,
	}
	if diff := cmp.Diff(plain(want), plain(serve.Business)); diff != "" {
		t.Error(diff)
	}
	if got := serve.Sandbox.BusinessPublicKey; got != `-----BEGIN PUBLIC KEY-----\n0404040404040404\n-----END PUBLIC KEY-----` {
		t.Errorf("the sandbox's half is %q", got)
	}
	if got := serve.Sandbox.APIKey.Reveal(); got != strings.Repeat("01", 16) {
		t.Errorf("the API key is %q", got)
	}
	if got := serve.Sandbox.WebhookSecret.Reveal(); got != strings.Repeat("02", 32) {
		t.Errorf("the webhook secret is %q", got)
	}
	alone, err := config.LoadSandbox(serve.File, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := alone.GenerateSandboxKeys(rand.Reader, pair); err != nil {
		t.Fatal(err)
	}
	if alone.Sandbox.APIKey != serve.Sandbox.APIKey || alone.Sandbox.WebhookSecret != serve.Sandbox.WebhookSecret ||
		alone.Sandbox.BusinessWebhookSecret != serve.Sandbox.BusinessWebhookSecret || alone.Sandbox.BusinessPublicKey != serve.Sandbox.BusinessPublicKey {
		t.Error("shop and sandbox have different keys")
	}
	info, err := os.Stat(keysFile(serve))
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the file may be read by others: %s", info.Mode())
	}
	if files, _ := os.ReadDir(filepath.Dir(keysFile(serve))); len(files) != 1 {
		t.Errorf("a draft was left behind: %v", files)
	}
}

func TestGenerateSandboxKeys_LeavesWhatIsSet(t *testing.T) {
	t.Parallel()
	one := load(t, sandboxOn+product, "TILL_SANDBOX_API_KEY=mine")
	if err := one.GenerateSandboxKeys(rand.Reader, pair); err != nil {
		t.Fatal(err)
	}
	if one.Sandbox.APIKey != "mine" || len(one.Sandbox.WebhookSecret.Reveal()) != 64 {
		t.Errorf("the keys are %q and %q", one.Sandbox.APIKey.Reveal(), one.Sandbox.WebhookSecret.Reveal())
	}
	all := load(t, sandboxOn+product, "TILL_SANDBOX_API_KEY=mine", "TILL_SANDBOX_WEBHOOK_SECRET=too", "TILL_SANDBOX_BUSINESS_WEBHOOK_SECRET=three",
		"TILL_SANDBOX_BUSINESS_PUBLIC_KEY=-----BEGIN PUBLIC KEY-----\r\nx\n-----END PUBLIC KEY-----", "TILL_BUSINESS_KEY_ID=i", "TILL_BUSINESS_KEY_SECRET=k")
	if err := all.GenerateSandboxKeys(strings.NewReader(""), pair); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(keysFile(all)); !os.IsNotExist(err) {
		t.Errorf("a file was made for nothing: %v", err)
	}
	if all.Sandbox.BusinessPublicKey != `-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----` || all.Business.KeyID != "i" ||
		all.Business.KeySecret != "k" || len(all.Business.WebhookSecrets) != 1 || all.Business.WebhookSecrets[0] != "three" {
		t.Errorf("public key %q, business %+v", all.Sandbox.BusinessPublicKey, plain(all.Business))
	}
}

// TestGenerateSandboxKeys_AreAddedToAnEarlierFile: it lacks the keys of
// Business, and keeps what it has.
func TestGenerateSandboxKeys_AreAddedToAnEarlierFile(t *testing.T) {
	t.Parallel()
	origin := load(t, sandboxOn+product)
	must(t, os.Mkdir(filepath.Dir(keysFile(origin)), 0o700))
	earlier := "# The keys.\napi_key = " + strings.Repeat("a", 32) + "\nwebhook_secret = " + strings.Repeat("b", 64) + "\n"
	must(t, os.WriteFile(keysFile(origin), []byte(earlier), 0o600))
	starters := startAtOnce(t, origin)
	again := origin
	must(t, again.GenerateSandboxKeys(strings.NewReader(""), pair))
	for _, c := range append(starters, again) {
		if c.Sandbox.APIKey.Reveal() != strings.Repeat("a", 32) || c.Sandbox != again.Sandbox ||
			c.Business.KeySecret != again.Business.KeySecret || len(c.Business.WebhookSecrets[0]) != 64 {
			t.Fatalf("the keys are %+v and %+v", c.Sandbox, c.Business)
		}
	}
}

// plain shows what secrets hold.
func plain(b config.Business) []string {
	shown := []string{b.KeyID, b.KeySecret.Reveal(), b.BaseURL, b.APIPath, b.SubscriptionsURL}
	for _, s := range b.WebhookSecrets {
		shown = append(shown, s.Reveal())
	}
	return shown
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// startAtOnce lets 16 processes want the keys at the same time.
func startAtOnce(t *testing.T, origin config.Config) []config.Config {
	t.Helper()
	starters := make([]config.Config, 16)
	var group sync.WaitGroup
	for i := range starters {
		starters[i] = origin
		group.Go(func() {
			if err := starters[i].GenerateSandboxKeys(rand.Reader, pair); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	return starters
}

func TestGenerateSandboxKeys_TwoProcessesAgree(t *testing.T) {
	t.Parallel()
	starters := startAtOnce(t, load(t, sandboxOn+product))
	for _, c := range starters {
		if c.Sandbox != starters[0].Sandbox || c.Sandbox.APIKey == "" || c.Business.KeyID != starters[0].Business.KeyID || c.Business.KeyID == "" {
			t.Fatal("two starters have different keys")
		}
	}
}

func TestGenerateSandboxKeys_Failures(t *testing.T) {
	t.Parallel()
	damaged := func(t *testing.T, file string) {
		t.Helper()
		if err := os.WriteFile(file, []byte("api_key = 12"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	blocked := func(t *testing.T, file string) {
		t.Helper()
		if err := os.Remove(filepath.Dir(file)); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Dir(file), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	folder := func(t *testing.T, file string) {
		t.Helper()
		if err := os.Mkdir(file, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for name, tc := range map[string]struct {
		prepare func(*testing.T, string)
		random  string
		want    string
	}{
		"damaged file":      {damaged, "", "delete the file"},
		"unreadable file":   {folder, "", "let this user read"},
		"data is no folder": {blocked, strings.Repeat("r", 88), "set all of [sandbox] api_key"},
		"no randomness":     {func(*testing.T, string) {}, "few", "unexpected EOF"},
		"none for a pair":   {func(*testing.T, string) {}, strings.Repeat("r", 82), "unexpected EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := load(t, sandboxOn+product)
			if err := os.Mkdir(filepath.Dir(keysFile(c)), 0o700); err != nil {
				t.Fatal(err)
			}
			tc.prepare(t, keysFile(c))
			err := c.GenerateSandboxKeys(strings.NewReader(tc.random), pair)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("GenerateSandboxKeys: %v, want %q", err, tc.want)
			}
			if c.Sandbox.APIKey != "" {
				t.Error("it filled in a key all the same")
			}
		})
	}
}
