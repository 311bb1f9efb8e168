package web

import (
	"github.com/gofiber/fiber/v2"

	"till/app/auth"
)

// handlePasswordShow handles GET /account/password.
func (s *Site) handlePasswordShow(c *fiber.Ctx, who visitor) error {
	return s.sendForm(c, "account/password", s.passwordPage(who))
}

// handlePasswordChange handles POST /account/password. Every session ends;
// this browser gets a new one.
func (s *Site) handlePasswordChange(c *fiber.Ctx, who visitor) error {
	ticket, err := s.cfg.Accounts.ChangePassword(c.UserContext(), who.account.ID, auth.Change{
		Current: c.FormValue(string(auth.FieldCurrent)), New: c.FormValue(string(auth.FieldNew)),
		Address: s.address(c), Agent: c.Get(fiber.HeaderUserAgent),
	})
	if err != nil {
		return s.answerForm(c, "account/password", s.passwordPage(who), err)
	}
	s.setSession(c, ticket.Cookie)
	return redirect(c, "/account?done=password")
}

func (s *Site) passwordPage(who visitor) formPage {
	return formPage{
		Frame: s.frame(who.account.Customer(), "Change your password"), Username: who.account.Username,
		Fields: []field{
			passwordField(auth.FieldCurrent, "Password until now", "current-password"),
			passwordField(auth.FieldNew, "New password", "new-password"),
		},
	}
}
