-- +goose Up
-- The events are listed by the order in which they happened.
ALTER TABLE events ADD COLUMN seq INTEGER;
ALTER TABLE events ADD COLUMN code TEXT NOT NULL DEFAULT '';
UPDATE events SET seq = rowid, code = (SELECT code FROM charges WHERE charges.id = events.charge_id);
CREATE UNIQUE INDEX events_seq ON events (seq);

CREATE TABLE invoices (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    id         TEXT    NOT NULL UNIQUE,
    code       TEXT    NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    body       TEXT    NOT NULL
);
