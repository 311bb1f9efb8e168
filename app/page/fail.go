package page

import (
	"errors"

	"github.com/gofiber/fiber/v2"
)

// failure is the page that tells of an error.
type failure struct {
	Frame
	Status  int
	Message string
	Home    string
}

// IsHTMX reports whether htmx asks, which puts the answer into a page.
func IsHTMX(c *fiber.Ctx) bool { return c.Get("HX-Request") == "true" }

// Fail answers with a page, or for htmx a fragment, that says what is wrong and
// what to do. It must not be given the text of an internal error.
func (p *Pages) Fail(c *fiber.Ctx, status int, title, message string) error {
	name := "frame/error"
	if IsHTMX(c) {
		name = "frame/error_body"
	}
	return p.Send(c, status, name, failure{Frame: p.Frame(title), Status: status, Message: message, Home: "/"})
}

// Error is a [fiber.ErrorHandler]: it logs what is ours and tells the visitor
// what he can do about it.
func (p *Pages) Error(c *fiber.Ctx, err error) error {
	status := fiber.StatusInternalServerError
	var known *fiber.Error
	if errors.As(err, &known) {
		status = known.Code
	}
	if status >= fiber.StatusInternalServerError {
		p.cfg.Logger.ErrorContext(c.UserContext(), "request failed",
			"method", c.Method(), "path", c.Path(), "status", status, "error", err)
	}
	title, message := Words(status)
	return p.Fail(c, status, title, message)
}

// Words returns a title and a sentence for a status.
func Words(status int) (title, message string) {
	switch status {
	case fiber.StatusBadRequest:
		return "We did not understand that", "Please go back, reload the page and try again."
	case fiber.StatusForbidden:
		return "That is not allowed", "Please start again from our front page."
	case fiber.StatusNotFound:
		return "Nothing here", "There is no such page. If you followed a link to an order, check that it is complete."
	case fiber.StatusMethodNotAllowed:
		return "That is not possible", "This address cannot be used in this way. Please start again from our front page."
	case fiber.StatusRequestEntityTooLarge:
		return "That is too much", "What was sent is larger than we accept."
	case fiber.StatusRequestTimeout:
		return "That took too long", "What your browser sent did not arrive in time. Please try again."
	case fiber.StatusRequestURITooLong:
		return "That address is too long", "Please start again from our front page."
	case fiber.StatusRequestHeaderFieldsTooLarge:
		return "Too many cookies", "Your browser sent more than we accept. Deleting this site's cookies helps."
	case fiber.StatusMisdirectedRequest:
		return "Wrong address", "This site is not served under that name. Please use the address you were given."
	case fiber.StatusUpgradeRequired:
		return "A live connection is expected here", "This address is used by the order page itself. Please open the order page."
	case fiber.StatusTooManyRequests:
		return "Too fast", "There were too many requests from your network. Please wait a minute and try again."
	case fiber.StatusServiceUnavailable:
		return "We are busy", "Please try again in a moment. Nothing is lost."
	default:
		if status < fiber.StatusInternalServerError {
			return "That did not work", "Please start again from our front page."
		}
		return "That was our fault", "Something went wrong on our side and has been noted. Please try again in a moment."
	}
}
