-- +goose Up
-- Which checkouts of business an endpoint is told of: those made below the
-- provider's sandbox path ('sandbox') or the others ('production'); '' = both.
ALTER TABLE endpoints ADD COLUMN side TEXT NOT NULL DEFAULT '';
UPDATE endpoints SET side = CASE
    (SELECT json_extract(s.body, '$.labels.sandbox') FROM subscriptions s WHERE s.id = endpoints.id)
    WHEN 'true' THEN 'sandbox' ELSE 'production' END
WHERE id IN (SELECT id FROM subscriptions);
