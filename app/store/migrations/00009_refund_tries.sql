-- +goose Up
-- How often the provider was called for a refund: who finds that another has
-- called meanwhile knows less than he thought.
ALTER TABLE refunds ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;
-- That provider_id is ours was concluded from its sum and time; and whether the
-- merchant was told so.
ALTER TABLE refunds ADD COLUMN guessed BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE refunds ADD COLUMN told BOOLEAN NOT NULL DEFAULT FALSE;
-- A payment with a refund that nobody answered clearly is asked about.
UPDATE payments SET ask_at = created_at, asked = 0
WHERE ask_at IS NULL AND EXISTS (SELECT 1 FROM refunds WHERE refunds.payment_id = payments.id AND refunds.state = 'asked');

-- +goose Down
ALTER TABLE refunds DROP COLUMN told;
ALTER TABLE refunds DROP COLUMN guessed;
ALTER TABLE refunds DROP COLUMN tries;
