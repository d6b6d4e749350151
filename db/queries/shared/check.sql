-- name: StartCheckRun :one
INSERT INTO check_run (repository_id, head_sha, status, started_at)
VALUES (sqlc.arg(repository_id), sqlc.arg(head_sha), 'in_progress', sqlc.arg(now))
ON CONFLICT (repository_id, head_sha) DO UPDATE SET status = 'in_progress', conclusion = '', started_at = excluded.started_at, completed_at = 0
RETURNING *;

-- name: CheckRun :one
SELECT * FROM check_run WHERE repository_id = sqlc.arg(repository_id) AND head_sha = sqlc.arg(head_sha);

-- name: SetCheckRunID :exec
UPDATE check_run SET github_id = sqlc.arg(github_id) WHERE id = sqlc.arg(id) AND generation = sqlc.arg(generation);

-- name: NextCheckRun :one
UPDATE check_run SET generation = generation + 1, github_id = 0, digest = '' WHERE id = sqlc.arg(id) RETURNING *;

-- name: CompleteCheckRun :exec
UPDATE check_run SET status = 'completed', conclusion = sqlc.arg(conclusion), version = sqlc.arg(version), digest = sqlc.arg(digest), completed_at = sqlc.arg(now) WHERE id = sqlc.arg(id);

-- name: StaleCheckRuns :many
SELECT * FROM check_run WHERE status = 'in_progress' AND started_at < sqlc.arg(before) ORDER BY started_at LIMIT CAST(sqlc.arg(most) AS BIGINT);

-- A stale run is swept only if nobody has completed or started it since it was listed.
-- name: TakeStaleCheckRun :one
UPDATE check_run SET started_at = sqlc.arg(started_at) WHERE id = sqlc.arg(id) AND status = 'in_progress' AND started_at = sqlc.arg(started_at) RETURNING *;

-- name: PutRotation :exec
INSERT INTO rotation (repository_id, pull_request, credential_hash, login, attested_at)
VALUES (sqlc.arg(repository_id), sqlc.arg(pull_request), sqlc.arg(credential_hash), sqlc.arg(login), sqlc.arg(now))
ON CONFLICT DO NOTHING;

-- name: Rotations :many
SELECT * FROM rotation WHERE repository_id = sqlc.arg(repository_id) AND pull_request = sqlc.arg(pull_request) ORDER BY credential_hash;
