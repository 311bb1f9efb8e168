package auth

import (
	"net/mail"
	"strings"
	"unicode/utf8"

	"till/app/shop"
)

// Field is a field of a form, by the name it is sent under.
type Field string

// The fields that can be refused.
const (
	FieldUsername Field = "username"
	FieldPassword Field = "password"
	FieldCurrent  Field = "current_password"
	FieldNew      Field = "new_password"
)

// Refusal says which field of a form was refused, and why. It wraps a
// [shop.Error].
type Refusal struct {
	Field Field
	err   error
}

// Error returns a sentence that may be shown beside the field.
func (r *Refusal) Error() string { return r.err.Error() }

// Unwrap returns the shop's own error.
func (r *Refusal) Unwrap() error { return r.err }

func refuse(f Field, code shop.Code, message string) error {
	return &Refusal{Field: f, err: shop.Errorf(code, "%s", message)}
}

const (
	nameLeast, nameMost         = 3, 64
	mailMost                    = 254
	passwordLeast, passwordMost = 10, 256
)

// normalise returns the form of a username in which no two may be the same;
// "" for what can be nobody's name. Names are ASCII, so that none looks like
// another and lower case is all there is to fold.
func normalise(username string) string {
	name := strings.ToLower(strings.TrimSpace(username))
	if checkName(name) != nil {
		return ""
	}
	return name
}

// checkName refuses what cannot be a username, or an e-mail address as one.
func checkName(name string) error {
	if strings.Contains(name, "@") {
		address, err := mail.ParseAddress(name)
		if err != nil || address.Address != name || len(name) > mailMost || strings.ContainsFunc(name, beyondASCII) {
			return refuse(FieldUsername, shop.Invalid, "This is not a whole e-mail address. Please check it, or choose a name without @.")
		}
		return nil
	}
	switch {
	case strings.ContainsFunc(name, notOfName):
		return refuse(FieldUsername, shop.Invalid, "Please use only letters from a to z, digits, dots, hyphens and underscores, or your e-mail address.")
	case len(name) < nameLeast:
		return refuse(FieldUsername, shop.Invalid, "Please choose a name of at least 3 characters.")
	case len(name) > nameMost:
		return refuse(FieldUsername, shop.Invalid, "Please choose a name of at most 64 characters.")
	}
	return nil
}

func beyondASCII(r rune) bool { return r <= ' ' || r > '~' }

func notOfName(r rune) bool {
	letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
	digit := '0' <= r && r <= '9'
	return !letter && !digit && !strings.ContainsRune("._-", r)
}

// checkPassword refuses a password that is too short, too long, or the name.
// Length is what makes a good one; what it is made of is the owner's business.
func checkPassword(f Field, password, username string) error {
	n := utf8.RuneCountInString(password)
	switch {
	case n < passwordLeast:
		return refuse(f, shop.Invalid, "Please choose a password of at least 10 characters. A few words in a row are easy to remember.")
	case n > passwordMost:
		return refuse(f, shop.Invalid, "Please choose a password of at most 256 characters.")
	case strings.EqualFold(password, strings.TrimSpace(username)):
		return refuse(f, shop.Invalid, "Please choose a password that is not your name.")
	}
	return nil
}
