-- A repository's own policy as it was good last, '' for none.
-- +goose Up
ALTER TABLE repository ADD COLUMN own_policy TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE repository DROP COLUMN own_policy;
