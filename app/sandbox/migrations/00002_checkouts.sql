-- +goose Up
CREATE TABLE checkouts (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    id         TEXT    NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    body       TEXT    NOT NULL
);

-- The sites that may frame the embedded pages; none = every site may.
CREATE TABLE embed_origins (
    origin TEXT NOT NULL PRIMARY KEY
);
