package auth

import (
	"context"

	"till/app/shop"
)

// Attempt is what a visitor sends to register or to log in.
type Attempt struct {
	Username string
	Password string
	Address  string // the network address it comes from, for the limits
	Agent    string // the browser, in its own words
	Replaces string // the session cookie the browser has already, if any
}

// Login checks a name and a password and begins a session; the one the browser
// had ends. An unknown name and a wrong password get the same answer after the
// same work, a [*Refusal]; too many of them a [*TooManyError].
func (a *Auth) Login(ctx context.Context, try Attempt) (Ticket, error) {
	login := normalise(try.Username)
	giveBack, err := a.takeTurn(try.Address, login)
	if err != nil {
		return Ticket{}, err
	}
	account, err := a.cfg.Store.FindAccountByLogin(ctx, login)
	if shop.ErrorCode(err) == shop.NotFound {
		account, err = shop.Account{Password: a.hasher.dummy}, nil
	}
	if err != nil {
		return Ticket{}, err
	}
	fits, err := a.hasher.fits(ctx, try.Password, account.Password)
	if err != nil {
		return Ticket{}, err
	}
	if !fits || account.ID == "" {
		return Ticket{}, wrongLogin()
	}
	giveBack()
	return a.begin(ctx, account, try)
}

// begin makes a session for an account whose password was just checked or set.
func (a *Auth) begin(ctx context.Context, account shop.Account, try Attempt) (Ticket, error) {
	session, cookie, err := a.newSession(account.ID, try.Agent)
	if err != nil {
		return Ticket{}, err
	}
	err = a.cfg.Store.InsertSession(ctx, session, account.Password)
	if shop.ErrorCode(err) == shop.Conflict {
		return Ticket{}, wrongLogin() // it was right until a moment ago
	}
	if err != nil {
		return Ticket{}, err
	}
	if err := a.Logout(ctx, try.Replaces); err != nil {
		a.cfg.Logger.WarnContext(ctx, "the session before a login could not be ended", "error", err)
	}
	return ticket(account, session, cookie), nil
}

// takeTurn counts an attempt at a password, by network and by network and
// account, and returns how to take it back when the password was right.
func (a *Auth) takeTurn(address, account string) (giveBack func(), err error) {
	from := network(address)
	pair := from + " " + account
	if err := a.logins.take(from); err != nil {
		return nil, err
	}
	if err := a.names.take(pair); err != nil {
		a.logins.give(from)
		return nil, err
	}
	return func() {
		a.logins.give(from)
		a.names.give(pair)
	}, nil
}

// wrongLogin is one answer for two things, so that it tells nothing.
func wrongLogin() error {
	return refuse(FieldPassword, shop.Invalid, "Name and password do not fit together. Please check both and try again.")
}

func ticket(account shop.Account, s shop.Session, cookie string) Ticket {
	account.Password, s.Secret = "", ""
	return Ticket{Account: account, Session: s, Cookie: cookie}
}
