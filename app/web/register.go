package web

import (
	"github.com/gofiber/fiber/v2"

	"till/app/auth"
	"till/app/shop"
)

// handleRegisterShow handles GET /register.
func (s *Site) handleRegisterShow(c *fiber.Ctx) error {
	who, err := s.customer(c)
	if err != nil {
		return err
	}
	next := localPath(c.Query("next"))
	if who.Known() {
		return redirect(c, next)
	}
	return s.sendForm(c, "account/register", s.registerPage(next, ""))
}

// handleRegister handles POST /register. Who registers is logged in.
func (s *Site) handleRegister(c *fiber.Ctx) error {
	next, try := localPath(c.FormValue("next")), s.attempt(c)
	ticket, err := s.cfg.Accounts.Register(c.UserContext(), try)
	if err != nil {
		return s.answerForm(c, "account/register", s.registerPage(next, try.Username), err)
	}
	s.setSession(c, ticket.Cookie)
	return redirect(c, next)
}

func (s *Site) registerPage(next, username string) formPage {
	return formPage{
		Frame: s.frame(shop.Customer{}, "Create an account"), Next: next,
		Fields: []field{
			usernameField(username, "The shop sees it with your orders."),
			passwordField(auth.FieldPassword, "Password", "new-password"),
		},
	}
}
