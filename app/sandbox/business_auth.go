package sandbox

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"till/app/coinbase/business"
)

// requireToken lets pass whose token was made for this very request with the
// key whose public half we have, and names it, if we know its name. Tokens are
// about the time outside, which the sandbox's may be ahead of.
func (s *Sandbox) requireToken(c *fiber.Ctx) error {
	if !ofBusiness(c) { // a group takes what only begins like its path, too
		return c.Next()
	}
	scheme, token, _ := strings.Cut(c.Get(fiber.HeaderAuthorization), " ")
	switch {
	case s.public == nil:
		return unauthorized("This sandbox knows no key of Coinbase Business: set [sandbox] business_public_key to the public half of yours.")
	case !strings.EqualFold(scheme, "Bearer") || token == "":
		return unauthorized("Send a token for this request as Authorization: Bearer.")
	}
	// As it was sent: the path may have been tidied since.
	path, _, _ := strings.Cut(string(c.Request().Header.RequestURI()), "?")
	host := string(c.Request().Host())
	if err := business.VerifyToken(s.public, token, c.Method(), host+path, s.cfg.Now()); err != nil {
		return unauthorized(err.Error())
	}
	if id := s.cfg.BusinessKeyID; id != "" && business.TokenKey(token) != id {
		return unauthorized("The token names another key in sub and kid than the one it is signed with: " +
			"copy the key's id again, it stands beside the secret.")
	}
	return c.Next()
}

func unauthorized(message string) error {
	return &problem{fiber.StatusUnauthorized, business.TypeUnauthorized, message}
}
