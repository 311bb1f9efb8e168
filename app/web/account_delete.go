package web

import (
	"github.com/gofiber/fiber/v2"

	"till/app/auth"
)

// handleAccountDeleteShow handles GET /account/delete: what it means, and the
// form that does it.
func (s *Site) handleAccountDeleteShow(c *fiber.Ctx, who visitor) error {
	return s.sendForm(c, "account/delete", s.deletePage(who))
}

// handleAccountDelete handles POST /account/delete.
func (s *Site) handleAccountDelete(c *fiber.Ctx, who visitor) error {
	password := c.FormValue(string(auth.FieldPassword))
	err := s.cfg.Accounts.DeleteAccount(c.UserContext(), who.account.ID, password, s.address(c))
	if err != nil {
		return s.answerForm(c, "account/delete", s.deletePage(who), err)
	}
	s.setSession(c, "")
	return redirect(c, "/login?done=deleted")
}

func (s *Site) deletePage(who visitor) formPage {
	return formPage{
		Frame: s.frame(who.account.Customer(), "Delete your account"), Username: who.account.Username,
		Fields: []field{passwordField(auth.FieldPassword, "Password", "current-password")},
	}
}
