package sandbox_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"till/app/coinbase/commerce"
)

// TestOfficialNodeSDK lets Coinbase's own client for Node.js do all it can.
// Each script tells of its checks one by one; many is how many there are, so
// that a script that ends early cannot pass.
func TestOfficialNodeSDK(t *testing.T) {
	t.Parallel()
	for script, many := range map[string]int{"charges": 16, "checkouts": 11, "events": 6, "errors": 8, "troubles": 9} {
		t.Run(script, func(t *testing.T) {
			t.Parallel()
			sdk := findSDK(t)
			r := start(t)
			checkAll(t, sdk.run(r, script, nil), many)
		})
	}
}

// TestOfficialNodeSDKVerifiesWhatWasDelivered gives it the very bytes.
func TestOfficialNodeSDKVerifiesWhatWasDelivered(t *testing.T) {
	t.Parallel()
	sdk := findSDK(t)
	r := start(t)
	body := strings.Replace(coffee, "Coffee", "Café ₿", 1)
	c := decode[one](t, r.want(r.send("POST", "/commerce/charges", body), http.StatusCreated)).Data
	r.do(c.Code, "pay")

	type delivered struct {
		Body      []byte `json:"body"`
		Signature string `json:"signature"`
	}
	var all []delivered
	for _, kind := range []string{"charge:created", "charge:pending", "charge:confirmed"} {
		got := r.hook.await(t, kind, 1)
		all = append(all, delivered{got.body, got.header.Get(commerce.SignatureHeader)})
	}
	input, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	checkAll(t, sdk.run(r, "webhook", input), len(all)+6)
}

// nodeSDK is where Node.js and the SDK are.
type nodeSDK struct {
	node, path string
}

// findSDK skips on a machine without them; the gate has them.
func findSDK(t *testing.T) nodeSDK {
	t.Helper()
	absent := t.Skip
	if os.Getenv("CI") == "true" {
		absent = t.Fatal
	}
	node, err := exec.LookPath("node")
	if err != nil {
		absent("Node.js is not installed")
	}
	path, err := filepath.Abs("../../public/node_modules/coinbase-commerce-node")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		absent("the SDK is not there: run make vendor")
	}
	return nodeSDK{node, path}
}

// sdkCheck is what a script tells of one check.
type sdkCheck struct {
	Name  string `json:"name"`
	Error string `json:"error"`
}

// run lets a script loose on the sandbox and returns what it found.
func (s nodeSDK) run(r *rig, script string, input []byte) []sdkCheck {
	r.t.Helper()
	cmd := exec.CommandContext(r.t.Context(), s.node, filepath.Join("testdata", "sdk", script+".js"))
	cmd.Env = append(os.Environ(), "SDK_PATH="+s.path,
		"SANDBOX_URL="+r.url, "SANDBOX_KEY="+testKey, "SANDBOX_SECRET="+testSecret)
	cmd.Stdin = bytes.NewReader(input)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		r.t.Errorf("%s: %v\n%s", script, err, stderr.String())
	}
	var all []sdkCheck
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		var one sdkCheck
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			r.t.Fatalf("%v in %s", err, lines.Bytes())
		}
		all = append(all, one)
	}
	return all
}

// checkAll makes each check a subtest.
func checkAll(t *testing.T, all []sdkCheck, many int) {
	t.Helper()
	if len(all) != many {
		t.Errorf("the script told of %d checks, want %d", len(all), many)
	}
	for _, one := range all {
		t.Run(one.Name, func(t *testing.T) {
			t.Parallel()
			if one.Error != "" {
				t.Error(one.Error)
			}
		})
	}
}
