package sandbox_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"till/app/coinbase/business"
	"till/app/sandbox"
)

// TestATokenHasToNameItsKey by the id that the sandbox knows; where it knows
// none, any will do.
func TestATokenHasToNameItsKey(t *testing.T) {
	t.Parallel()
	key, private, public := ed25519Key(t)
	for name, tc := range map[string]struct {
		known, named string
		want         int
	}{
		"the right one":          {key.ID(), key.ID(), http.StatusOK},
		"another one":            {key.ID(), "another-key", http.StatusUnauthorized},
		"one in other letters":   {key.ID(), strings.ToUpper(key.ID()), http.StatusUnauthorized},
		"any, where none is set": {"", "another-key", http.StatusOK},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, func(cfg *sandbox.Config) { cfg.BusinessPublicKey, cfg.BusinessKeyID = public, tc.known })
			var err error
			if r.key, err = business.ParseKey(tc.named, base64.StdEncoding.EncodeToString(private)); err != nil {
				t.Fatal(err)
			}
			for _, path := range []string{checkoutsURL, subscribeURL} {
				a := r.want(r.send("GET", path, ""), tc.want)
				if tc.want != http.StatusOK && !strings.Contains(a.body, "copy the key's id again") {
					t.Errorf("does not say what to do: %s", a.body)
				}
			}
		})
	}
}
