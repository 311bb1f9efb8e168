package auth

import (
	"context"

	"till/app/shop"
)

// Change is what a customer sends to change the password.
type Change struct {
	Current string
	New     string
	Address string // as in [Attempt]
	Agent   string
}

// ChangePassword replaces a customer's password and ends every session. The
// returned ticket is for the browser that asked, so that a stolen cookie of
// its old session is worth nothing either. It returns a [*Refusal] and a
// [*TooManyError].
func (a *Auth) ChangePassword(ctx context.Context, id shop.CustomerID, c Change) (Ticket, error) {
	account, err := a.confirm(ctx, id, c.Address, FieldCurrent, c.Current)
	if err != nil {
		return Ticket{}, err
	}
	if err := checkPassword(FieldNew, c.New, account.Username); err != nil {
		return Ticket{}, err
	}
	fresh, err := a.hasher.hash(ctx, c.New)
	if err != nil {
		return Ticket{}, err
	}
	session, cookie, err := a.newSession(id, c.Agent)
	if err != nil {
		return Ticket{}, err
	}
	if err := a.cfg.Store.SavePassword(ctx, id, account.Password, fresh, session); err != nil {
		return Ticket{}, err
	}
	return ticket(account, session, cookie), nil
}

// DeleteAccount removes a customer's account for good, after asking for the
// password. The orders stay with the shop and belong to nobody. It returns a
// [*Refusal] and a [*TooManyError].
func (a *Auth) DeleteAccount(ctx context.Context, id shop.CustomerID, password, address string) error {
	if _, err := a.confirm(ctx, id, address, FieldPassword, password); err != nil {
		return err
	}
	return a.cfg.Store.DeleteAccount(ctx, id)
}

// confirm asks somebody who is logged in for the password again: a session
// may be borrowed.
func (a *Auth) confirm(ctx context.Context, id shop.CustomerID, address string, f Field, password string) (shop.Account, error) {
	account, err := a.cfg.Store.FindAccount(ctx, id)
	if err != nil {
		return shop.Account{}, err
	}
	giveBack, err := a.takeTurn(address, normalise(account.Username))
	if err != nil {
		return shop.Account{}, err
	}
	fits, err := a.hasher.fits(ctx, password, account.Password)
	if err != nil {
		return shop.Account{}, err
	}
	if !fits {
		return shop.Account{}, refuse(f, shop.Invalid, "This is not your password. Please try again.")
	}
	giveBack()
	return account, nil
}
