package auth_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"till/app/auth"
	"till/app/shop"
	"till/app/store"
)

const password = "correct horse battery"

// rig is an Auth on a real store, with a clock that stands still.
type rig struct {
	*auth.Auth
	store *store.Store
	log   *bytes.Buffer

	mu  sync.Mutex
	now time.Time
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), log: &bytes.Buffer{}}
	logger := slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	var err error
	r.store, err = store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "till.db"), slog.New(slog.DiscardHandler))
	must(t, err)
	t.Cleanup(func() { _ = r.store.Close() })
	r.Auth, err = auth.New(auth.Config{Store: r.store, Now: r.clock, Random: rand.Reader, Logger: logger})
	must(t, err)
	return r
}

func (r *rig) clock() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

func (r *rig) pass(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now = r.now.Add(d)
}

func (r *rig) register(t *testing.T, name string) auth.Ticket {
	t.Helper()
	ticket, err := r.Register(t.Context(), try(name, password))
	must(t, err)
	return ticket
}

func (r *rig) open(t *testing.T, cookie string) bool {
	t.Helper()
	_, _, err := r.FindSession(t.Context(), cookie)
	if err != nil && shop.ErrorCode(err) != shop.NotFound {
		t.Fatal(err)
	}
	return err == nil
}

func try(name, password string) auth.Attempt {
	return auth.Attempt{Username: name, Password: password, Address: "203.0.113.9", Agent: "Test/1.0"}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func field(err error) auth.Field {
	var r *auth.Refusal
	if errors.As(err, &r) {
		return r.Field
	}
	return ""
}

func TestAnAccountIsRegisteredOnceAndFoundInAnyCase(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	first := r.register(t, " Ada ")
	if first.Account.Username != "Ada" || first.Account.Password != "" || first.Session.Secret != "" {
		t.Errorf("the ticket shows %+v, %+v", first.Account, first.Session)
	}
	if _, err := r.Register(t.Context(), try("aDA", password)); field(err) != auth.FieldUsername || shop.ErrorCode(err) != shop.Conflict {
		t.Errorf("the same name again: %v", err)
	}
	again, err := r.Login(t.Context(), try("ADA", password))
	must(t, err)
	account, session, err := r.FindSession(t.Context(), again.Cookie)
	must(t, err)
	if account.ID != first.Account.ID || account.Username != "Ada" || account.Password != "" || session.Secret != "" || session.Agent != "Test/1.0" {
		t.Errorf("found %+v, %+v", account, session)
	}
}

func TestWhatIsStoredOpensNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	ticket := r.register(t, "ada")
	id, secret, _ := strings.Cut(ticket.Cookie, ".")
	kept, err := r.store.FindSession(t.Context(), shop.SessionID(id))
	must(t, err)
	account, err := r.store.FindAccountByLogin(t.Context(), "ada")
	must(t, err)
	if !strings.HasPrefix(account.Password, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("the password is kept as %q", account.Password)
	}
	other := r.register(t, "grace")
	otherID, _, _ := strings.Cut(other.Cookie, ".")
	for name, cookie := range map[string]string{
		"nothing": "", "the id alone": id, "no secret": id + ".", "the stored hash": id + "." + kept.Secret,
		"another secret": id + "." + strings.Repeat("a", 26), "another's id": otherID + "." + secret,
		"an unknown id": strings.Repeat("a", 26) + "." + secret, "three parts": ticket.Cookie + ".x", "SQL": "' OR 1=1 --.x",
	} {
		if r.open(t, cookie) {
			t.Errorf("%s opens a session", name)
		}
	}
	if !r.open(t, ticket.Cookie) {
		t.Error("the real cookie does not")
	}
}

