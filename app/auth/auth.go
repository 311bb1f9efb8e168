// Package auth knows who a visitor is: accounts with hashed passwords, and
// sessions in a table of our own. A session has a public id, which may be
// listed, and a secret, of which only a hash is kept; logging in always makes
// a new one. Limits stand before each password check, by address and by
// address and name together, never by name alone, so that nobody can lock
// somebody else out.
package auth

import (
	"context"
	"io"
	"log/slog"
	"time"

	"till/app/shop"
)

// Store keeps accounts and sessions.
type Store interface {
	// InsertAccount adds an account; [shop.Conflict] if its login is taken.
	InsertAccount(ctx context.Context, a shop.Account, login string) error
	// FindAccount returns an account, or a [shop.NotFound] error.
	FindAccount(ctx context.Context, id shop.CustomerID) (shop.Account, error)
	// FindAccountByLogin returns an account by its normalised name.
	FindAccountByLogin(ctx context.Context, login string) (shop.Account, error)
	// SavePassword replaces the hash old by fresh, ends every session of the
	// account and begins this one; [shop.Conflict] if the hash is not old.
	SavePassword(ctx context.Context, id shop.CustomerID, old, fresh string, begun shop.Session) error
	// DeleteAccount removes an account, its sessions, and its name from its
	// orders.
	DeleteAccount(ctx context.Context, id shop.CustomerID) error

	// InsertSession begins a session if its account still has this password
	// hash; else it returns [shop.Conflict].
	InsertSession(ctx context.Context, begun shop.Session, password string) error
	// FindSession returns a session, expired or not, or [shop.NotFound].
	FindSession(ctx context.Context, id shop.SessionID) (shop.Session, error)
	// TouchSession writes when a session was seen and until when it lives.
	TouchSession(ctx context.Context, id shop.SessionID, seen, expires time.Time) error
	// DeleteSession ends a session of that customer; idempotent.
	DeleteSession(ctx context.Context, customer shop.CustomerID, id shop.SessionID) error
	// ListSessions returns a customer's living sessions, last seen first.
	ListSessions(ctx context.Context, customer shop.CustomerID, now time.Time) ([]shop.Session, error)
}

// Config is what an [Auth] is made of.
type Config struct {
	Store  Store
	Now    func() time.Time
	Random io.Reader // of ids and secrets; the salts are the hash library's own
	Logger *slog.Logger
}

// Auth registers people, logs them in and knows them again.
type Auth struct {
	cfg    Config
	hasher *hasher

	registers *pace // by network
	logins    *pace // by network
	names     *pace // by network and account
}

// Limits are wide for a household and narrow for a guesser: this many at once,
// then one each so often. A right password costs nothing.
const (
	registerBurst, registerGap = 30, time.Minute
	loginBurst, loginGap       = 40, 10 * time.Second
	nameBurst, nameGap         = 10, time.Minute
)

// New returns an Auth ready to use. It hashes one password on the way, so it
// takes some 40 ms and fails only when the source of randomness does.
func New(cfg Config) (*Auth, error) {
	h, err := newHasher(cfg.Random)
	if err != nil {
		return nil, err
	}
	return &Auth{
		cfg:       cfg,
		hasher:    h,
		registers: newPace(cfg.Now, registerBurst, registerGap),
		logins:    newPace(cfg.Now, loginBurst, loginGap),
		names:     newPace(cfg.Now, nameBurst, nameGap),
	}, nil
}
