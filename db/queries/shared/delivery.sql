-- name: InsertDelivery :execrows
INSERT INTO delivery (id, event, action, body_sha256, installation_id, repository_id, facts, state, received_at)
VALUES (sqlc.arg(id), sqlc.arg(event), sqlc.arg(action), sqlc.arg(body_sha256), sqlc.arg(installation_id), sqlc.arg(repository_id), sqlc.arg(facts), sqlc.arg(state), sqlc.arg(received_at))
ON CONFLICT DO NOTHING;

-- A delivery that came again runs again if what it asked for was given up.
-- name: ReviveDelivery :execrows
UPDATE delivery SET state = 'stored'
WHERE (delivery.id = sqlc.arg(id) OR (delivery.event = sqlc.arg(event) AND delivery.body_sha256 = sqlc.arg(body_sha256)))
  AND delivery.state = 'planned'
  AND EXISTS (SELECT 1 FROM delivery_task dt JOIN task t ON t.id = dt.task_id WHERE dt.delivery_id = delivery.id AND t.failed AND t.done < dt.wanted);

-- name: StoredDeliveries :many
SELECT * FROM delivery WHERE state = 'stored' ORDER BY received_at, id LIMIT CAST(sqlc.arg(most) AS BIGINT);

-- name: SetDeliveryState :execrows
UPDATE delivery SET state = sqlc.arg(state) WHERE id = sqlc.arg(id) AND state = 'stored';

-- Its facts cannot be planned: kept for people, in nobody's way.
-- name: RefuseDelivery :exec
UPDATE delivery SET state = 'refused' WHERE id = sqlc.arg(id);

-- name: Delivery :one
SELECT * FROM delivery WHERE id = sqlc.arg(id);

-- name: InsertDeliveryTask :exec
INSERT INTO delivery_task (delivery_id, task_id, wanted) VALUES (sqlc.arg(delivery_id), sqlc.arg(task_id), sqlc.arg(wanted))
ON CONFLICT (delivery_id, task_id) DO UPDATE SET wanted = excluded.wanted;

-- name: CountDeliveries :one
SELECT CAST(COUNT(*) AS BIGINT) AS waiting, CAST(COALESCE(MIN(received_at), 0) AS BIGINT) AS oldest FROM delivery WHERE state = 'stored';

-- name: DeleteOldDeliveries :execrows
DELETE FROM delivery WHERE delivery.received_at < sqlc.arg(before) AND delivery.state <> 'stored'
  AND NOT EXISTS (SELECT 1 FROM delivery_task dt JOIN task t ON t.id = dt.task_id WHERE dt.delivery_id = delivery.id AND t.done < dt.wanted AND NOT t.failed);

-- name: PurgeDeliveries :execrows
DELETE FROM delivery WHERE installation_id IN (SELECT i.id FROM installation i WHERE i.removed_at > 0 AND i.removed_at < sqlc.arg(before));

-- The pushes that asked for a task, the oldest first.
-- name: PushesOfTask :many
SELECT d.* FROM delivery d JOIN delivery_task dt ON dt.delivery_id = d.id
WHERE dt.task_id = sqlc.arg(task_id) AND d.event = 'push' ORDER BY d.received_at, d.id LIMIT CAST(sqlc.arg(most) AS BIGINT);

-- Facts of the deliveries that say why a commit is judged, the newest first.
-- name: CausesOfHead :many
SELECT d.facts FROM task t JOIN delivery_task dt ON dt.task_id = t.id JOIN delivery d ON d.id = dt.delivery_id
WHERE t.kind = 'check' AND t.repository_id = sqlc.arg(repository_id) AND t.subject = sqlc.arg(head_sha)
  AND d.event IN ('push', 'pull_request', 'merge_group')
ORDER BY d.received_at DESC, d.id DESC LIMIT CAST(sqlc.arg(most) AS BIGINT);

-- Of attempts that are seen in any order the newest counts.
-- name: PutMissedDelivery :exec
INSERT INTO missed_delivery (id, attempt_id, attempted_at, refused, most)
VALUES (sqlc.arg(id), sqlc.arg(attempt_id), sqlc.arg(attempted_at), sqlc.arg(refused), sqlc.arg(most))
ON CONFLICT (id) DO UPDATE SET attempt_id = excluded.attempt_id, attempted_at = excluded.attempted_at, refused = excluded.refused, most = excluded.most
WHERE excluded.attempted_at > missed_delivery.attempted_at
  OR excluded.attempted_at = missed_delivery.attempted_at AND excluded.attempt_id > missed_delivery.attempt_id;

-- What is to be asked for and was not since asked_before, what waits longest first. A refusal waits for a success that
-- is newer; what else failed, for that or its time.
-- name: MissedDeliveries :many
SELECT * FROM missed_delivery m
WHERE m.asked < m.most AND m.asked_at < sqlc.arg(asked_before)
  AND (NOT m.refused AND m.again_at <= sqlc.arg(now) OR m.attempted_at < sqlc.arg(succeeded) AND m.asked_at < sqlc.arg(succeeded))
  AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.id = m.id)
ORDER BY m.asked_at, m.attempted_at, m.id LIMIT CAST(sqlc.arg(most) AS BIGINT);

-- name: AskedForDelivery :exec
UPDATE missed_delivery SET asked = sqlc.arg(asked), asked_at = sqlc.arg(asked_at), again_at = sqlc.arg(again_at) WHERE id = sqlc.arg(id);

-- name: ForgetMissedDelivery :exec
DELETE FROM missed_delivery WHERE id = sqlc.arg(id);

-- name: ForgetMissedDeliveries :execrows
DELETE FROM missed_delivery WHERE attempted_at < sqlc.arg(before) OR EXISTS (SELECT 1 FROM delivery d WHERE d.id = missed_delivery.id);
