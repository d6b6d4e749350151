-- name: OpenCase :one
INSERT INTO cases (integration_id, repository_id, state, created_at, updated_at)
VALUES (sqlc.arg(integration_id), sqlc.arg(repository_id), 'planned', sqlc.arg(now), sqlc.arg(now))
ON CONFLICT (integration_id, repository_id) DO UPDATE SET updated_at = excluded.updated_at
RETURNING *;

-- name: CaseByID :one
SELECT * FROM cases WHERE id = sqlc.arg(id);

-- name: CaseOfIssue :one
SELECT * FROM cases WHERE issue_repository = sqlc.arg(issue_repository) AND issue_number = sqlc.arg(issue_number) AND issue_number > 0;

-- name: CasesOfRepository :many
SELECT * FROM cases WHERE repository_id = sqlc.arg(repository_id) ORDER BY id;

-- name: PutCase :exec
UPDATE cases SET state = sqlc.arg(state), reason = sqlc.arg(reason), owner = sqlc.arg(owner), owner_source = sqlc.arg(owner_source), closed_by = sqlc.arg(closed_by), closed_at = sqlc.arg(closed_at),
  observed_commit = sqlc.arg(observed_commit), observed_at = sqlc.arg(observed_at), detail = sqlc.arg(detail), wake_at = sqlc.arg(wake_at), updated_at = sqlc.arg(now)
WHERE id = sqlc.arg(id);

-- name: SetCaseIssue :exec
UPDATE cases SET issue_repository = sqlc.arg(issue_repository), issue_number = sqlc.arg(issue_number), issue_id = sqlc.arg(issue_id), issue_node = sqlc.arg(issue_node), detail = sqlc.arg(detail), updated_at = sqlc.arg(now)
WHERE id = sqlc.arg(id);

-- name: CasesOfInstallation :many
SELECT c.* FROM cases c JOIN repository r ON r.id = c.repository_id WHERE r.installation_id = sqlc.arg(installation_id) AND c.issue_number > 0 ORDER BY c.id;

-- Repositories with cases that are to be looked at again, the longest overdue first.
-- name: WakingCases :many
SELECT r.id AS repository_id, r.installation_id, CAST(MIN(c.wake_at) AS BIGINT) AS wake_at FROM cases c JOIN repository r ON r.id = c.repository_id
WHERE c.wake_at > 0 AND c.wake_at <= sqlc.arg(now) AND r.removed_at = 0 GROUP BY r.id, r.installation_id ORDER BY wake_at LIMIT CAST(sqlc.arg(most) AS BIGINT);

-- Repositories of an installation about whose cases another policy may say something else.
-- name: RepositoriesWithCases :many
SELECT DISTINCT r.id FROM cases c JOIN repository r ON r.id = c.repository_id
WHERE r.installation_id = sqlc.arg(installation_id) AND r.removed_at = 0 AND (c.issue_number > 0 OR c.reason <> '') ORDER BY r.id;
