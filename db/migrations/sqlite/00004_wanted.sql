-- Since when a task waits, whatever was tried meanwhile; and tasks by what they are about.
-- +goose Up
ALTER TABLE task ADD COLUMN wanted_at BIGINT NOT NULL DEFAULT 0;
UPDATE task SET wanted_at = updated_at;
CREATE INDEX task_subject ON task (repository_id, subject);

-- +goose Down
DROP INDEX task_subject;
ALTER TABLE task DROP COLUMN wanted_at;
