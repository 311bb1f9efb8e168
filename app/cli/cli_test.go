package cli_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"till/app/cli"
	"till/app/coinbase/commerce"
)

// TestMain lets the scripts run this very binary as till.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"till": func() {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		host := cli.Host{Now: time.Now, Random: rand.Reader}
		os.Exit(cli.Run(ctx, host, os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
	}})
}

// TestScripts runs testdata/*.txtar as a user would type them. Each has two
// free ports in $SHOP and $BOX.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			for _, name := range []string{"SHOP", "BOX"} {
				address, err := freeAddress()
				if err != nil {
					return err
				}
				env.Setenv(name, address)
			}
			env.Setenv("TILL_SERVER_LISTEN", env.Getenv("SHOP"))
			env.Setenv("TILL_SANDBOX_LISTEN", env.Getenv("BOX"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"ready": ready, "get": get, "post": post, "webhook": webhook, "control": control,
		},
	})
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String(), nil
}

// ready waits until URL answers 200: ready URL.
func ready(ts *testscript.TestScript, _ bool, args []string) {
	deadline := time.Now().Add(20 * time.Second)
	for time.Now().Before(deadline) {
		res, err := http.Get(args[0])
		if err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return
			}
		}
		time.Sleep(20 * time.Millisecond) //nolint:forbidigo // the pause of a poll with a deadline
	}
	ts.Fatalf("%s was not ready within 20 s", args[0])
}

// get answers with the status and the body on stdout: get URL.
func get(ts *testscript.TestScript, _ bool, args []string) {
	res, err := http.Get(args[0])
	show(ts, res, err)
}

// post sends a form or JSON: post URL BODY.
func post(ts *testscript.TestScript, _ bool, args []string) {
	kind := "application/x-www-form-urlencoded"
	if strings.Contains(args[0], "/control/") {
		kind = "application/json"
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Post(args[0], kind, strings.NewReader(args[1]))
	show(ts, res, err)
}

// webhook signs a file and posts it: webhook URL SECRET FILE.
func webhook(ts *testscript.TestScript, _ bool, args []string) {
	body := ts.ReadFile(args[2])
	req, err := http.NewRequest(http.MethodPost, args[0], strings.NewReader(body))
	ts.Check(err)
	req.Header.Set(commerce.SignatureHeader, commerce.Sign(args[1], []byte(body)))
	res, err := http.DefaultClient.Do(req)
	show(ts, res, err)
}

func show(ts *testscript.TestScript, res *http.Response, err error) {
	ts.Check(err)
	defer func() { _ = res.Body.Close() }()
	var b strings.Builder
	ts.Check(res.Write(&b))
	_, err = fmt.Fprint(ts.Stdout(), b.String())
	ts.Check(err)
}
