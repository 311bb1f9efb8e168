package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"till/app/database"
	"till/app/shop"
)

const paymentColumns = `id, provider, environment, checkout_id, charge_id, charge_code, hosted_url, x402_url, price_amount, price_currency,
    paid_amount, paid_currency, several, state, exception, own, said_at, steps, refunded, refunding, problem, seen, needed, flags, created_at, expires_at, ask_at, asked`

func (l ledger) savePayment(ctx context.Context, order shop.OrderID, position int, p shop.Payment) error {
	_, err := l.tx.ExecContext(ctx, `INSERT INTO payments (`+paymentColumns+`, order_id, position)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30)
ON CONFLICT (id) DO UPDATE SET charge_id = excluded.charge_id, charge_code = excluded.charge_code,
    hosted_url = excluded.hosted_url, x402_url = excluded.x402_url, paid_amount = excluded.paid_amount, paid_currency = excluded.paid_currency,
    several = excluded.several, state = excluded.state, exception = excluded.exception, own = excluded.own,
    said_at = excluded.said_at, steps = excluded.steps, refunded = excluded.refunded, refunding = excluded.refunding, problem = excluded.problem,
    seen = excluded.seen, needed = excluded.needed, flags = excluded.flags, expires_at = excluded.expires_at,
    ask_at = excluded.ask_at, asked = excluded.asked`,
		p.ID, p.Provider, p.Environment, p.CheckoutID, p.Ref.ID, p.Ref.Code, p.HostedURL, p.X402URL, p.Price.Amount.String(), p.Price.Currency,
		p.Paid.Amount.String(), p.Paid.Currency, p.Several, p.State, p.Exception, p.Own, micros(p.At), p.Steps, p.Refunded.String(), p.Refunding, p.Problem,
		p.Confirmed.Seen, p.Confirmed.Needed, joinFlags(p.Flags), micros(p.CreatedAt), micros(p.ExpiresAt),
		micros(p.AskAt), p.Asked, order, position)
	if err != nil {
		return fmt.Errorf("save payment %s: %w", p.ID, err)
	}
	return nil
}

// paymentRead is what a payment is read from: its columns, and when its youngest
// refund was asked for that was not answered clearly.
const paymentRead = paymentColumns + `, (SELECT MAX(asked_at) FROM refunds
    WHERE refunds.order_id = payments.order_id AND refunds.payment_id = payments.id AND refunds.state = 'asked')`

func listPayments(ctx context.Context, q database.Queryer, order shop.OrderID) ([]shop.Payment, error) {
	rows, err := q.QueryContext(ctx, `SELECT `+paymentRead+` FROM payments WHERE order_id = $1 ORDER BY position`, order)
	if err != nil {
		return nil, fmt.Errorf("list payments of %s: %w", order, err)
	}
	return collect(rows, scanPayment)
}

func scanPayment(row scanner) (shop.Payment, error) {
	var p shop.Payment
	var amount, paid, refunded, flags string
	var said, created, expires, ask, refund sql.NullInt64
	err := row.Scan(&p.ID, &p.Provider, &p.Environment, &p.CheckoutID, &p.Ref.ID, &p.Ref.Code, &p.HostedURL, &p.X402URL, &amount, &p.Price.Currency,
		&paid, &p.Paid.Currency, &p.Several, &p.State, &p.Exception, &p.Own, &said, &p.Steps, &refunded, &p.Refunding, &p.Problem,
		&p.Confirmed.Seen, &p.Confirmed.Needed, &flags, &created, &expires, &ask, &p.Asked, &refund)
	if err != nil {
		return shop.Payment{}, err
	}
	p.At, p.CreatedAt, p.ExpiresAt, p.AskAt = timeOf(said), timeOf(created), timeOf(expires), timeOf(ask)
	p.RefundAskedAt = timeOf(refund)
	p.Flags = splitFlags(flags)
	if p.Refunded, err = decimal.NewFromString(refunded); err != nil {
		return shop.Payment{}, err
	}
	if p.Paid.Amount, err = decimal.NewFromString(paid); err != nil {
		return shop.Payment{}, err
	}
	p.Price.Amount, err = decimal.NewFromString(amount)
	return p, err
}

