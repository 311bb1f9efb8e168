package web_test

import (
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"till/app/web"
)

// TestSlowStrangersAreCutAndHoldNobodyUp opens connections that send nothing, or
// a head or a body drop by drop, and looks at the shop all the while.
func TestSlowStrangersAreCutAndHoldNobodyUp(t *testing.T) {
	t.Parallel()
	const strangers, patience = 300, time.Second
	s := newSite(t, func(c *web.Config) { c.FirstByte = patience })
	address := strings.TrimPrefix(s.url, "http://")
	var wg sync.WaitGroup
	lasted := make([]time.Duration, strangers)
	for i := range strangers {
		wg.Go(func() { lasted[i] = drip(t, address, i%len(drips())) })
	}
	var took []time.Duration
	for began := time.Now(); time.Since(began) < 3*patience || len(took) < 50; {
		started := time.Now()
		if a := s.get(t, "/products/coffee"); a.StatusCode != http.StatusOK {
			t.Fatalf("a buyer was answered %d", a.StatusCode)
		}
		took = append(took, time.Since(started))
	}
	wg.Wait()
	slices.Sort(took)
	t.Logf("of %d honest requests the slowest took %s, the 99th of a hundred %s", len(took), took[len(took)-1], took[len(took)*99/100])
	// A machine out of breath is slow; one that waits for strangers waits long.
	if median := took[len(took)/2]; median > patience/2 {
		t.Errorf("honest requests took %s, as if they waited for the strangers", median)
	}
	for i, d := range lasted {
		// First byte, head and body have a time each; the rest is for a busy machine.
		if d > 4*patience+5*time.Second {
			t.Errorf("stranger %d was borne for %s", i, d)
		}
	}
}

// drips are what slow strangers begin with, and what they send ever after.
func drips() [][2]string {
	const begun = "POST /orders HTTP/1.1\r\nHost: 127.0.0.1\r\n"
	return [][2]string{{"", ""}, {begun, ""}, {begun, "X: y\r\n"}, {begun + "Content-Length: 1000\r\n\r\n", "x"}}
}

// drip is one slow stranger. It returns how long it was borne.
func drip(t *testing.T, address string, kind int) time.Duration {
	began := time.Now()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Error(err)
		return 0
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(began.Add(20 * time.Second)); err != nil {
		t.Error(err)
	}
	_, _ = io.WriteString(conn, drips()[kind][0]) // cut already, if it fails
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	cut := make(chan struct{})
	go func() {
		defer close(cut)
		_, _ = io.Copy(io.Discard, conn) // ends when the server has had enough
	}()
	for {
		select {
		case <-cut:
			return time.Since(began)
		case <-tick.C:
			_, _ = io.WriteString(conn, drips()[kind][1])
		}
	}
}

// TestAnIdleConnectionIsClosed asks once and then says nothing more.
func TestAnIdleConnectionIsClosed(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(c *web.Config) { c.Idle = 200 * time.Millisecond })
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	must(t, err)
	defer func() { _ = conn.Close() }()
	must(t, conn.SetDeadline(time.Now().Add(10*time.Second)))
	_, err = io.WriteString(conn, head("GET /livez HTTP/1.1"))
	must(t, err)
	began := time.Now()
	all, err := io.ReadAll(conn) // until the shop closes it
	must(t, err)
	if took := time.Since(began); took < 150*time.Millisecond || strings.Count(string(all), "HTTP/1.1") != 1 {
		t.Errorf("after %s the connection ended with %s", took, all)
	}
}
