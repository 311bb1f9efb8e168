package main

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"
)

// kept is a process of this test's that runs a shell script.
func kept(t *testing.T, script string) (*process, func()) {
	t.Helper()
	p, err := newProcess(t.TempDir(), "sh", nil, "/bin/sh", "-c", script)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	c := &crowd{ctx: ctx}
	c.join(p.keep)
	stop := func() {
		cancel()
		c.wait.Wait()
	}
	t.Cleanup(stop)
	return p, stop
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(20 * time.Second); !ok(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatal("in vain waited for " + what)
		}
	}
}

const serves = `trap 'exit 0' TERM; echo up; while :; do sleep 0.01; done`

func TestAKilledProcessComesBack(t *testing.T) {
	t.Parallel()
	p, stop := kept(t, serves)
	eventually(t, "the start", p.isUp)
	if err := p.kill(0); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the restart", p.isUp)
	stop()
	if p.starts != 2 || p.kills != 1 || p.stillborn != 0 || len(p.wrongs) != 0 {
		t.Errorf("%d starts, %d kills, %d in vain, wrongs %v", p.starts, p.kills, p.stillborn, p.wrongs)
	}
}

// TestAProcessMoves: it is asked to stop, and comes back with what it is told
// then; only one that does not stop well is accused.
func TestAProcessMoves(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ end, accused string }{
		"well": {"exit 0", ""}, "not well": {"exit 3", "did not stop well"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := t.TempDir() + "/told"
			p, stop := kept(t, `trap '`+c.end+`' TERM; echo "$TOLD" >>`+file+`; echo up; [ -n "$TOLD" ] && trap 'exit 0' TERM; while :; do sleep 0.01; done`)
			if err := p.replace(t.Context(), []string{"TOLD=moved"}); err != nil {
				t.Fatal(err)
			}
			eventually(t, "the restart", p.isUp)
			stop()
			text, err := os.ReadFile(file)
			if err != nil || string(text) != "\nmoved\n" {
				t.Errorf("it was told %q, %v", text, err)
			}
			if got := strings.Join(p.wrongs, "\n"); !strings.Contains(got, c.accused) || (c.accused == "") != (got == "") {
				t.Errorf("wrongs %q, want %q", got, c.accused)
			}
		})
	}
}

func TestAProcessThatFallsIsAccused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, script, want string
		ended              func(*process) bool
	}{
		{"by itself", `echo up; exit 0`, "ended by itself", func(p *process) bool { return p.starts > 1 }},
		{"at the end", `trap 'exit 3' TERM; echo up; while :; do sleep 0.01; done`, "did not stop well", func(p *process) bool { return p.up }},
		{"before it was up", `exit 1`, "", func(p *process) bool { return p.stillborn > 0 }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p, stop := kept(t, c.script)
			eventually(t, "its end", func() bool {
				p.mu.Lock()
				defer p.mu.Unlock()
				return c.ended(p)
			})
			stop()
			if got := strings.Join(p.wrongs, "\n"); !strings.Contains(got, c.want) || (c.want == "") != (got == "") {
				t.Errorf("wrongs %q, want %q", got, c.want)
			}
		})
	}
}
