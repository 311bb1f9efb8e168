package sandbox

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"till/app/sandbox/delivery"
)

// How many rows control answers with, unless it is asked for fewer or more.
const (
	pageSize = 500
	maxPage  = 1000
)

// deliveriesReply is one page of deliveries.
type deliveriesReply struct {
	Data []delivery.Delivery `json:"data"`
	Next *string             `json:"next"` // what to ask for as before; null = there are no more
}

// handleDeliveryList handles GET /control/deliveries, the newest first.
func (s *Sandbox) handleDeliveryList(c *fiber.Ctx) error {
	limit, err := limitOf(c)
	if err != nil {
		return err
	}
	deliveries, next, err := s.queue.List(c.UserContext(), delivery.Query{
		Limit: limit, Before: c.Query("before"), Endpoint: c.Query("endpoint"), Code: refOf(c.Query("code")), Status: c.Query("status"),
	})
	if err != nil {
		return err
	}
	reply := deliveriesReply{Data: append([]delivery.Delivery{}, deliveries...)}
	if next != "" {
		reply.Next = &next
	}
	return sendControl(c, reply)
}

// handleDeliveryShow handles GET /control/deliveries/{id}.
func (s *Sandbox) handleDeliveryShow(c *fiber.Ctx) error {
	d, err := s.queue.Find(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	return sendControl(c, envelope{Data: d})
}

// handleDeliveryResend handles POST /control/deliveries/{id}/resend.
func (s *Sandbox) handleDeliveryResend(c *fiber.Ctx) error {
	if err := s.queue.Resend(c.UserContext(), c.Params("id")); err != nil {
		return err
	}
	return sendControl(c, envelope{Data: map[string]string{"id": c.Params("id"), "status": "waiting"}})
}

// attemptsReply is a part of the log of all attempts.
type attemptsReply struct {
	Data []delivery.Entry `json:"data"`
	Last int64            `json:"last"` // what to ask for as after
}

// handleAttemptList handles GET /control/attempts, in the order of their time.
func (s *Sandbox) handleAttemptList(c *fiber.Ctx) error {
	limit, err := limitOf(c)
	if err != nil {
		return err
	}
	after, err := strconv.ParseInt(c.Query("after", "0"), 10, 64)
	if err != nil || after < -1 {
		return invalid("after must be the number of an attempt, or -1 for only those to come.")
	}
	reply := attemptsReply{Data: []delivery.Entry{}, Last: after}
	if after == -1 {
		reply.Last, err = s.queue.Last(c.UserContext())
	} else if entries, listed := s.queue.Log(c.UserContext(), after, limit); len(entries) > 0 || listed != nil {
		reply.Data, err = entries, listed
	}
	if err != nil {
		return err
	}
	if n := len(reply.Data); n > 0 {
		reply.Last = reply.Data[n-1].Seq
	}
	return sendControl(c, reply)
}

// limitOf reads how many rows are wanted.
func limitOf(c *fiber.Ctx) (int, error) {
	n, err := strconv.Atoi(c.Query("limit", strconv.Itoa(pageSize)))
	if err != nil || n < 1 || n > maxPage {
		return 0, invalid("limit must be a number from 1 to %d.", maxPage)
	}
	return n, nil
}

// sendControl answers a program at the control door.
func sendControl(c *fiber.Ctx, reply any) error {
	head(c)
	return c.Status(fiber.StatusOK).JSON(reply, "application/json; charset=utf-8")
}