// ListDue returns the payments of a provider whose next question is due: by turns
// the three that were asked about least, of these the longest due and then the
// newest first, and the one that is longest due of all. So a fresh payment does
// not wait behind thousands of old ones, nor those behind ever fresh ones.
func (s *Store) ListDue(ctx context.Context, from shop.Provider, now time.Time, limit int) ([]shop.PaymentID, error) {
	fresh, err := s.listDue(ctx, from, now, `asked, ask_at, created_at DESC`, limit)
	if err != nil || len(fresh) < limit {
		return fresh, err // those are all
	}
	old, err := s.listDue(ctx, from, now, `ask_at, created_at DESC`, limit)
	return byTurns(fresh, old, limit), err
}

func (s *Store) listDue(ctx context.Context, from shop.Provider, now time.Time, by string, limit int) ([]shop.PaymentID, error) {
	rows, err := s.db.Read().QueryContext(ctx, `SELECT id FROM payments
WHERE ask_at IS NOT NULL AND ask_at <= $1 AND provider = $2 ORDER BY `+by+` LIMIT $3`, now.UnixMicro(), from, limit)
	if err != nil {
		return nil, fmt.Errorf("list payments to ask about: %w", err)
	}
	return collect(rows, func(row scanner) (id shop.PaymentID, err error) { return id, row.Scan(&id) })
}

// oldEvery is in which place an old payment comes among the fresh ones.
const oldEvery = 4

// byTurns puts every fourth from old among those from fresh, each once.
func byTurns(fresh, old []shop.PaymentID, limit int) []shop.PaymentID {
	all := make([]shop.PaymentID, 0, limit)
	seen := make(map[shop.PaymentID]bool, limit)
	next := func(from *[]shop.PaymentID) {
		for len(*from) > 0 {
			id := (*from)[0]
			*from = (*from)[1:]
			if !seen[id] {
				seen[id] = true
				all = append(all, id)
				return
			}
		}
	}
	for len(all) < limit && len(fresh)+len(old) > 0 {
		if len(all)%oldEvery == oldEvery-1 || len(fresh) == 0 {
			next(&old)
		} else {
			next(&fresh)
		}
	}
	return all
}

// ListMoving returns the payments of a provider that change without a webhook
// of their own: those being confirmed, and those whose opening was not answered;
// the newest where there are more than limit.
func (s *Store) ListMoving(ctx context.Context, from shop.Provider, limit int) (map[shop.PaymentID]shop.OrderID, error) {
	return s.listIn(ctx, `state IN ('opening', 'detected')`, from, limit)
}

// ListWaiting returns the payments of a provider that nobody has paid yet as far
// as we know, the newest where there are more than limit.
func (s *Store) ListWaiting(ctx context.Context, from shop.Provider, limit int) (map[shop.PaymentID]shop.OrderID, error) {
	return s.listIn(ctx, `state = 'waiting'`, from, limit)
}

func (s *Store) listIn(ctx context.Context, states string, from shop.Provider, limit int) (map[shop.PaymentID]shop.OrderID, error) {
	rows, err := s.db.Read().QueryContext(ctx,
		`SELECT id, order_id FROM payments WHERE `+states+` AND provider = $1 ORDER BY created_at DESC LIMIT $2`, from, limit)
	if err != nil {
		return nil, fmt.Errorf("list payments by their state: %w", err)
	}
	type pair struct {
		payment shop.PaymentID
		order   shop.OrderID
	}
	pairs, err := collect(rows, func(row scanner) (p pair, err error) { return p, row.Scan(&p.payment, &p.order) })
	found := make(map[shop.PaymentID]shop.OrderID, len(pairs))
	for _, p := range pairs {
		found[p.payment] = p.order
	}
	return found, err
}
