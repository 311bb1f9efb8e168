-- +goose Up
-- What has arrived for a payment, in the currency of its price; '' if no sum was told.
ALTER TABLE payments ADD COLUMN paid_amount TEXT NOT NULL DEFAULT '0';
ALTER TABLE payments ADD COLUMN paid_currency TEXT NOT NULL DEFAULT '';
-- More came for the same charge than the one payment asked for.
ALTER TABLE payments ADD COLUMN several BOOLEAN NOT NULL DEFAULT FALSE;

-- +goose Down
ALTER TABLE payments DROP COLUMN several;
ALTER TABLE payments DROP COLUMN paid_currency;
ALTER TABLE payments DROP COLUMN paid_amount;
