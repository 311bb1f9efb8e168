package business

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestAClockThatIsOffCostsOneRefusal, and a command that asks but once has its
// answer all the same.
func TestAClockThatIsOffCostsOneRefusal(t *testing.T) {
	t.Parallel()
	signer := pairs(t)["EdDSA"]
	for name, off := range map[string]time.Duration{"ahead": 3 * time.Minute, "behind": -3 * time.Minute} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked atomic.Int64
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked.Add(1)
				token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
				if err := VerifyToken(signer.public, token, r.Method, r.Host+r.URL.Path, time.Now()); err != nil {
					answer(401, `{"errorType":"unauthorized","errorMessage":"No."}`)(w, r)
					return
				}
				answer(200, goodRefund)(w, r)
			}))
			t.Cleanup(server.Close)
			c, err := NewClient(Config{
				BaseURL: server.URL, Path: "/api/v1", Key: signer.key, Random: zeros{}, HTTP: server.Client(),
				Now: func() time.Time { return time.Now().Add(off) },
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range []int64{2, 3} {
				_, err := c.Refund(t.Context(), checkoutID, CreateRefund{Amount: "1"}, "k")
				if err != nil || asked.Load() != want {
					t.Errorf("asked %d times, want %d: %v", asked.Load(), want, err)
				}
			}
		})
	}
}
