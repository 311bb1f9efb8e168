-- +goose Up
ALTER TABLE orders ADD COLUMN customer_id TEXT NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN customer_name TEXT NOT NULL DEFAULT '';
ALTER TABLE orders ADD COLUMN browser TEXT NOT NULL DEFAULT '';
CREATE INDEX orders_by_customer ON orders (customer_id, created_at) WHERE customer_id <> '';
ALTER TABLE payments ADD COLUMN checkout_id TEXT NOT NULL DEFAULT '';

-- The last good copy of what each of the provider's checkouts sells.
CREATE TABLE checkouts (
    provider       TEXT NOT NULL,
    environment    TEXT NOT NULL,
    id             TEXT NOT NULL,
    name           TEXT NOT NULL,
    description    TEXT NOT NULL,
    price_amount   TEXT NOT NULL,
    price_currency TEXT NOT NULL,
    read_at        BIGINT NOT NULL,
    PRIMARY KEY (provider, environment, id)
);

-- +goose Down
DROP TABLE checkouts;
ALTER TABLE payments DROP COLUMN checkout_id;
DROP INDEX orders_by_customer;
ALTER TABLE orders DROP COLUMN browser;
ALTER TABLE orders DROP COLUMN customer_name;
ALTER TABLE orders DROP COLUMN customer_id;
