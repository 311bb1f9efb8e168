-- +goose Up
-- The events that were given up: few among very many, whose bodies would have to
-- be passed over to find them.
CREATE INDEX events_given_up ON events (seq) WHERE verdict = 'dead';

-- +goose Down
DROP INDEX events_given_up;
