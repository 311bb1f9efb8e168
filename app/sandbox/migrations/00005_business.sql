-- +goose Up
-- Whose a charge is: commerce's, or business's, which calls it a checkout.
ALTER TABLE charges ADD COLUMN face TEXT NOT NULL DEFAULT 'commerce';
CREATE INDEX charges_face ON charges (face, seq);

-- What was answered to a request that has a key: the same is answered again.
CREATE TABLE idempotency (
    key        TEXT    NOT NULL PRIMARY KEY,
    request    TEXT    NOT NULL, -- a digest of what was asked
    status     INTEGER NOT NULL,
    reply      TEXT    NOT NULL,
    created_at INTEGER NOT NULL
);
CREATE INDEX idempotency_age ON idempotency (created_at);

-- Whose events an endpoint is sent.
ALTER TABLE endpoints ADD COLUMN face TEXT NOT NULL DEFAULT 'commerce';
-- What requests to it carry beside the provider's own headers, as JSON.
ALTER TABLE endpoints ADD COLUMN head TEXT NOT NULL DEFAULT '{}';

-- What an endpoint that was made by subscribing has beside itself.
CREATE TABLE subscriptions (
    id   TEXT NOT NULL PRIMARY KEY, -- the endpoint's
    body TEXT NOT NULL
);
