-- +goose Up
CREATE TABLE events (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    provider    TEXT NOT NULL,
    environment TEXT NOT NULL,
    event_id    TEXT NOT NULL,
    type        TEXT NOT NULL,
    header      TEXT NOT NULL,
    body        BLOB NOT NULL,
    received_at BIGINT NOT NULL,
    duplicates  BIGINT NOT NULL DEFAULT 0,
    verdict     TEXT NOT NULL,
    order_id    TEXT NOT NULL DEFAULT '',
    note        TEXT NOT NULL DEFAULT '',
    attempts    BIGINT NOT NULL DEFAULT 0,
    work_at     BIGINT,
    worked_at   BIGINT,
    UNIQUE (provider, environment, event_id)
);
CREATE INDEX events_to_work ON events (work_at) WHERE work_at IS NOT NULL;

-- +goose Down
DROP TABLE events;
