package sandbox

import (
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"till/app/page"
)

// caller is the page around the frame, by its own words.
type caller struct {
	Origin   string // "" = it may not frame us, or did not say who it is
	ButtonID string // comes back in every message
}

// maxButtonID is more than a uuid has; a longer one is not repeated.
const maxButtonID = 100

func (s *Sandbox) callerOf(c *fiber.Ctx) caller {
	origin, ok := readOrigin(c.Query("origin"))
	if !ok || !s.current().mayEmbed(origin) || byID(c.Path()) {
		return caller{}
	}
	who := caller{Origin: origin, ButtonID: c.Query("buttonId")}
	if len(who.ButtonID) > maxButtonID {
		who.ButtonID = ""
	}
	return who
}

// values are what the links of a framed page repeat, so that the next page
// knows its caller, too. The provider's other parameters change nothing here:
// there is one version, and nothing is kept in the browser.
func (who caller) values() url.Values {
	v := url.Values{}
	if who.Origin != "" {
		v.Set("origin", who.Origin+"/")
		v.Set("buttonId", who.ButtonID)
	}
	return v
}

// headers sets the security headers. What is below /embed may be framed, and
// only by the page that says who it is; business's pages by all that may embed.
func (s *Sandbox) headers(c *fiber.Ctx) error {
	if under(c, linksPath) {
		return s.pages.Headers(page.Policy{FrameAncestors: s.current().ancestors()})(c)
	}
	if !under(c, "/embed") {
		return s.pages.Headers(page.Policy{})(c)
	}
	if who := s.callerOf(c); who.Origin != "" {
		return s.pages.Headers(page.Policy{FrameAncestors: []string{who.Origin}})(c)
	}
	err := s.pages.Headers(page.Policy{})(c)
	c.Set(fiber.HeaderXFrameOptions, "deny") // in the provider's spelling
	return err
}

// byID says whether a charge is asked for by its id: the provider embeds it by
// its code only.
func byID(path string) bool {
	code := codeIn(path)
	_, err := uuid.Parse(code)
	return err == nil || len(code) == checkoutIDLength
}

// codeIn is what stands for the code in the path of an embedded charge.
func codeIn(path string) string {
	if len(path) < len(embedChargePath) || !strings.EqualFold(path[:len(embedChargePath)], embedChargePath) {
		return ""
	}
	code, _, _ := strings.Cut(path[len(embedChargePath):], "/")
	return code
}

// The messages of the page in the frame, in the provider's spelling. The script
// sends checkout_modal_closed by itself.
const (
	messageDetected  = "payment_detected"
	messageConfirmed = "charge_confirmed"
	messageFailed    = "charge_failed"
	messageNotFound  = "error_not_found"
)

// messagesOf are all that a charge has given cause for, oldest first; the
// script sends those that it has not sent yet.
func messagesOf(at stage) string {
	switch at {
	case stageConfirming, stagePartial:
		return messageDetected
	case stagePaid:
		return messageDetected + " " + messageConfirmed
	case stageUnderpaid, stageOverpaid, stageLate, stageMultiple, stageUnresolved:
		return messageDetected + " " + messageFailed
	case stageExpired, stageFailed:
		return messageFailed
	default:
		return ""
	}
}