func TestUnknownNameAndWrongPasswordAreToldTheSame(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.register(t, "ada")
	answers := map[string]bool{}
	for _, a := range []auth.Attempt{
		try("ada", "wrong horse battery"), try("nobody", password), try("ad", password), try("", ""), try(strings.Repeat("x", 9999), password), try("ada", ""),
	} {
		_, err := r.Login(t.Context(), a)
		if field(err) != auth.FieldPassword || shop.ErrorCode(err) != shop.Invalid {
			t.Errorf("%.20q: %v", a.Username, err)
			continue
		}
		answers[err.Error()] = true
	}
	if len(answers) != 1 {
		t.Errorf("different answers: %v", answers)
	}
}

func TestLoginAlwaysMakesANewSessionAndEndsTheOldOne(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	old := r.register(t, "ada").Cookie
	again := try("ada", password)
	again.Replaces = old
	fresh, err := r.Login(t.Context(), again)
	must(t, err)
	if fresh.Cookie == old || r.open(t, old) || !r.open(t, fresh.Cookie) {
		t.Error("the session was not rotated")
	}
	must(t, r.Logout(t.Context(), fresh.Cookie))
	must(t, r.Logout(t.Context(), fresh.Cookie))
	if r.open(t, fresh.Cookie) {
		t.Error("the session outlives the logout")
	}
}

func TestSessionsLiveWhileTheyAreUsedButNotForEver(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	used, unused := r.register(t, "ada").Cookie, r.register(t, "grace").Cookie
	for day := 0; day < 175; day += 25 {
		r.pass(25 * 24 * time.Hour)
		if !r.open(t, used) {
			t.Fatalf("a session that is used ended on day %d", day+25)
		}
	}
	if r.open(t, unused) {
		t.Error("a session lives on unused")
	}
	r.pass(5 * 24 * time.Hour)
	if r.open(t, used) {
		t.Error("a session lives longer than 180 days")
	}
	r.register(t, "joan") // a new session sweeps the dead ones away
	id, _, _ := strings.Cut(used, ".")
	if _, err := r.store.FindSession(t.Context(), shop.SessionID(id)); shop.ErrorCode(err) != shop.NotFound {
		t.Errorf("the expired session is still stored: %v", err)
	}
}

func TestPagesDoNotWriteEachTime(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	cookie := r.register(t, "ada").Cookie
	began := r.clock()
	r.pass(59 * time.Minute)
	_, session, err := r.FindSession(t.Context(), cookie)
	must(t, err)
	if !session.SeenAt.Equal(began) {
		t.Errorf("written within the hour: seen %s after the start", session.SeenAt.Sub(began))
	}
	r.pass(2 * time.Minute)
	_, session, err = r.FindSession(t.Context(), cookie)
	must(t, err)
	if got := session.SeenAt.Sub(began); got != 61*time.Minute {
		t.Errorf("seen after %s", got)
	}
	if kept := r.kept(t, cookie); !kept.SeenAt.Equal(session.SeenAt) || kept.ExpiresAt.Sub(kept.SeenAt) != 30*24*time.Hour {
		t.Errorf("kept: %+v", kept)
	}
}

// kept returns the stored session of a cookie.
func (r *rig) kept(t *testing.T, cookie string) shop.Session {
	t.Helper()
	id, _, _ := strings.Cut(cookie, ".")
	s, err := r.store.FindSession(t.Context(), shop.SessionID(id))
	must(t, err)
	return s
}

func TestANewPasswordEndsEverySessionButItsOwn(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	here := r.register(t, "ada")
	there, err := r.Login(t.Context(), try("ada", password))
	must(t, err)
	stranger := r.register(t, "grace")
	change := auth.Change{Current: "wrong horse battery", New: "a new one entirely", Address: "203.0.113.9"}
	if _, err := r.ChangePassword(t.Context(), here.Account.ID, change); field(err) != auth.FieldCurrent {
		t.Fatalf("with a wrong password: %v", err)
	}
	change.Current, change.New = password, "short"
	if _, err := r.ChangePassword(t.Context(), here.Account.ID, change); field(err) != auth.FieldNew {
		t.Fatalf("to a short one: %v", err)
	}
	if !r.open(t, there.Cookie) {
		t.Fatal("a refused change ended a session")
	}
	change.New = "a new one entirely"
	fresh, err := r.ChangePassword(t.Context(), here.Account.ID, change)
	must(t, err)
	if r.open(t, here.Cookie) || r.open(t, there.Cookie) || !r.open(t, fresh.Cookie) || !r.open(t, stranger.Cookie) {
		t.Error("not just the fresh session, and the other account's, is open")
	}
	if _, err := r.Login(t.Context(), try("ada", password)); err == nil {
		t.Error("the old password still works")
	}
	if _, err := r.Login(t.Context(), try("ada", "a new one entirely")); err != nil {
		t.Errorf("the new one does not: %v", err)
	}
}

