package config_test

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"till/app/config"
)

func keysFile(c config.Config) string { return filepath.Join(c.Dir, "data", "sandbox.keys") }

func TestGenerateSandboxKeys_AreMadeOnceAndKept(t *testing.T) {
	t.Parallel()
	serve := load(t, sandboxOn+product)
	if err := serve.GenerateSandboxKeys(strings.NewReader(strings.Repeat("\x01", 16) + strings.Repeat("\x02", 32))); err != nil {
		t.Fatal(err)
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
	if err := alone.GenerateSandboxKeys(rand.Reader); err != nil {
		t.Fatal(err)
	}
	if alone.Sandbox.APIKey != serve.Sandbox.APIKey || alone.Sandbox.WebhookSecret != serve.Sandbox.WebhookSecret {
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
	if err := one.GenerateSandboxKeys(rand.Reader); err != nil {
		t.Fatal(err)
	}
	if one.Sandbox.APIKey != "mine" || len(one.Sandbox.WebhookSecret.Reveal()) != 64 {
		t.Errorf("the keys are %q and %q", one.Sandbox.APIKey.Reveal(), one.Sandbox.WebhookSecret.Reveal())
	}
	both := load(t, sandboxOn+product, "TILL_SANDBOX_API_KEY=mine", "TILL_SANDBOX_WEBHOOK_SECRET=too")
	if err := both.GenerateSandboxKeys(strings.NewReader("")); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(keysFile(both)); !os.IsNotExist(err) {
		t.Errorf("a file was made for nothing: %v", err)
	}
}

func TestGenerateSandboxKeys_TwoProcessesAgree(t *testing.T) {
	t.Parallel()
	origin := load(t, sandboxOn+product)
	starters := make([]config.Config, 16)
	var group sync.WaitGroup
	for i := range starters {
		starters[i] = origin
		group.Go(func() {
			if err := starters[i].GenerateSandboxKeys(rand.Reader); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	for _, c := range starters {
		if c.Sandbox != starters[0].Sandbox || c.Sandbox.APIKey == "" {
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
		"data is no folder": {blocked, strings.Repeat("r", 48), "set [sandbox] api_key"},
		"no randomness":     {func(*testing.T, string) {}, "few", "unexpected EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := load(t, sandboxOn+product)
			if err := os.Mkdir(filepath.Dir(keysFile(c)), 0o700); err != nil {
				t.Fatal(err)
			}
			tc.prepare(t, keysFile(c))
			err := c.GenerateSandboxKeys(strings.NewReader(tc.random))
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("GenerateSandboxKeys: %v, want %q", err, tc.want)
			}
			if c.Sandbox.APIKey != "" {
				t.Error("it filled in a key all the same")
			}
		})
	}
}
