package cli_test

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestInheritedSockets(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		names    string // of the sockets, as FileDescriptorName gives them
		environ  []string
		shop     int // which socket is the shop's; -1: none
		logged   string
		unlogged string
	}{
		"by name":            {names: "sandbox:shop", shop: 1, logged: "[sandbox] listen"},
		"in order":           {names: "till.socket:till.socket", shop: 0, logged: "[sandbox] listen"},
		"the shop's alone":   {names: "shop", shop: 0, logged: "[server] listen", unlogged: "[sandbox] listen"},
		"a name and another": {names: "other:shop", shop: 1, logged: "[sandbox] listen"},
		"one too many":       {names: "a:b:c", shop: 0, logged: "an inherited socket is left alone"},
		"for another process": {names: "shop", environ: []string{"LISTEN_PID=1"}, shop: -1,
			unlogged: "inherited"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			names := strings.Split(tc.names, ":")
			var files []*os.File
			var urls []string
			for range names {
				f, url := socket(t)
				files, urls = append(files, f), append(urls, url)
			}
			environ := []string{fmt.Sprint("LISTEN_FDS=", len(names)), "LISTEN_FDNAMES=" + tc.names}
			p := startProcess(t, configured(t, plainConfig), files, append(environ, tc.environ...)...)
			defer p.terminate(t)
			if tc.shop >= 0 && p.shop != urls[tc.shop] {
				t.Errorf("the shop is at %s, want %s", p.shop, urls[tc.shop])
			}
			if res, _ := ask(t, http.MethodGet, p.shop+"/readyz", ""); res.StatusCode != http.StatusOK {
				t.Errorf("the shop answers %d", res.StatusCode)
			}
			if text := p.log.String(); !strings.Contains(text, tc.logged) || (tc.unlogged != "" && strings.Contains(text, tc.unlogged)) {
				t.Errorf("the log is to tell %q, not %q:\n%s", tc.logged, tc.unlogged, text)
			}
		})
	}
}

// TestTheSandboxesSocketIsClosedWhileItIsOff: a stranger who came in there would
// wait for ever.
func TestTheSandboxesSocketIsClosedWhileItIsOff(t *testing.T) {
	t.Parallel()
	shop, url := socket(t)
	box, _ := socket(t)
	config := strings.Replace(plainConfig, "enabled = true", "enabled = false", 1)
	p := startProcess(t, configured(t, config), []*os.File{shop, box}, "LISTEN_FDS=2", "LISTEN_FDNAMES=shop:sandbox",
		"TILL_COINBASE_API_KEY=key", "TILL_COINBASE_WEBHOOK_SECRETS=secret")
	defer p.terminate(t)
	if p.shop != url {
		t.Errorf("the shop is at %s, want %s", p.shop, url)
	}
	if text := p.log.String(); !strings.Contains(text, "the sandbox is off") {
		t.Errorf("nothing is said of it:\n%s", text)
	}
}

func TestAnInheritedSocketIsTCP(t *testing.T) {
	t.Parallel()
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(t.TempDir(), "till.sock"), Net: "unix"})
	must(t, err)
	defer func() { _ = l.Close() }()
	f, err := l.File()
	must(t, err)
	defer func() { _ = f.Close() }()
	text := refused(t, configured(t, plainConfig), []*os.File{f}, "LISTEN_FDS=1", "LISTEN_FDNAMES=shop")
	if !strings.Contains(text, "socket shop") || !strings.Contains(text, "not TCP but unix") || !strings.Contains(text, "ListenStream=") {
		t.Errorf("it says: %s", text)
	}
}

// TestARestartRefusesNobody passes one socket to two processes in turn, as
// systemd does, while buyers come in all the time.
func TestARestartRefusesNobody(t *testing.T) {
	t.Parallel()
	f, url := socket(t)
	dir := configured(t, plainConfig)
	start := func() *process {
		return startProcess(t, dir, []*os.File{f}, "LISTEN_FDS=1", "LISTEN_FDNAMES=shop")
	}
	first := start()
	var mu sync.Mutex
	answered, failed := 0, []string{}
	stop := make(chan struct{})
	var buyers sync.WaitGroup
	for range 4 {
		buyers.Go(func() {
			client := http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
			for {
				select {
				case <-stop:
					return
				default:
				}
				res, err := client.Get(url + "/products/coffee")
				mu.Lock()
				switch {
				case err != nil:
					failed = append(failed, err.Error())
				case res.StatusCode != http.StatusOK:
					failed = append(failed, res.Status)
				default:
					answered++
				}
				mu.Unlock()
				if err == nil {
					_ = res.Body.Close()
				}
			}
		})
	}
	more := func(what string) {
		mu.Lock()
		before := answered
		mu.Unlock()
		eventually(t, what, func() bool {
			mu.Lock()
			defer mu.Unlock()
			return answered >= before+100
		})
	}
	more("the first till answers")
	first.terminate(t)
	second := start()
	more("the second till answers")
	close(stop)
	buyers.Wait()
	second.terminate(t)
	if len(failed) > 0 {
		t.Errorf("%d of %d buyers were turned away, the first with %s", len(failed), answered+len(failed), failed[0])
	}
}
