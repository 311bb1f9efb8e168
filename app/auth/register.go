package auth

import (
	"context"
	"strings"

	"till/app/shop"
)

// Register makes an account and logs it in. It returns a [*Refusal] for a name
// or a password that will not do, and a [*TooManyError].
func (a *Auth) Register(ctx context.Context, try Attempt) (Ticket, error) {
	name := strings.TrimSpace(try.Username)
	if err := checkName(name); err != nil {
		return Ticket{}, err
	}
	if err := checkPassword(FieldPassword, try.Password, name); err != nil {
		return Ticket{}, err
	}
	// Saying that a name is taken cannot be helped; asking for many can.
	if err := a.registers.take(network(try.Address)); err != nil {
		return Ticket{}, err
	}
	account, err := a.newAccount(ctx, name, try.Password)
	if err != nil {
		return Ticket{}, err
	}
	err = a.cfg.Store.InsertAccount(ctx, account, normalise(name))
	if shop.ErrorCode(err) == shop.Conflict {
		return Ticket{}, refuse(FieldUsername, shop.Conflict, "This name is taken. Please choose another one, or log in if it is yours.")
	}
	if err != nil {
		return Ticket{}, err
	}
	return a.begin(ctx, account, try)
}

func (a *Auth) newAccount(ctx context.Context, name, password string) (shop.Account, error) {
	hash, err := a.hasher.hash(ctx, password)
	if err != nil {
		return shop.Account{}, err
	}
	id, err := shop.NewToken(a.cfg.Random)
	if err != nil {
		return shop.Account{}, err
	}
	return shop.Account{ID: shop.CustomerID(id), Username: name, Password: hash, CreatedAt: a.cfg.Now()}, nil
}
