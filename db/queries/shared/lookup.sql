-- name: Lookup :one
SELECT * FROM lookup WHERE name = sqlc.arg(name);

-- name: PutLookup :exec
INSERT INTO lookup (name, body, fetched_at, first_absent_at, last_absent_at)
VALUES (sqlc.arg(name), sqlc.arg(body), sqlc.arg(fetched_at), sqlc.arg(first_absent_at), sqlc.arg(last_absent_at))
ON CONFLICT (name) DO UPDATE SET body = excluded.body, fetched_at = excluded.fetched_at, first_absent_at = excluded.first_absent_at, last_absent_at = excluded.last_absent_at;

-- Names that were absent once, some while ago.
-- name: AbsentOnce :many
SELECT name FROM lookup WHERE first_absent_at > 0 AND first_absent_at < sqlc.arg(before) AND last_absent_at < first_absent_at + CAST(sqlc.arg(apart) AS BIGINT) ORDER BY first_absent_at LIMIT CAST(sqlc.arg(most) AS BIGINT);

-- name: DeleteOldLookups :execrows
DELETE FROM lookup WHERE fetched_at < sqlc.arg(before);
