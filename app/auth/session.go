package auth

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"strings"
	"time"
	"unicode"

	"till/app/shop"
)

const (
	// idle is how long a session lives unused.
	idle = 30 * 24 * time.Hour
	// Lifetime is how long a session lives at most.
	Lifetime = 180 * 24 * time.Hour
	// touchEvery spares the disk a write for each page.
	touchEvery = time.Hour
	// agentMost is how much is kept of what a browser calls itself.
	agentMost = 200
)

// Ticket is a fresh session as its browser holds it.
type Ticket struct {
	Account shop.Account // without its password hash
	Session shop.Session // without the hash of its secret
	Cookie  string       // id and secret: never to be logged
}

// newSession draws a session for an account and returns it with its cookie.
func (a *Auth) newSession(customer shop.CustomerID, agent string) (s shop.Session, cookie string, err error) {
	id, err := shop.NewToken(a.cfg.Random)
	if err != nil {
		return shop.Session{}, "", err
	}
	secret, err := shop.NewToken(a.cfg.Random)
	if err != nil {
		return shop.Session{}, "", err
	}
	now := a.cfg.Now()
	s = shop.Session{
		ID: shop.SessionID(id), Customer: customer, Secret: hashSecret(secret), Agent: clean(agent),
		CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(idle),
	}
	return s, id + "." + secret, nil
}

// hashSecret needs no salt and no patience: the secret is 128 random bits.
func hashSecret(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// FindSession returns who holds this cookie. It returns a [shop.NotFound]
// error for a cookie that opens nothing, or no longer. Being used keeps a
// session alive, up to [Lifetime].
func (a *Auth) FindSession(ctx context.Context, cookie string) (shop.Account, shop.Session, error) {
	session, err := a.open(ctx, cookie)
	if err != nil {
		return shop.Account{}, shop.Session{}, err
	}
	account, err := a.cfg.Store.FindAccount(ctx, session.Customer)
	if err != nil {
		return shop.Account{}, shop.Session{}, err
	}
	account.Password = ""
	return account, a.touch(ctx, session), nil
}

// open checks a cookie against its session.
func (a *Auth) open(ctx context.Context, cookie string) (shop.Session, error) {
	none := shop.Errorf(shop.NotFound, "You are not logged in.")
	id, secret, _ := strings.Cut(cookie, ".")
	if !shop.ValidToken(id) || !shop.ValidToken(secret) {
		return shop.Session{}, none
	}
	session, err := a.cfg.Store.FindSession(ctx, shop.SessionID(id))
	if err != nil {
		return shop.Session{}, err
	}
	if subtle.ConstantTimeCompare([]byte(session.Secret), []byte(hashSecret(secret))) != 1 {
		return shop.Session{}, none
	}
	if !a.cfg.Now().Before(session.ExpiresAt) {
		return shop.Session{}, none
	}
	session.Secret = ""
	return session, nil
}

// touch lets a session live on. If that cannot be written, its owner is logged
// in all the same.
func (a *Auth) touch(ctx context.Context, s shop.Session) shop.Session {
	now := a.cfg.Now()
	if now.Sub(s.SeenAt) < touchEvery {
		return s
	}
	s.SeenAt, s.ExpiresAt = now, now.Add(idle)
	if most := s.CreatedAt.Add(Lifetime); s.ExpiresAt.After(most) {
		s.ExpiresAt = most
	}
	if err := a.cfg.Store.TouchSession(ctx, s.ID, s.SeenAt, s.ExpiresAt); err != nil {
		a.cfg.Logger.WarnContext(ctx, "a session could not be prolonged", "session", s.ID, "error", err)
	}
	return s
}

// ListSessions returns where a customer is logged in, last seen first.
func (a *Auth) ListSessions(ctx context.Context, customer shop.CustomerID) ([]shop.Session, error) {
	all, err := a.cfg.Store.ListSessions(ctx, customer, a.cfg.Now())
	for i := range all {
		all[i].Secret = ""
	}
	return all, err
}

// Revoke ends a session of that customer. One that is not his, or not there,
// is left alone without an error.
func (a *Auth) Revoke(ctx context.Context, customer shop.CustomerID, id shop.SessionID) error {
	return a.cfg.Store.DeleteSession(ctx, customer, id)
}

// Logout ends the session of a cookie; a cookie that opens nothing is no error.
func (a *Auth) Logout(ctx context.Context, cookie string) error {
	session, err := a.open(ctx, cookie)
	if shop.ErrorCode(err) == shop.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	return a.Revoke(ctx, session.Customer, session.ID)
}

// clean keeps of a stranger's text what can be shown and stored.
func clean(agent string) string {
	kept := make([]rune, 0, agentMost)
	for _, r := range agent {
		if len(kept) < agentMost && unicode.IsPrint(r) && r != unicode.ReplacementChar {
			kept = append(kept, r)
		}
	}
	return string(kept)
}
