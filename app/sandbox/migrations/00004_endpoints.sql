-- +goose Up
-- Where webhooks go. The one named 'configured' is the configuration's.
CREATE TABLE endpoints (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    id      TEXT    NOT NULL UNIQUE,
    url     TEXT    NOT NULL,
    secret  TEXT    NOT NULL,
    types   TEXT    NOT NULL DEFAULT '', -- of the events it wants, separated by commas; '' = all
    enabled INTEGER NOT NULL DEFAULT 1
);

-- What is sent, the same in each attempt; test events are here and nowhere else.
CREATE TABLE messages (
    event_id   TEXT    NOT NULL PRIMARY KEY,
    charge_id  TEXT    NOT NULL,
    code       TEXT    NOT NULL,
    type       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    body       TEXT    NOT NULL
);
INSERT INTO messages (event_id, charge_id, code, type, created_at, body)
SELECT e.id, e.charge_id, c.code, e.type, e.created_at, e.body
FROM events e JOIN charges c ON c.id = e.charge_id
WHERE e.id IN (SELECT event_id FROM deliveries);

CREATE TABLE sendings (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    id          TEXT    NOT NULL UNIQUE,
    event_id    TEXT    NOT NULL REFERENCES messages (event_id),
    endpoint    TEXT    NOT NULL, -- may be gone: its log stays
    type        TEXT    NOT NULL,
    code        TEXT    NOT NULL,
    url         TEXT    NOT NULL,
    status      TEXT    NOT NULL, -- waiting, delivered, abandoned
    attempts    INTEGER NOT NULL DEFAULT 0,
    again       INTEGER NOT NULL DEFAULT 0,  -- how often it is to be sent after this time
    held        TEXT    NOT NULL DEFAULT '', -- the troubles that held it back, by id, separated by commas
    applied     TEXT    NOT NULL DEFAULT '', -- their kinds, until an attempt has written them down
    reordered   INTEGER NOT NULL DEFAULT 0,  -- 1 = waits for a later event of its charge
    next_at     INTEGER,
    until_at    INTEGER NOT NULL,
    last_at     INTEGER,
    last_status INTEGER NOT NULL DEFAULT 0,
    last_error  TEXT    NOT NULL DEFAULT ''
);
INSERT INTO sendings (seq, id, event_id, endpoint, type, code, url, status, attempts, next_at, until_at, last_at, last_status, last_error)
SELECT d.seq, d.id, d.event_id, 'configured', m.type, d.code, d.url, d.status, d.attempts, d.next_at, d.until_at, d.last_at, d.last_status, d.last_error
FROM deliveries d JOIN messages m ON m.event_id = d.event_id;
DROP TABLE deliveries;
ALTER TABLE sendings RENAME TO deliveries;
CREATE INDEX deliveries_waiting ON deliveries (endpoint, next_at, seq) WHERE status = 'waiting';
CREATE INDEX deliveries_reordered ON deliveries (endpoint, code, seq) WHERE reordered = 1;
CREATE INDEX deliveries_endpoint ON deliveries (endpoint, seq);
CREATE INDEX deliveries_code ON deliveries (code, seq);
CREATE INDEX deliveries_status ON deliveries (status, seq);

-- The log: each request that was made, or was left out on purpose. What was
-- sent is not kept: it is made again from the message and the troubles.
CREATE TABLE attempts (
    seq           INTEGER PRIMARY KEY AUTOINCREMENT,
    delivery      TEXT    NOT NULL REFERENCES deliveries (id),
    url           TEXT    NOT NULL,
    event_id      TEXT    NOT NULL,
    number        INTEGER NOT NULL,
    scheduled_for INTEGER NOT NULL,
    at            INTEGER NOT NULL,
    took_us       INTEGER NOT NULL,
    signature     TEXT    NOT NULL,
    troubles      TEXT    NOT NULL, -- their kinds, separated by commas
    status        INTEGER NOT NULL, -- 0 = no answer
    head          TEXT    NOT NULL, -- the answer's, as JSON
    body          BLOB    NOT NULL, -- the answer's first 4 KiB
    error         TEXT    NOT NULL
);
CREATE INDEX attempts_delivery ON attempts (delivery, seq);

CREATE TABLE troubles (
    seq      INTEGER PRIMARY KEY AUTOINCREMENT,
    kind     TEXT    NOT NULL,
    endpoint TEXT    NOT NULL,
    code     TEXT    NOT NULL,
    order_id TEXT    NOT NULL,
    api      TEXT    NOT NULL,
    delay_us INTEGER NOT NULL,
    times    INTEGER NOT NULL, -- how often it hits yet; 0 = until it is removed
    late     INTEGER NOT NULL  -- 1 = after the work was done
);
