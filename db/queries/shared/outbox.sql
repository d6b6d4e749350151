-- A write that was given up and is planned again is tried again, as one that may have been made; one that was
-- planned in a dry run never was.
-- name: PlanWrite :execrows
INSERT INTO outbox (key, kind, installation_id, repository_id, subject, payload, creates, state, due_at, created_at, updated_at)
VALUES (sqlc.arg(key), sqlc.arg(kind), sqlc.arg(installation_id), sqlc.arg(repository_id), sqlc.arg(subject), sqlc.arg(payload), sqlc.arg(creates), sqlc.arg(state), sqlc.arg(now), sqlc.arg(now), sqlc.arg(now))
ON CONFLICT (key) DO UPDATE SET state = CASE WHEN outbox.state = 'failed' THEN 'sending' ELSE 'planned' END,
  payload = CASE WHEN outbox.state = 'failed' THEN outbox.payload ELSE excluded.payload END,
  due_at = excluded.due_at, created_at = excluded.created_at, updated_at = excluded.updated_at
WHERE outbox.state IN ('failed', 'dry-run') AND excluded.state = 'planned';

-- The writes of one subject go out in their order: one that waits holds back those behind it.
-- name: DueWrites :many
SELECT * FROM outbox o WHERE o.state IN ('planned', 'sending') AND o.due_at <= sqlc.arg(now)
  AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.subject = o.subject AND e.id < o.id AND e.state IN ('planned', 'sending'))
ORDER BY o.due_at, o.id LIMIT CAST(sqlc.arg(most) AS BIGINT);

-- name: WritesOfSubject :many
SELECT * FROM outbox WHERE subject = sqlc.arg(subject) AND state IN ('planned', 'sending') ORDER BY id;

-- Of those who saw a row due one gets it, and only while nothing of its subject is before it.
-- name: ClaimWrite :one
UPDATE outbox SET state = 'sending', attempts = attempts + 1, due_at = sqlc.arg(lease_until), updated_at = sqlc.arg(now)
WHERE outbox.id = sqlc.arg(id) AND outbox.attempts = sqlc.arg(attempts) AND outbox.state IN ('planned', 'sending') AND outbox.due_at <= sqlc.arg(now)
  AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.subject = outbox.subject AND e.id < outbox.id AND e.state IN ('planned', 'sending'))
RETURNING *;

-- name: FinishWrite :execrows
UPDATE outbox SET state = sqlc.arg(state), result = sqlc.arg(result), error = sqlc.arg(error), due_at = sqlc.arg(due_at), updated_at = sqlc.arg(now)
WHERE id = sqlc.arg(id) AND attempts = sqlc.arg(attempts) AND state = 'sending';

-- name: Write :one
SELECT * FROM outbox WHERE key = sqlc.arg(key);

-- name: OutboxDepth :many
SELECT state, CAST(COUNT(*) AS BIGINT) AS n, CAST(MIN(created_at) AS BIGINT) AS oldest FROM outbox WHERE state IN ('planned', 'sending', 'failed') GROUP BY state ORDER BY state;

-- name: DeleteOldWrites :execrows
DELETE FROM outbox WHERE updated_at < sqlc.arg(before) AND state IN ('done', 'dry-run', 'failed');

-- name: PurgeWrites :execrows
DELETE FROM outbox WHERE installation_id IN (SELECT i.id FROM installation i WHERE i.removed_at > 0 AND i.removed_at < sqlc.arg(before));

-- name: MoveWrites :execrows
UPDATE outbox SET installation_id = sqlc.arg(installation_id) WHERE repository_id = sqlc.arg(repository_id) AND state IN ('planned', 'sending');

-- When an installation made what GitHub counts, the latest first, no further than it matters.
-- name: CreatedSince :many
SELECT updated_at FROM outbox WHERE installation_id = sqlc.arg(installation_id) AND creates AND state = 'done' AND updated_at >= sqlc.arg(since)
ORDER BY updated_at DESC LIMIT CAST(sqlc.arg(most) AS BIGINT);

-- name: PostponeWrite :execrows
UPDATE outbox SET due_at = sqlc.arg(due_at) WHERE id = sqlc.arg(id) AND attempts = sqlc.arg(attempts) AND state IN ('planned', 'sending');