// TestALoginThatRacesAChangeLoses holds that a session cannot be begun on a
// password that was replaced after it was checked.
func TestALoginThatRacesAChangeLoses(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	ada := r.register(t, "ada")
	before, err := r.store.FindAccount(t.Context(), ada.Account.ID)
	must(t, err)
	change := auth.Change{Current: password, New: "a new one entirely", Address: "203.0.113.9"}
	_, err = r.ChangePassword(t.Context(), ada.Account.ID, change)
	must(t, err)
	late := shop.Session{ID: "late", Customer: ada.Account.ID, CreatedAt: r.clock(), SeenAt: r.clock(), ExpiresAt: r.clock().Add(time.Hour)}
	if err := r.store.InsertSession(t.Context(), late, before.Password); shop.ErrorCode(err) != shop.Conflict {
		t.Errorf("a session begins on the old password: %v", err)
	}
}

func TestSessionsAreListedAndRevokedByTheirOwnerAlone(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	here := r.register(t, "ada")
	r.pass(time.Minute)
	there, err := r.Login(t.Context(), try("ada", password))
	must(t, err)
	grace := r.register(t, "grace")
	list, err := r.ListSessions(t.Context(), here.Account.ID)
	must(t, err)
	if len(list) != 2 || list[0].ID != there.Session.ID || list[1].ID != here.Session.ID || list[0].Secret != "" {
		t.Fatalf("listed: %+v", list)
	}
	must(t, r.Revoke(t.Context(), grace.Account.ID, here.Session.ID))
	if !r.open(t, here.Cookie) {
		t.Fatal("a stranger revoked the session")
	}
	must(t, r.Revoke(t.Context(), here.Account.ID, here.Session.ID))
	if r.open(t, here.Cookie) || !r.open(t, there.Cookie) {
		t.Error("not just the revoked session ended")
	}
}

func TestDeletingAsksForThePasswordAndLeavesNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	ada := r.register(t, "ada")
	if err := r.DeleteAccount(t.Context(), ada.Account.ID, "wrong horse battery", "203.0.113.9"); field(err) != auth.FieldPassword {
		t.Fatalf("with a wrong password: %v", err)
	}
	must(t, r.DeleteAccount(t.Context(), ada.Account.ID, password, "203.0.113.9"))
	if r.open(t, ada.Cookie) {
		t.Error("the session outlives its account")
	}
	if _, err := r.Login(t.Context(), try("ada", password)); err == nil {
		t.Error("the account can still log in")
	}
	if fresh := r.register(t, "ada"); fresh.Account.ID == ada.Account.ID {
		t.Error("who takes the name over is taken for its last owner")
	}
}

func TestNoSecretReachesTheLog(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	ada := r.register(t, "ada")
	_, _ = r.Login(t.Context(), try("ada", "wrong horse battery"))
	must(t, r.store.Close())
	r.pass(2 * time.Hour)
	_, _, _ = r.FindSession(t.Context(), ada.Cookie)
	_, secret, _ := strings.Cut(ada.Cookie, ".")
	for _, s := range []string{password, "wrong horse", secret, "argon2id"} {
		if strings.Contains(r.log.String(), s) {
			t.Errorf("the log has %q:\n%s", s, r.log)
		}
	}
}
