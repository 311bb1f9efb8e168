-- +goose Up
-- Times are microseconds since 1970, UTC; amounts are exact decimals as text.
CREATE TABLE orders (
    id             TEXT PRIMARY KEY,
    version        BIGINT NOT NULL,
    state          TEXT NOT NULL,
    exception      TEXT NOT NULL,
    flags          TEXT NOT NULL,
    slug           TEXT NOT NULL,
    name           TEXT NOT NULL,
    description    TEXT NOT NULL,
    image          TEXT NOT NULL,
    price_amount   TEXT NOT NULL,
    price_currency TEXT NOT NULL,
    method         TEXT NOT NULL,
    created_at     BIGINT NOT NULL,
    updated_at     BIGINT NOT NULL
);
CREATE INDEX orders_by_time ON orders (created_at);

CREATE TABLE payments (
    id             TEXT PRIMARY KEY,
    order_id       TEXT NOT NULL REFERENCES orders (id),
    position       BIGINT NOT NULL,
    provider       TEXT NOT NULL,
    environment    TEXT NOT NULL,
    charge_id      TEXT NOT NULL,
    charge_code    TEXT NOT NULL,
    hosted_url     TEXT NOT NULL,
    price_amount   TEXT NOT NULL,
    price_currency TEXT NOT NULL,
    state          TEXT NOT NULL,
    exception      TEXT NOT NULL,
    own            BOOLEAN NOT NULL,
    said_at        BIGINT,
    steps          BIGINT NOT NULL,
    refunded       TEXT NOT NULL,
    problem        TEXT NOT NULL,
    seen           BIGINT NOT NULL,
    needed         BIGINT NOT NULL,
    flags          TEXT NOT NULL,
    created_at     BIGINT NOT NULL,
    expires_at     BIGINT,
    ask_at         BIGINT,
    asked          BIGINT NOT NULL
);
CREATE INDEX payments_by_order ON payments (order_id);
CREATE UNIQUE INDEX payments_by_charge ON payments (provider, environment, charge_id) WHERE charge_id <> '';
CREATE INDEX payments_to_ask ON payments (ask_at) WHERE ask_at IS NOT NULL;
CREATE INDEX payments_by_state ON payments (state, created_at);

-- A form token that was used, bound to its browser and product by the hash.
CREATE TABLE form_tokens (
    key      TEXT PRIMARY KEY,
    order_id TEXT NOT NULL REFERENCES orders (id)
);

-- +goose Down
DROP TABLE form_tokens;
DROP TABLE payments;
DROP TABLE orders;
