-- name: NextAudit :one
UPDATE audit_head SET seq = seq + 1 WHERE one = 1 RETURNING *;

-- name: InsertAudit :exec
INSERT INTO audit (seq, at, actor, action, installation_id, repository_id, subject, detail, hash)
VALUES (sqlc.arg(seq), sqlc.arg(at), sqlc.arg(actor), sqlc.arg(action), sqlc.arg(installation_id), sqlc.arg(repository_id), sqlc.arg(subject), sqlc.arg(detail), sqlc.arg(hash));

-- name: SetAuditHead :exec
UPDATE audit_head SET hash = sqlc.arg(hash) WHERE one = 1;

-- name: AuditAfter :many
SELECT * FROM audit WHERE seq > sqlc.arg(seq) ORDER BY seq LIMIT CAST(sqlc.arg(most) AS BIGINT);

-- name: AuditHead :one
SELECT * FROM audit_head WHERE one = 1;
