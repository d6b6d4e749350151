-- name: Setting :one
SELECT value FROM setting WHERE name = sqlc.arg(name);

-- name: PutSetting :exec
INSERT INTO setting (name, value) VALUES (sqlc.arg(name), sqlc.arg(value)) ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: PutSettingOnce :execrows
INSERT INTO setting (name, value) VALUES (sqlc.arg(name), sqlc.arg(value)) ON CONFLICT (name) DO NOTHING;

-- name: PolicyFile :one
SELECT * FROM policy_file WHERE installation_id = sqlc.arg(installation_id);

-- Of several who read the same at once one has changed it.
-- name: PutPolicyFile :execrows
INSERT INTO policy_file (installation_id, source, state, problem, commit_sha, content, read_at)
VALUES (sqlc.arg(installation_id), sqlc.arg(source), sqlc.arg(state), sqlc.arg(problem), sqlc.arg(commit_sha), sqlc.arg(content), sqlc.arg(now))
ON CONFLICT (installation_id) DO UPDATE SET source = excluded.source, state = excluded.state, problem = excluded.problem, commit_sha = excluded.commit_sha, content = excluded.content, read_at = excluded.read_at
WHERE policy_file.source <> excluded.source OR policy_file.state <> excluded.state OR policy_file.problem <> excluded.problem
  OR policy_file.commit_sha <> excluded.commit_sha OR policy_file.content <> excluded.content;

-- name: TouchPolicyFile :exec
UPDATE policy_file SET read_at = sqlc.arg(now) WHERE installation_id = sqlc.arg(installation_id);
