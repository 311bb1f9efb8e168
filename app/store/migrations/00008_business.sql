-- +goose Up
-- Where a program can pay; '' where the provider has no such thing.
ALTER TABLE payments ADD COLUMN x402_url TEXT NOT NULL DEFAULT '';
-- A refund is under way.
ALTER TABLE payments ADD COLUMN refunding BOOLEAN NOT NULL DEFAULT FALSE;

-- Money a merchant sends back. id is the idempotency key: the row is written
-- before the provider is called. state is what became of the call: asked,
-- answered, refused; outcome what became of the refund afterwards: pending,
-- completed, failed. provider_id is the provider's own id of it.
CREATE TABLE refunds (
    id          TEXT PRIMARY KEY,
    order_id    TEXT NOT NULL REFERENCES orders (id),
    payment_id  TEXT NOT NULL REFERENCES payments (id),
    amount      TEXT NOT NULL,
    currency    TEXT NOT NULL,
    whole       BOOLEAN NOT NULL,
    reason      TEXT NOT NULL,
    state       TEXT NOT NULL,
    outcome     TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    note        TEXT NOT NULL,
    asked_at    BIGINT NOT NULL,
    changed_at  BIGINT NOT NULL
);
CREATE INDEX refunds_by_order ON refunds (order_id, asked_at);

-- +goose Down
DROP TABLE refunds;
ALTER TABLE payments DROP COLUMN refunding;
ALTER TABLE payments DROP COLUMN x402_url;
