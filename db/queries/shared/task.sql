-- name: WantTask :one
INSERT INTO task (kind, lane, installation_id, repository_id, subject, facts, created_at, updated_at, wanted_at)
VALUES (sqlc.arg(kind), sqlc.arg(lane), sqlc.arg(installation_id), sqlc.arg(repository_id), sqlc.arg(subject), sqlc.arg(facts), sqlc.arg(now), sqlc.arg(now), sqlc.arg(now))
ON CONFLICT (kind, installation_id, repository_id, subject) DO UPDATE
SET wanted_at = CASE WHEN task.failed OR task.done >= task.wanted THEN excluded.wanted_at ELSE task.wanted_at END,
  wanted = task.wanted + 1, facts = excluded.facts, lane = excluded.lane, failed = FALSE, error = '', updated_at = excluded.updated_at
RETURNING *;

-- name: Task :one
SELECT * FROM task WHERE id = sqlc.arg(id);

-- A new attempt takes the fence: what an earlier one still commits is refused.
-- name: StartTask :one
UPDATE task SET fence = fence + 1, updated_at = sqlc.arg(now) WHERE id = sqlc.arg(id) RETURNING *;

-- name: HoldTask :execrows
UPDATE task SET updated_at = sqlc.arg(now) WHERE id = sqlc.arg(id) AND fence = sqlc.arg(fence);

-- name: FinishTask :one
UPDATE task SET done = sqlc.arg(done), failed = FALSE, error = '', updated_at = sqlc.arg(now), wanted_at = sqlc.arg(now)
WHERE id = sqlc.arg(id) AND fence = sqlc.arg(fence) RETURNING *;

-- Given up is what was wanted when the attempt began: a wish that came since is still open.
-- name: FailTask :one
UPDATE task SET failed = CAST(sqlc.arg(failed) AS BOOLEAN) AND wanted <= sqlc.arg(wanted), error = sqlc.arg(error), updated_at = sqlc.arg(now)
WHERE id = sqlc.arg(id) AND fence = sqlc.arg(fence) RETURNING *;

-- Counted no further than it matters.
-- name: OpenTasks :one
SELECT CAST(COUNT(*) AS BIGINT) AS n FROM (SELECT t.id FROM task t WHERE t.installation_id = sqlc.arg(installation_id) AND t.lane = sqlc.arg(lane) AND t.done < t.wanted AND NOT t.failed LIMIT 600) open;

-- name: UnfinishedTasks :many
SELECT * FROM task WHERE done < wanted AND NOT failed AND updated_at < sqlc.arg(before) ORDER BY updated_at LIMIT CAST(sqlc.arg(most) AS BIGINT);

-- name: FailedTasks :many
SELECT * FROM task WHERE failed ORDER BY updated_at DESC LIMIT CAST(sqlc.arg(most) AS BIGINT);

-- name: LaneDepth :many
SELECT lane, CAST(COUNT(*) AS BIGINT) AS n, CAST(MIN(wanted_at) AS BIGINT) AS oldest FROM task WHERE done < wanted AND NOT failed GROUP BY lane ORDER BY lane;

-- Given up under circumstances that have changed: wanted again, the latest first.
-- name: ReviveTasks :many
UPDATE task SET wanted = wanted + 1, failed = FALSE, error = '', updated_at = sqlc.arg(now), wanted_at = sqlc.arg(now)
WHERE id IN (SELECT f.id FROM task f WHERE f.installation_id = sqlc.arg(installation_id) AND f.failed ORDER BY f.updated_at DESC LIMIT CAST(sqlc.arg(most) AS BIGINT))
RETURNING *;

-- name: DeleteOldTasks :execrows
DELETE FROM task WHERE updated_at < sqlc.arg(before) AND (done >= wanted OR failed) AND NOT EXISTS (SELECT 1 FROM delivery_task dt WHERE dt.task_id = task.id);

-- name: PurgeTasks :execrows
DELETE FROM task WHERE installation_id IN (SELECT i.id FROM installation i WHERE i.removed_at > 0 AND i.removed_at < sqlc.arg(before));
