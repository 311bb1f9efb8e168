package config_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"till/app/config"
)

func TestConfig_Print(t *testing.T) {
	t.Parallel()
	c := load(t, sandboxOn+"[server]\nlimit_orders = 3\n"+product, "TILL_COINBASE_API_KEY=k", "TILL_PRODUCT_COFFEE_NAME=A [b]", "TILL_SERVER_LISTEN=[::1]:81")
	if err := c.GenerateSandboxKeys(strings.NewReader(strings.Repeat("r", 88)), pair); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := c.Print(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"\n[server]\n# environment TILL_SERVER_LISTEN\nlisten = ::1:81\n",
		"\n# default\n#public_url =\n",
		"\n# config.ini line 4\nlimit_orders = 3\n",
		"\n# default\nurl = sqlite:" + c.Dir + "/data/till.db\n",
		"\n# environment TILL_COINBASE_API_KEY\n#api_key = (set)\n",
		"\n# generated, " + c.Dir + "/data/sandbox.keys\n#api_key = (set)\n",
		"\n# generated, " + c.Dir + "/data/sandbox.keys\n#business_webhook_secret = (set)\n",
		"\n# generated, " + c.Dir + "/data/sandbox.keys\n#business_public_key = -----BEGIN PUBLIC KEY-----\\n",
		"\n[business]\n# generated, " + c.Dir + "/data/sandbox.keys\n#key_id = id-",
		"\n# generated, " + c.Dir + "/data/sandbox.keys\n#key_secret = (set)\n",
		"\n[product coffee]\n# environment TILL_PRODUCT_COFFEE_NAME\n#name = A [b]\n",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q", want)
		}
	}
	if t.Failed() {
		t.Log(out.String())
	}
}

// TestConfig_PrintHidesASecretThatStandsForTheKeyID: the two may be mixed up.
func TestConfig_PrintHidesASecretThatStandsForTheKeyID(t *testing.T) {
	t.Parallel()
	for _, secret := range []string{base64Secret, `-----BEGIN EC PRIVATE KEY-----\nc2VjcmV0`} {
		c := load(t, sandboxOn+product, "TILL_BUSINESS_KEY_ID="+secret, "TILL_BUSINESS_KEY_SECRET=id", "TILL_BUSINESS_WEBHOOK_SECRETS=s")
		var out bytes.Buffer
		if err := c.Print(&out); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(out.String(), base64Secret[:8]) || !strings.Contains(out.String(), "TILL_BUSINESS_KEY_ID\n#key_id = (set)\n") {
			t.Errorf("printed %s", out.String())
		}
	}
}

func TestConfig_PrintShowsAKeyID(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"organizations/1c1e/apiKeys/5f2a", "1c1e5f2a-0b7d-4e2c-9f55-3a1d7c2b9e10", strings.Repeat("0123456789abcdef", 4)} {
		c := load(t, sandboxOn+product, "TILL_BUSINESS_KEY_ID="+id, "TILL_BUSINESS_KEY_SECRET=s", "TILL_BUSINESS_WEBHOOK_SECRETS=s")
		var out bytes.Buffer
		if err := c.Print(&out); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), "\nkey_id = "+id+"\n") {
			t.Errorf("printed %s", out.String())
		}
	}
}

func TestConfig_PrintCanBeLoadedAgain(t *testing.T) {
	t.Parallel()
	first := load(t, sandboxOn+"shape = onchain\nconfirm_after = 2m\n[server]\nallowed_hosts = a, b\nlisten = ::1:81\n"+product)
	var out bytes.Buffer
	if err := first.Print(&out); err != nil {
		t.Fatal(err)
	}
	second := load(t, out.String())
	second.File, second.Dir = first.File, first.Dir
	if diff := cmp.Diff(first, second, cmpopts.IgnoreUnexported(config.Config{})); diff != "" {
		t.Error(diff)
	}
}

type brokenPipe struct{}

var errPipe = errors.New("broken pipe")

func (brokenPipe) Write([]byte) (int, error) { return 0, errPipe }

func TestConfig_PrintTellsAFailedWrite(t *testing.T) {
	t.Parallel()
	if err := load(t, sandboxOn+product).Print(brokenPipe{}); !errors.Is(err, errPipe) {
		t.Errorf("Print: %v", err)
	}
}
