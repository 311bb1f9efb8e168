package auth

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"till/app/shop"
	"till/app/store"
)

const (
	right = "correct horse battery"
	wrong = "wrong horse battery"
	home  = "203.0.113.9"
	away  = "198.51.100.7"
)

// newAuth returns an Auth that knows ada, and how to move its clock.
func newAuth(t *testing.T) (a *Auth, pass func(time.Duration)) {
	t.Helper()
	logger := slog.New(slog.DiscardHandler)
	st, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "till.db"), logger)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	a, err = New(Config{Store: st, Now: func() time.Time { return now }, Random: rand.Reader, Logger: logger})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Register(t.Context(), Attempt{Username: "ada", Password: right, Address: home}); err != nil {
		t.Fatal(err)
	}
	return a, func(d time.Duration) { now = now.Add(d) }
}

// spend uses up all of a key's burst but so many, as attempts would.
func spend(t *testing.T, p *pace, key string, but int) {
	t.Helper()
	for range p.burst - but {
		if err := p.take(key); err != nil {
			t.Fatal(err)
		}
	}
}

// TestAnUnknownNameCostsTheSameWork occupies every place where passwords are
// checked: who waits for one wanted to do the work.
func TestAnUnknownNameCostsTheSameWork(t *testing.T) {
	t.Parallel()
	a, _ := newAuth(t)
	for range hashersAtOnce {
		a.hasher.slots <- struct{}{}
	}
	for _, name := range []string{"ada", "nobody", "?"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
			defer cancel()
			_, err := a.Login(ctx, Attempt{Username: name, Password: right, Address: home})
			if shop.ErrorCode(err) != shop.Unavailable {
				t.Errorf("answered without the work: %v", err)
			}
		})
	}
}

func TestAGuesserIsStoppedAndTheOwnerIsNot(t *testing.T) {
	t.Parallel()
	a, pass := newAuth(t)
	guess := Attempt{Username: "ADA", Password: wrong, Address: away}
	spend(t, a.names, away+" ada", 1)
	var many *TooManyError
	if _, err := a.Login(t.Context(), guess); err == nil || errors.As(err, &many) {
		t.Fatalf("the last guess of the burst: %v", err)
	}
	guess.Password = right
	if _, err := a.Login(t.Context(), guess); !errors.As(err, &many) || many.Wait != nameGap {
		t.Fatalf("the guess after it, a lucky one: %v", err)
	}
	if _, err := a.Login(t.Context(), Attempt{Username: "ada", Password: right, Address: home}); err != nil {
		t.Errorf("the owner, from elsewhere, is locked out: %v", err)
	}
	pass(many.Wait)
	if _, err := a.Login(t.Context(), guess); err != nil {
		t.Errorf("after the wait: %v", err)
	}
}

func TestOneNetworkIsLimitedOverAllNames(t *testing.T) {
	t.Parallel()
	a, _ := newAuth(t)
	spend(t, a.logins, away, 1)
	try := Attempt{Username: "nobody", Password: wrong, Address: away}
	if _, err := a.Login(t.Context(), try); shop.ErrorCode(err) != shop.Invalid {
		t.Fatalf("the last of the burst: %v", err)
	}
	try.Username = "somebody.else"
	if _, err := a.Login(t.Context(), try); shop.ErrorCode(err) != shop.TooMany {
		t.Errorf("another name after it: %v", err)
	}
}

func TestRightPasswordsCostNothing(t *testing.T) {
	t.Parallel()
	a, _ := newAuth(t)
	spend(t, a.names, home+" ada", 1)
	spend(t, a.logins, home, 1)
	for range 2 {
		if _, err := a.Login(t.Context(), Attempt{Username: "ada", Password: right, Address: home}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestABorrowedSessionCannotGuessThePassword(t *testing.T) {
	t.Parallel()
	a, _ := newAuth(t)
	account, err := a.cfg.Store.FindAccountByLogin(t.Context(), "ada")
	if err != nil {
		t.Fatal(err)
	}
	spend(t, a.names, home+" ada", 0)
	if _, err := a.ChangePassword(t.Context(), account.ID, Change{Current: right, New: "a new one entirely", Address: home}); shop.ErrorCode(err) != shop.TooMany {
		t.Errorf("changing the password: %v", err)
	}
	if err := a.DeleteAccount(t.Context(), account.ID, right, home); shop.ErrorCode(err) != shop.TooMany {
		t.Errorf("deleting the account: %v", err)
	}
}

func TestRegisteringIsLimited(t *testing.T) {
	t.Parallel()
	a, _ := newAuth(t)
	spend(t, a.registers, home, 1) // ada was the first
	try := Attempt{Username: "grace", Password: right, Address: home}
	if _, err := a.Register(t.Context(), Attempt{Username: "grace", Password: "short", Address: away}); shop.ErrorCode(err) != shop.Invalid {
		t.Fatal(err)
	}
	if _, err := a.Register(t.Context(), try); shop.ErrorCode(err) != shop.TooMany {
		t.Errorf("asking for names goes on: %v", err)
	}
	try.Address = away
	if _, err := a.Register(t.Context(), try); err != nil {
		t.Errorf("from elsewhere: %v", err)
	}
}
