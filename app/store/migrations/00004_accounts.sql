-- +goose Up
-- login is the username in the form in which it is unique; password is a hash.
CREATE TABLE accounts (
    id         TEXT PRIMARY KEY,
    login      TEXT NOT NULL UNIQUE,
    username   TEXT NOT NULL,
    password   TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- secret is a hash of what the cookie holds beside the id.
CREATE TABLE sessions (
    id          TEXT PRIMARY KEY,
    customer_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    secret      TEXT NOT NULL,
    agent       TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    seen_at     BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL
);
CREATE INDEX sessions_by_customer ON sessions (customer_id, seen_at);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- +goose Down
DROP TABLE sessions;
DROP TABLE accounts;
