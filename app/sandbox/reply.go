package sandbox

import (
	"errors"
	"fmt"
	"strings"

	"github.com/gofiber/fiber/v2"

	"till/app/sandbox/delivery"
	"till/app/sandbox/ledger"
	"till/app/sandbox/trouble"
)

// problem is an error that the caller is told of, in the provider's words.
type problem struct {
	status  int
	kind    string
	message string
}

// Error is what the caller reads.
func (p *problem) Error() string { return p.message }

func invalid(format string, args ...any) error {
	return &problem{fiber.StatusBadRequest, "invalid_request", fmt.Sprintf(format, args...)}
}

type envelope struct {
	Pagination any       `json:"pagination,omitempty"`
	Data       any       `json:"data,omitempty"`
	Error      *complain `json:"error,omitempty"`
	Warnings   []string  `json:"warnings,omitempty"`
}

type complain struct {
	Type    string `json:"type,omitempty"`
	Message string `json:"message"`
}

// send answers with JSON; on the imitated API with its headers and warnings.
func send(c *fiber.Ctx, status int, e envelope) error {
	if under(c, "/commerce") && c.Get("X-CC-Version") == "" {
		e.Warnings = []string{"Missing X-CC-Version header; serving latest API version (2018-03-22)"}
	}
	return sendPlain(c, status, e)
}

// sendProblem answers with an error, as the API that was asked words it.
func sendProblem(c *fiber.Ctx, p *problem) error {
	if ofBusiness(c) {
		return sendFault(c, p)
	}
	return send(c, p.status, envelope{Error: &complain{Type: p.kind, Message: p.message}})
}

// sendPlain answers with JSON and never warns.
func sendPlain(c *fiber.Ctx, status int, e envelope) error {
	head(c)
	return c.Status(status).JSON(e, "application/json; charset=utf-8")
}

// head sets the headers of every answer to a program.
func head(c *fiber.Ctx) {
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderXFrameOptions, "deny")
	c.Set(fiber.HeaderCacheControl, "no-cache")
	if under(c, "/commerce") {
		c.Set(fiber.HeaderVary, "Cookie, Origin")
	}
}

// answerError is where every error of a handler ends: JSON for programs, a
// page for people, and nothing of the inside for either.
func (s *Sandbox) answerError(c *fiber.Ctx, err error) error {
	unread := len(c.Response().Header.Peek(fiber.HeaderXRequestID)) == 0
	if unread {
		err = errors.Join(refusalOf(err), s.mark(c)) // no handler had it
	}
	p := problemOf(err)
	if under(c, "/control") && p.kind == "invalid_request" && errors.As(err, new(*ledger.Refusal)) {
		p.status = fiber.StatusConflict
	}
	if under(c, "/embed") && p.status < fiber.StatusInternalServerError {
		return s.answerEmbedError(c, p.status)
	}
	if !forPrograms(c) && (!unread || strings.Contains(c.Get(fiber.HeaderAccept), "text/html")) {
		if p.status < fiber.StatusInternalServerError {
			err = fiber.NewError(p.status)
		}
		return s.pages.Error(c, err)
	}
	if p.status >= fiber.StatusInternalServerError {
		s.cfg.Logger.ErrorContext(c.UserContext(), "sandbox request failed", "method", c.Method(),
			"path", c.Path(), "request_id", string(c.Response().Header.Peek(fiber.HeaderXRequestID)), "error", err)
	}
	return sendProblem(c, p)
}

// refusalOf is why a request could not be read: Fiber calls a connection that
// broke off a bad gateway.
func refusalOf(err error) error {
	var web *fiber.Error
	if errors.As(err, &web) && web.Code == fiber.StatusBadGateway {
		return fiber.ErrBadRequest
	}
	return err
}

// problemOf translates an error into what the caller is told.
func problemOf(err error) *problem {
	var (
		known     *problem
		refusal   *ledger.Refusal
		unwilling *delivery.Refusal
		harmless  *trouble.Refusal
		web       *fiber.Error
	)
	switch {
	case errors.As(err, &known):
		return &problem{known.status, known.kind, known.message}
	case errors.As(err, &unwilling) && unwilling.Conflict:
		return &problem{fiber.StatusConflict, "conflict", unwilling.Sentence}
	case errors.As(err, &unwilling):
		return &problem{fiber.StatusBadRequest, "invalid_request", unwilling.Sentence}
	case errors.As(err, &harmless):
		return &problem{fiber.StatusBadRequest, "invalid_request", harmless.Sentence}
	case errors.As(err, &refusal):
		return &problem{fiber.StatusBadRequest, "invalid_request", refusal.Sentence}
	case errors.Is(err, ledger.ErrNotFound), errors.Is(err, delivery.ErrNotFound),
		errors.Is(err, delivery.ErrNoEndpoint), errors.Is(err, trouble.ErrNotFound):
		return &problem{fiber.StatusNotFound, "not_found", "Not found"}
	case errors.As(err, &web):
		return problemOfStatus(web.Code)
	default:
		return problemOfStatus(fiber.StatusInternalServerError)
	}
}

func problemOfStatus(status int) *problem {
	switch {
	case status == fiber.StatusNotFound:
		return &problem{status, "not_found", "Not found"}
	case status == fiber.StatusMethodNotAllowed:
		return &problem{status, "invalid_request", "Method not allowed"}
	case status == fiber.StatusRequestEntityTooLarge:
		return &problem{status, "invalid_request", "Request body too large"}
	case status == fiber.StatusRequestHeaderFieldsTooLarge:
		return &problem{status, "invalid_request", "Request head too large"}
	case status >= 400 && status < 500:
		return &problem{status, "invalid_request", "Bad request"}
	default:
		return &problem{fiber.StatusInternalServerError, "internal_server_error", "Internal server error"}
	}
}

// forPrograms says whether the request expects JSON.
func forPrograms(c *fiber.Ctx) bool {
	return under(c, "/commerce") || under(c, "/control") || ofBusiness(c)
}

// under says whether the request is for prefix or something below it.
func under(c *fiber.Ctx, prefix string) bool {
	path := strings.ToLower("/" + strings.TrimLeft(c.Path(), "/"))
	return path == prefix || strings.HasPrefix(path, prefix+"/")
}
