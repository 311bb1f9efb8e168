package cli_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"till/app/cli"
)

const plainConfig = `[server]
listen = 127.0.0.1:0
[sandbox]
enabled = true
listen = 127.0.0.1:0
[product coffee]
name = Coffee
description = Hot.
price = 4.50
currency = USD
`

// running is `till serve`, or `till sandbox`, in this process.
type running struct {
	shop, box string
	log       *logged
	dir       string
	stop      func() // returns once it has exited 0
}

// serve starts a till with that configuration and environment.
func serve(t *testing.T, config string, environ ...string) *running {
	t.Helper()
	return serveIn(t, configured(t, config), environ...)
}

// serveIn starts a till in a folder that has a config.ini.
func serveIn(t *testing.T, dir string, environ ...string) *running {
	t.Helper()
	return begin(t, time.Now, dir, "serve", environ...)
}

// begin starts a command that serves, on a clock of the test's.
func begin(t *testing.T, now func() time.Time, dir, command string, environ ...string) *running {
	t.Helper()
	r := &running{log: &logged{}, dir: dir}
	file := filepath.Join(dir, "config.ini")
	ctx, cancel := context.WithCancel(context.Background())
	out, in := io.Pipe()
	status := make(chan int, 1)
	go func() {
		host := cli.Host{Now: now, Random: rand.Reader}
		status <- cli.Run(ctx, host, []string{command, "--config", file}, environ, strings.NewReader(""), in, r.log)
		_ = in.Close()
	}()
	r.stop = sync.OnceFunc(func() {
		cancel()
		if got := <-status; got != 0 {
			t.Errorf("till ended with status %d:\n%s", got, r.log)
		}
	})
	t.Cleanup(r.stop)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("till did not start:\n%s", r.log)
	}
	for _, field := range strings.Fields(line) {
		if name, url, _ := strings.Cut(field, "="); name == "shop" {
			r.shop = url
		} else {
			r.box = url
		}
	}
	return r
}

// ask sends a request and returns status and body.
func ask(t *testing.T, method, url, body string, headers ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	must(t, err)
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(req) // follows no redirect
	must(t, err)
	defer func() { _ = res.Body.Close() }()
	all, err := io.ReadAll(res.Body)
	must(t, err)
	return res, string(all)
}

// logged is a log that may be read while it is written.
type logged struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// eventually polls until ok or a deadline.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("did not happen within 20 s: %s", what)
		}
		time.Sleep(10 * time.Millisecond) //nolint:forbidigo // the pause of a poll with a deadline
	}
}
