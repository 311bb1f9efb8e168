-- +goose Up
CREATE TABLE charges (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    id         TEXT    NOT NULL UNIQUE,
    code       TEXT    NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    due_at     INTEGER, -- when it next changes by itself; null = never
    body       TEXT    NOT NULL
);
CREATE INDEX charges_due ON charges (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE events (
    id         TEXT    NOT NULL PRIMARY KEY,
    charge_id  TEXT    NOT NULL REFERENCES charges (id),
    type       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    body       TEXT    NOT NULL
);

CREATE TABLE deliveries (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    id          TEXT    NOT NULL UNIQUE,
    event_id    TEXT    NOT NULL REFERENCES events (id),
    code        TEXT    NOT NULL,
    url         TEXT    NOT NULL,
    status      TEXT    NOT NULL, -- waiting, delivered, abandoned
    attempts    INTEGER NOT NULL DEFAULT 0,
    next_at     INTEGER,
    until_at    INTEGER NOT NULL,
    last_at     INTEGER,
    last_status INTEGER NOT NULL DEFAULT 0,
    last_error  TEXT    NOT NULL DEFAULT ''
);
CREATE INDEX deliveries_waiting ON deliveries (next_at, seq) WHERE status = 'waiting';

CREATE TABLE settings (
    name  TEXT    NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
);
