package web

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"till/app/auth"
	"till/app/page"
	"till/app/shop"
)

const sessionCookie = "till_session"

// visitor is somebody who is logged in.
type visitor struct {
	account shop.Account
	session shop.Session
}

// visitor returns who is logged in; a [shop.NotFound] error if nobody is.
func (s *Site) visitor(c *fiber.Ctx) (visitor, error) {
	value := s.cookie(c, sessionCookie)
	if value == "" {
		return visitor{}, shop.Errorf(shop.NotFound, "You are not logged in.")
	}
	account, session, err := s.cfg.Accounts.FindSession(c.UserContext(), value)
	return visitor{account: account, session: session}, err
}

// customer returns who is logged in; the zero Customer for a guest.
func (s *Site) customer(c *fiber.Ctx) (shop.Customer, error) {
	who, err := s.visitor(c)
	if shop.ErrorCode(err) == shop.NotFound {
		return shop.Customer{}, nil
	}
	return who.account.Customer(), err
}

// frame returns the frame of a page that knows its visitor, zero for a guest.
func (s *Site) frame(who shop.Customer, title string) page.Frame {
	f := s.cfg.Pages.Frame(title)
	f.Account = page.Link{Text: "Log in", URL: "/login"}
	if who.Known() {
		f.Account = page.Link{Text: short(who.Username), URL: "/account"}
	}
	return f
}

// shortName is how many characters of a name the masthead has room for.
const shortName = 24

func short(name string) string {
	if all := []rune(name); len(all) > shortName {
		return string(all[:shortName-1]) + "…"
	}
	return name
}

// member lets only those pass who are logged in and sends everybody else to
// log in first.
func (s *Site) member(handle func(*fiber.Ctx, visitor) error) fiber.Handler {
	return func(c *fiber.Ctx) error {
		who, err := s.visitor(c)
		if shop.ErrorCode(err) == shop.NotFound {
			return s.askToLogIn(c, wanted(c))
		}
		if err != nil {
			return err
		}
		return handle(c, who)
	}
}

// wanted returns the page to come back to after logging in. What a form or a
// fragment asks for is not a page.
func wanted(c *fiber.Ctx) string {
	if c.Method() != fiber.MethodGet || page.IsHTMX(c) {
		return "/account"
	}
	return localPath(c.OriginalURL())
}

// askToLogIn sends a visitor whose session is over, or who had none, to log
// in. Htmx would put a redirect's page into the fragment's place, so it is
// told to load it as a whole.
func (s *Site) askToLogIn(c *fiber.Ctx, next string) error {
	if s.cookie(c, sessionCookie) != "" {
		s.setSession(c, "")
	}
	target := "/login?" + url.Values{"next": {next}}.Encode()
	if page.IsHTMX(c) {
		c.Set(fiber.HeaderCacheControl, "no-store")
		c.Set("HX-Redirect", target)
		return c.SendStatus(fiber.StatusOK)
	}
	return redirect(c, target)
}

// redirect answers a form with the way to a page.
func redirect(c *fiber.Ctx, path string) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Redirect(path, fiber.StatusSeeOther)
}

// setSession gives the browser its session; an empty value takes it away. The
// cookie lasts as long as a session can, the store knows how long it does.
func (s *Site) setSession(c *fiber.Ctx, value string) {
	age := int(auth.Lifetime.Seconds())
	if value == "" {
		age = -1
	}
	s.setCookie(c, sessionCookie, value, age)
}
