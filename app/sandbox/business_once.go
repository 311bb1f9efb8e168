package sandbox

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"till/app/coinbase/business"
	"till/app/database"
	"till/app/sandbox/ledger"
)

// maxKey is how long an idempotency key may be.
const maxKey = 128

// work is what a request asks for, in one unit, and its answer.
type work func(ctx context.Context, tx database.Tx) (status int, reply any, err error)

// once does the work of a request and answers. A request that comes again with
// the same key is answered as before and does nothing; one that is another
// under the same key is refused.
func (s *Sandbox) once(c *fiber.Ctx, do work) error {
	key := c.Get(business.IdempotencyHeader)
	if utf8.RuneCountInString(key) > maxKey {
		return invalid("%s must have 1 to %d characters.", business.IdempotencyHeader, maxKey)
	}
	if key == "" {
		return s.answerOnce(c, func(ctx context.Context, tx database.Tx) (ledger.Reply, error) { return replyOf(ctx, tx, do) })
	}
	request := digestOf(c)
	return s.answerOnce(c, func(ctx context.Context, tx database.Tx) (ledger.Reply, error) {
		before, err := ledger.FindReply(ctx, tx, key, s.clock.Now())
		switch {
		case err == nil && before.Request != request:
			return before, &problem{
				fiber.StatusUnprocessableEntity, business.TypeIdempotency,
				"This idempotency key was used for another request: use a new key.",
			}
		case !errors.Is(err, ledger.ErrNotFound):
			return before, err
		}
		reply, err := replyOf(ctx, tx, do)
		if err != nil {
			return reply, err
		}
		reply.Request = request
		return reply, ledger.InsertReply(ctx, tx, key, reply, s.clock.Now())
	})
}

// answerOnce commits what do makes and sends it.
func (s *Sandbox) answerOnce(c *fiber.Ctx, do func(context.Context, database.Tx) (ledger.Reply, error)) error {
	var reply ledger.Reply
	err := s.write(c.UserContext(), func(ctx context.Context, tx database.Tx) error {
		var err error
		reply, err = do(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	return sendRaw(c, reply.Status, []byte(reply.Body))
}

func replyOf(ctx context.Context, tx database.Tx, do work) (ledger.Reply, error) {
	status, reply, err := do(ctx, tx)
	if err != nil {
		return ledger.Reply{}, err
	}
	body, err := json.Marshal(reply)
	if err != nil {
		return ledger.Reply{}, fmt.Errorf("encode the answer: %w", err)
	}
	return ledger.Reply{Status: status, Body: string(body)}, nil
}

// digestOf tells one request from another. How its JSON is written, blanks and
// the order of its fields, does not count.
func digestOf(c *fiber.Ctx) string {
	body := c.BodyRaw()
	var plain any
	if json.Unmarshal(body, &plain) == nil {
		if written, err := json.Marshal(plain); err == nil {
			body = written
		}
	}
	sum := sha256.Sum256([]byte(c.Method() + " " + c.Path() + "\n" + string(body)))
	return hex.EncodeToString(sum[:])
}
