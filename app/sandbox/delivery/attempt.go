package delivery

import (
	"context"
	"slices"
	"strings"
	"time"

	"till/app/sandbox/trouble"
)

// dropped is what the log says of a delivery that was not sent on purpose.
const dropped = "dropped"

// result is what came of one request.
type result struct {
	letter    letter
	eventID   string
	signature string
	at        time.Time // business time, when it began
	took      time.Duration
	answer    answer
	problem   string // why there was no answer
}

// good says whether the delivery is done.
func (r result) good() bool {
	return (r.answer.status >= 200 && r.answer.status <= 299) || r.problem == dropped
}

// attempt sends j once, with the troubles of kinds, and writes down what came
// of it. Cut short by the end of ctx, it never was: the next start sends it
// again.
func (q *Queue) attempt(ctx context.Context, to Endpoint, j job, kinds []string) {
	m, err := findMessage(ctx, q.cfg.DB.Read(), j.eventID)
	if err != nil {
		q.complain(ctx, j, err)
		return
	}
	has := func(kind string) bool { return slices.Contains(kinds, kind) }
	extra := func(k string) bool { return k == trouble.Duplicate || k == trouble.ForeignEvent }
	l := letter{
		delivery: j.id, number: j.attempts + 1, scheduledFor: j.nextAt,
		kinds: slices.DeleteFunc(slices.Clone(kinds), extra), at: q.cfg.Clock.Real(),
	}
	if has(trouble.Drop) {
		r := result{letter: l, eventID: m.eventID, at: q.cfg.Clock.Now(), problem: dropped}
		q.finish(ctx, to, j, r, q.record)
		return
	}
	if has(trouble.ForeignEvent) {
		foreign := l
		foreign.kinds = []string{trouble.ForeignEvent}
		if !q.once(ctx, to, j, m, foreign, q.note) {
			return
		}
	}
	if !q.once(ctx, to, j, m, l, q.record) || !has(trouble.Duplicate) {
		return
	}
	l.kinds = append(slices.Clone(l.kinds), trouble.Duplicate)
	q.once(ctx, to, j, m, l, q.note)
}

// writeDown keeps a result.
type writeDown func(ctx context.Context, to Endpoint, j job, r result) error

// once makes one request and writes it down; it says whether to go on.
func (q *Queue) once(ctx context.Context, to Endpoint, j job, m message, l letter, write writeDown) bool {
	signed, sent, err := l.write(m)
	if err != nil {
		q.complain(ctx, j, err)
		return false
	}
	r := result{letter: l, eventID: l.eventID(m), signature: l.sign(to.Secret, m, signed), at: q.cfg.Clock.Now()}
	started := time.Now() // how long it took is about the machine, not about the business
	r.answer, err = q.post(ctx, to.URL, to.over(l.head(m, r.signature)), sent)
	r.took = time.Since(started)
	if ctx.Err() != nil {
		return false
	}
	if err != nil {
		r.problem = err.Error()
	}
	return q.finish(ctx, to, j, r, write)
}

func (q *Queue) finish(ctx context.Context, to Endpoint, j job, r result, write writeDown) bool {
	if err := write(ctx, to, j, r); err != nil {
		q.complain(ctx, j, err)
		return false
	}
	q.cfg.Logger.InfoContext(ctx, "webhook sent", "delivery", j.id, "type", j.kind, "code", j.code, "attempt", r.letter.number,
		"status", r.answer.status, "problem", r.problem, "troubles", strings.Join(r.letter.kinds, ","))
	return true
}

// complain is for what is still due: a full disk must not become a storm of
// requests, so the slot stays taken for a moment.
func (q *Queue) complain(ctx context.Context, j job, err error) {
	q.cfg.Logger.ErrorContext(ctx, "webhook attempt not made or not written down", "delivery", j.id, "error", err)
	timer := time.NewTimer(firstGap)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
