-- name: PutInstallation :exec
INSERT INTO installation (id, account_id, account_login, account_type, repository_selection, permissions, suspended, removed_at, updated_at)
VALUES (sqlc.arg(id), sqlc.arg(account_id), sqlc.arg(account_login), sqlc.arg(account_type), sqlc.arg(repository_selection), sqlc.arg(permissions), sqlc.arg(suspended), 0, sqlc.arg(now))
ON CONFLICT (id) DO UPDATE SET account_id = excluded.account_id, account_login = excluded.account_login, account_type = excluded.account_type,
  repository_selection = excluded.repository_selection, permissions = excluded.permissions, suspended = excluded.suspended, removed_at = 0, updated_at = excluded.updated_at;

-- name: RemoveInstallation :execrows
UPDATE installation SET removed_at = sqlc.arg(now), updated_at = sqlc.arg(now) WHERE id = sqlc.arg(id) AND removed_at = 0;

-- name: Installation :one
SELECT * FROM installation WHERE id = sqlc.arg(id);

-- name: Installations :many
SELECT * FROM installation WHERE removed_at = 0 ORDER BY id;

-- name: InstallationOfAccount :one
SELECT * FROM installation WHERE LOWER(account_login) = LOWER(CAST(sqlc.arg(account_login) AS TEXT)) AND removed_at = 0 ORDER BY id DESC LIMIT 1;

-- name: PurgeInstallations :execrows
DELETE FROM installation WHERE removed_at > 0 AND removed_at < sqlc.arg(before);

-- name: PutRepository :one
INSERT INTO repository (id, installation_id, owner, name, default_branch, visibility, archived, fork, has_issues, updated_at)
VALUES (sqlc.arg(id), sqlc.arg(installation_id), sqlc.arg(owner), sqlc.arg(name), sqlc.arg(default_branch), sqlc.arg(visibility), sqlc.arg(archived), sqlc.arg(fork), sqlc.arg(has_issues), sqlc.arg(now))
ON CONFLICT (id) DO UPDATE SET installation_id = excluded.installation_id, owner = excluded.owner, name = excluded.name, default_branch = excluded.default_branch,
  visibility = excluded.visibility, archived = excluded.archived, fork = excluded.fork, has_issues = excluded.has_issues, removed_at = 0, updated_at = excluded.updated_at
RETURNING *;

-- name: Repository :one
SELECT * FROM repository WHERE id = sqlc.arg(id);

-- name: Repositories :many
SELECT * FROM repository WHERE installation_id = sqlc.arg(installation_id) AND removed_at = 0 ORDER BY id;

-- Another installation may have it by now.
-- name: RemoveRepository :execrows
UPDATE repository SET removed_at = sqlc.arg(now), updated_at = sqlc.arg(now) WHERE id = sqlc.arg(id) AND installation_id = sqlc.arg(installation_id) AND removed_at = 0;

-- name: SetRepositorySettled :exec
UPDATE repository SET settled_commit = sqlc.arg(settled_commit), settled_version = sqlc.arg(settled_version), settled_at = sqlc.arg(now), updated_at = sqlc.arg(now) WHERE id = sqlc.arg(id);

-- name: SetRepositoryPolicy :execrows
UPDATE repository SET own_policy = sqlc.arg(own_policy), updated_at = sqlc.arg(now) WHERE id = sqlc.arg(id) AND own_policy <> sqlc.arg(own_policy);
