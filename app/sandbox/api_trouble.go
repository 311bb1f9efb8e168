package sandbox

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"till/app/sandbox/ledger"
	"till/app/sandbox/trouble"
)

// trouble lets happen to a call of the API what is switched on for it, before
// the work is done or after.
func (s *Sandbox) trouble(c *fiber.Ctx) error {
	met, err := s.troubles.Answers(c.UserContext(), s.callOf(c))
	if err != nil {
		return err
	}
	if len(met) == 0 {
		return c.Next()
	}
	before, after := slices.DeleteFunc(slices.Clone(met), isAfter), slices.DeleteFunc(met, isBefore)
	if over, err := suffer(c, before); over {
		return err
	}
	err = c.Next()
	if over, err := suffer(c, after); over {
		return err // whatever the work came to: the caller does not hear of it
	}
	return err
}

func isAfter(t trouble.Trouble) bool  { return t.After }
func isBefore(t trouble.Trouble) bool { return !t.After }

// callOf is the call as troubles see it: /commerce/charges/CODE.
// One that names a charge by its id is about its code, too.
func (s *Sandbox) callOf(c *fiber.Ctx) trouble.Call {
	path, face := c.Path(), trouble.Commerce
	if ofBusiness(c) {
		path, face = businessResource(path), trouble.Business
	}
	parts := append(strings.Split(strings.Trim(path, "/"), "/"), "", "")
	return trouble.Call{Face: face, API: strings.ToLower(parts[1]), Names: func() ([]string, error) {
		if parts[2] == "" {
			return nil, nil
		}
		charge, err := ledger.Find(c.UserContext(), s.db.Read(), refOf(parts[2]))
		if errors.Is(err, ledger.ErrNotFound) {
			return []string{parts[2]}, nil
		}
		if err != nil {
			return nil, err
		}
		return []string{charge.Code, charge.ID}, nil
	}}
}

// suffer meets troubles: first the waiting, then the first of those that answer
// in the work's place. It says whether there was one.
func suffer(c *fiber.Ctx, troubles []trouble.Trouble) (over bool, err error) {
	for _, t := range troubles {
		if t.Kind == trouble.Latency {
			pause(c.Context(), t.Pause())
		}
	}
	for _, t := range troubles {
		switch t.Kind {
		case trouble.RateLimit:
			c.Set(fiber.HeaderRetryAfter, "1")
			return true, &problem{fiber.StatusTooManyRequests, "rate_limit_exceeded", "Too many requests"}
		case trouble.Unavailable:
			c.Set(fiber.HeaderRetryAfter, "1")
			return true, sendProblem(c, &problem{fiber.StatusServiceUnavailable, "", "Service unavailable"})
		case trouble.ServerError:
			// Not as an error: nothing failed here that the log should tell of.
			return true, sendProblem(c, problemOfStatus(fiber.StatusInternalServerError))
		case trouble.Gone:
			return true, sendProblem(c, &problem{fiber.StatusGone, "gone", "This API was switched off."})
		case trouble.HTMLError:
			c.Response().ResetBody()
			return true, c.Status(fiber.StatusInternalServerError).Type("html", "utf-8").SendString(serverErrorPage)
		case trouble.Reset:
			cut(c)
			return true, nil
		}
	}
	return false, nil
}

const serverErrorPage = "<!DOCTYPE html>\n<html><head><title>500 Internal Server Error</title></head>\n" +
	"<body><h1>500 Internal Server Error</h1></body></html>\n"

// pause waits in real time, or until the sandbox stops.
func pause(stopping context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-stopping.Done():
	}
}

// cut ends the connection with a reset: no answer, not even an end of one.
func cut(c *fiber.Ctx) {
	if conn, ok := c.Context().Conn().(interface{ SetLinger(sec int) error }); ok {
		_ = conn.SetLinger(0) // a plain end cuts the caller short as well
	}
	c.Context().HijackSetNoResponse(true)
	c.Context().Hijack(func(net.Conn) {}) // which is closed when this returns
}
