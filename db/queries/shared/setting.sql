-- name: Setting :one
SELECT value FROM setting WHERE name = sqlc.arg(name);

-- name: PutSetting :exec
INSERT INTO setting (name, value) VALUES (sqlc.arg(name), sqlc.arg(value)) ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: PutSettingOnce :execrows
INSERT INTO setting (name, value) VALUES (sqlc.arg(name), sqlc.arg(value)) ON CONFLICT (name) DO NOTHING;

-- name: PolicyFile :one
SELECT * FROM policy_file WHERE installation_id = sqlc.arg(installation_id);

-- name: PutPolicyFile :exec
INSERT INTO policy_file (installation_id, source, state, problem, commit_sha, content, read_at)
VALUES (sqlc.arg(installation_id), sqlc.arg(source), sqlc.arg(state), sqlc.arg(problem), sqlc.arg(commit_sha), sqlc.arg(content), sqlc.arg(now))
ON CONFLICT (installation_id) DO UPDATE SET source = excluded.source, state = excluded.state, problem = excluded.problem, commit_sha = excluded.commit_sha, content = excluded.content, read_at = excluded.read_at;
