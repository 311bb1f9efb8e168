-- +goose Up
-- history has a line for each time the event is worked off again: what had
-- become of it before. replayed_at is when that was asked for, the latest time.
ALTER TABLE events ADD COLUMN history TEXT NOT NULL DEFAULT '';
ALTER TABLE events ADD COLUMN replayed_at BIGINT;
CREATE INDEX events_by_replay ON events (replayed_at) WHERE replayed_at IS NOT NULL;

-- +goose Down
DROP INDEX events_by_replay;
ALTER TABLE events DROP COLUMN replayed_at;
ALTER TABLE events DROP COLUMN history;
