-- When a case is looked at again without an event: a waiver ends, a cap has room. 0: not needed.
-- +goose Up
ALTER TABLE cases ADD COLUMN wake_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX cases_wake ON cases (wake_at) WHERE wake_at > 0;

-- +goose Down
DROP INDEX cases_wake;
ALTER TABLE cases DROP COLUMN wake_at;
