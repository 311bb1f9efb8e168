package web

import (
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"till/app/page"
	"till/app/shop"
)

// sessionsPage is GET /account/sessions.
type sessionsPage struct {
	page.Frame
	Lines []sessionLine
}

// sessionLine is one browser that is logged in.
type sessionLine struct {
	ID        shop.SessionID
	Browser   string // for people
	Agent     string // as it calls itself
	Own       bool   // it is the one that looks
	CreatedAt time.Time
	SeenAt    time.Time
}

// handleSessionList handles GET /account/sessions.
func (s *Site) handleSessionList(c *fiber.Ctx, who visitor) error {
	sessions, err := s.cfg.Accounts.ListSessions(c.UserContext(), who.account.ID)
	if err != nil {
		return err
	}
	data := sessionsPage{Frame: s.frame(who.account.Customer(), "Where you are logged in")}
	for _, v := range sessions {
		data.Lines = append(data.Lines, sessionLine{
			ID: v.ID, Browser: browserName(v.Agent), Agent: v.Agent, Own: v.ID == who.session.ID,
			CreatedAt: v.CreatedAt, SeenAt: v.SeenAt,
		})
	}
	return s.cfg.Pages.Send(c, fiber.StatusOK, "account/sessions", data)
}

// handleSessionRevoke handles POST /account/sessions/{id}/revoke. Revoking
// one's own session is logging out.
func (s *Site) handleSessionRevoke(c *fiber.Ctx, who visitor) error {
	id := shop.SessionID(c.Params("id"))
	if err := s.cfg.Accounts.Revoke(c.UserContext(), who.account.ID, id); err != nil {
		return err
	}
	if id == who.session.ID {
		s.setSession(c, "")
		return redirect(c, "/login")
	}
	return redirect(c, "/account/sessions")
}

// mark is a word in what a browser calls itself, and what it means.
type mark struct{ in, name string }

// Browsers pretend to be each other, so the first that is found counts.
var (
	browserMarks = []mark{
		{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser", "Samsung Internet"}, {"Firefox/", "Firefox"},
		{"FxiOS", "Firefox"}, {"Chrome/", "Chrome"}, {"CriOS", "Chrome"}, {"Safari/", "Safari"},
	}
	systemMarks = []mark{
		{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"},
		{"Mac OS X", "Mac"}, {"CrOS", "Chromebook"}, {"Linux", "Linux"},
	}
)

// browserName makes of what a browser calls itself what its owner calls it.
func browserName(agent string) string {
	browser, system := firstMark(browserMarks, agent), firstMark(systemMarks, agent)
	switch {
	case browser != "" && system != "":
		return browser + " on " + system
	case browser != "" || system != "":
		return browser + system
	default:
		return "Unknown browser"
	}
}

func firstMark(marks []mark, agent string) string {
	for _, m := range marks {
		if strings.Contains(agent, m.in) {
			return m.name
		}
	}
	return ""
}
