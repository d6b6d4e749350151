-- Writes that create what GitHub counts: issues and comments.
-- +goose Up
ALTER TABLE outbox ADD COLUMN creates BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX outbox_created ON outbox (installation_id, updated_at) WHERE creates;

-- +goose Down
DROP INDEX outbox_created;
ALTER TABLE outbox DROP COLUMN creates;
