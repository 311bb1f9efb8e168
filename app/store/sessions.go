package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"till/app/database"
	"till/app/shop"
)

const sessionColumns = `id, customer_id, secret, agent, created_at, seen_at, expires_at`

// InsertSession begins a session, if its account still has the password hash
// that was checked; else it returns [shop.Conflict]. So no session outlives a
// change of the password that happens in the same moment. Sessions that have
// expired are swept away.
func (s *Store) InsertSession(ctx context.Context, begun shop.Session, password string) error {
	return s.db.Write(ctx, func(ctx context.Context, tx database.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM sessions WHERE expires_at <= $1`, micros(begun.CreatedAt))
		if err != nil {
			return fmt.Errorf("sweep expired sessions: %w", err)
		}
		return insertSession(ctx, tx, begun, password)
	})
}

func insertSession(ctx context.Context, tx database.Tx, begun shop.Session, password string) error {
	done, err := tx.ExecContext(ctx, `INSERT INTO sessions (`+sessionColumns+`)
SELECT $1, id, $2, $3, CAST($4 AS BIGINT), CAST($5 AS BIGINT), CAST($6 AS BIGINT) FROM accounts WHERE id = $7 AND password = $8`,
		begun.ID, begun.Secret, begun.Agent, micros(begun.CreatedAt), micros(begun.SeenAt), micros(begun.ExpiresAt),
		begun.Customer, password)
	if err != nil {
		return fmt.Errorf("insert session %s: %w", begun.ID, err)
	}
	return demandRow(done, "The account was changed a moment ago.")
}

// FindSession returns a session, also an expired one, or a [shop.NotFound]
// error.
func (s *Store) FindSession(ctx context.Context, id shop.SessionID) (shop.Session, error) {
	found, err := scanSession(s.db.Read().QueryRowContext(ctx, `SELECT `+sessionColumns+` FROM sessions WHERE id = $1`, id))
	if err != nil {
		return shop.Session{}, missing(err, "There is no such session.")
	}
	return found, nil
}

// TouchSession writes when a session was last seen and until when it lives.
func (s *Store) TouchSession(ctx context.Context, id shop.SessionID, seen, expires time.Time) error {
	return s.db.Write(ctx, func(ctx context.Context, tx database.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE sessions SET seen_at = $1, expires_at = $2 WHERE id = $3`,
			micros(seen), micros(expires), id)
		if err != nil {
			return fmt.Errorf("touch session %s: %w", id, err)
		}
		return nil
	})
}

// DeleteSession ends a session of that customer. It is idempotent.
func (s *Store) DeleteSession(ctx context.Context, customer shop.CustomerID, id shop.SessionID) error {
	return s.db.Write(ctx, func(ctx context.Context, tx database.Tx) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM sessions WHERE customer_id = $1 AND id = $2`, customer, id)
		if err != nil {
			return fmt.Errorf("delete session %s: %w", id, err)
		}
		return nil
	})
}

// ListSessions returns a customer's sessions that live at that time, the one
// seen last first.
func (s *Store) ListSessions(ctx context.Context, customer shop.CustomerID, now time.Time) ([]shop.Session, error) {
	rows, err := s.db.Read().QueryContext(ctx, `SELECT `+sessionColumns+` FROM sessions
WHERE customer_id = $1 AND expires_at > $2 ORDER BY seen_at DESC, id`, customer, micros(now))
	if err != nil {
		return nil, fmt.Errorf("list the sessions of %s: %w", customer, err)
	}
	return collect(rows, scanSession)
}

func scanSession(row scanner) (shop.Session, error) {
	var v shop.Session
	var created, seen, expires sql.NullInt64
	err := row.Scan(&v.ID, &v.Customer, &v.Secret, &v.Agent, &created, &seen, &expires)
	v.CreatedAt, v.SeenAt, v.ExpiresAt = timeOf(created), timeOf(seen), timeOf(expires)
	return v, err
}
