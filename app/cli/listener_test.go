package cli

import (
	"strings"
	"testing"
)

func TestListenerIsReachedByWhatItWasAskedFor(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"0.0.0.0:0":   "http://127.0.0.1:",
		"127.0.0.1:0": "http://127.0.0.1:",
	} {
		t.Run(address, func(t *testing.T) {
			t.Parallel()
			l, err := listen(t.Context(), "[sandbox] listen", address, "")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = l.Close() }) // nobody was served
			if !strings.HasPrefix(l.local, want) || l.public.String() != l.local {
				t.Errorf("here it is %s, elsewhere %s, want %s", l.local, l.public, want)
			}
			if again, err := listen(t.Context(), "[sandbox] listen", address, "https://pay.example"); err != nil ||
				again.public.String() != "https://pay.example" || again.Close() != nil {
				t.Errorf("with a public URL: %v, %v", again.public, err)
			}
		})
	}
}
