package web

import (
	"github.com/gofiber/fiber/v2"

	"till/app/auth"
	"till/app/shop"
)

// handleLoginShow handles GET /login.
func (s *Site) handleLoginShow(c *fiber.Ctx) error {
	who, err := s.customer(c)
	if err != nil {
		return err
	}
	next := localPath(c.Query("next"))
	if who.Known() {
		return redirect(c, next)
	}
	p := s.loginPage(next, "")
	if c.Query("done") == "deleted" {
		p.Notice = "Your account is deleted. Thank you for having been here."
	}
	return s.sendForm(c, "account/login", p)
}

// handleLogin handles POST /login.
func (s *Site) handleLogin(c *fiber.Ctx) error {
	next, try := localPath(c.FormValue("next")), s.attempt(c)
	ticket, err := s.cfg.Accounts.Login(c.UserContext(), try)
	if err != nil {
		return s.answerForm(c, "account/login", s.loginPage(next, try.Username), err)
	}
	s.setSession(c, ticket.Cookie)
	return redirect(c, next)
}

// handleLogout handles POST /logout.
func (s *Site) handleLogout(c *fiber.Ctx) error {
	if err := s.cfg.Accounts.Logout(c.UserContext(), s.cookie(c, sessionCookie)); err != nil {
		return err
	}
	s.setSession(c, "")
	return redirect(c, "/")
}

func (s *Site) loginPage(next, username string) formPage {
	return formPage{
		Frame: s.frame(shop.Customer{}, "Log in"), Next: next,
		Fields: []field{
			usernameField(username, ""),
			passwordField(auth.FieldPassword, "Password", "current-password"),
		},
	}
}

// attempt reads a form that registers or logs in.
func (s *Site) attempt(c *fiber.Ctx) auth.Attempt {
	return auth.Attempt{
		Username: c.FormValue(string(auth.FieldUsername)), Password: c.FormValue(string(auth.FieldPassword)),
		Address: s.address(c), Agent: c.Get(fiber.HeaderUserAgent), Replaces: s.cookie(c, sessionCookie),
	}
}
