-- name: IntegrationByIdentity :one
SELECT i.* FROM integration i JOIN integration_alias a ON a.integration_id = i.id
WHERE a.installation_id = sqlc.arg(installation_id) AND a.identity = sqlc.arg(identity);

-- name: InsertIntegration :one
INSERT INTO integration (installation_id, identity, kind, name, product, vendor, reputation, first_seen_at, last_seen_at)
VALUES (sqlc.arg(installation_id), sqlc.arg(identity), sqlc.arg(kind), sqlc.arg(name), sqlc.arg(product), sqlc.arg(vendor), sqlc.arg(reputation), sqlc.arg(now), sqlc.arg(now))
RETURNING *;

-- name: InsertAlias :execrows
INSERT INTO integration_alias (installation_id, identity, integration_id)
VALUES (sqlc.arg(installation_id), sqlc.arg(identity), sqlc.arg(integration_id)) ON CONFLICT DO NOTHING;

-- name: SeeIntegration :exec
UPDATE integration SET name = sqlc.arg(name), product = sqlc.arg(product), vendor = sqlc.arg(vendor), reputation = sqlc.arg(reputation), last_seen_at = sqlc.arg(now) WHERE id = sqlc.arg(id);

-- name: Integration :one
SELECT * FROM integration WHERE id = sqlc.arg(id);

-- name: PutSighting :exec
INSERT INTO sighting (integration_id, repository_id, path, pointer, name, line, client, detail, first_seen_at, last_seen_at)
VALUES (sqlc.arg(integration_id), sqlc.arg(repository_id), sqlc.arg(path), sqlc.arg(pointer), sqlc.arg(name), sqlc.arg(line), sqlc.arg(client), sqlc.arg(detail), sqlc.arg(now), sqlc.arg(now))
ON CONFLICT (repository_id, integration_id, path, pointer, name) DO UPDATE
SET line = excluded.line, client = excluded.client, detail = excluded.detail, last_seen_at = excluded.last_seen_at;

-- name: DeleteOldSightings :execrows
DELETE FROM sighting WHERE repository_id = sqlc.arg(repository_id) AND last_seen_at < sqlc.arg(before);

-- name: ProposeFinding :one
INSERT INTO finding (repository_id, integration_id, fingerprint, credential_hash, credential_provider, credential_kind, rule, severity, confidence, action, path, line, detail, blob,
  commit_sha, author, state, backlog, version, seen_commit, due_at, pull_request, first_seen_at, last_seen_at)
VALUES (sqlc.arg(repository_id), sqlc.arg(integration_id), sqlc.arg(fingerprint), sqlc.arg(credential_hash), sqlc.arg(credential_provider), sqlc.arg(credential_kind), sqlc.arg(rule), sqlc.arg(severity),
  sqlc.arg(confidence), sqlc.arg(action), sqlc.arg(path), sqlc.arg(line), sqlc.arg(detail), sqlc.arg(blob), sqlc.arg(commit_sha), sqlc.arg(author), 'proposed', FALSE, sqlc.arg(version),
  sqlc.arg(seen_commit), sqlc.arg(due_at), sqlc.arg(pull_request), sqlc.arg(now), sqlc.arg(now))
ON CONFLICT (repository_id, fingerprint, credential_hash) DO UPDATE
SET due_at = CASE WHEN excluded.pull_request > 0 AND finding.due_at > excluded.last_seen_at THEN 0 ELSE finding.due_at END,
  pull_request = CASE WHEN excluded.pull_request > 0 THEN excluded.pull_request ELSE finding.pull_request END, last_seen_at = excluded.last_seen_at
WHERE finding.state = 'proposed'
RETURNING id;

-- name: PutFindingHead :exec
INSERT INTO finding_head (finding_id, head_sha) VALUES (sqlc.arg(finding_id), sqlc.arg(head_sha)) ON CONFLICT DO NOTHING;

-- name: Findings :many
SELECT * FROM finding WHERE repository_id = sqlc.arg(repository_id) ORDER BY id;

-- name: DueFindings :many
SELECT * FROM finding WHERE state = 'proposed' AND due_at > 0 AND due_at <= sqlc.arg(now) ORDER BY due_at LIMIT CAST(sqlc.arg(most) AS BIGINT);

-- A pull request that closed unmerged leaves its credentials leaked.
-- name: DueFindingsOfPullRequest :execrows
UPDATE finding SET due_at = sqlc.arg(now) WHERE repository_id = sqlc.arg(repository_id) AND pull_request = sqlc.arg(pull_request) AND state = 'proposed' AND credential_hash <> '';

-- What the head of a merged pull request no longer brings was rewritten away before.
-- name: DeleteRewrittenProposals :execrows
DELETE FROM finding WHERE finding.repository_id = sqlc.arg(repository_id) AND finding.pull_request = sqlc.arg(pull_request) AND finding.state = 'proposed'
  AND NOT EXISTS (SELECT 1 FROM finding_head h WHERE h.finding_id = finding.id AND h.head_sha = sqlc.arg(head_sha));

-- name: DueFindingsOfRepository :many
SELECT * FROM finding WHERE repository_id = sqlc.arg(repository_id) AND state = 'proposed' AND due_at > 0 AND due_at <= sqlc.arg(now) ORDER BY id;

-- What was leaked beside the default branch has its case by now.
-- name: LeakFinding :exec
UPDATE finding SET state = 'leaked' WHERE id = sqlc.arg(id) AND state = 'proposed';

-- name: DeleteRotatedProposals :execrows
DELETE FROM finding WHERE finding.repository_id = sqlc.arg(repository_id) AND finding.pull_request = sqlc.arg(pull_request) AND finding.state = 'proposed'
  AND finding.credential_hash IN (SELECT r.credential_hash FROM rotation r WHERE r.repository_id = sqlc.arg(repository_id) AND r.pull_request = sqlc.arg(pull_request));

-- Integrations of other installations that rows of a repository name.
-- name: IntegrationsElsewhere :many
SELECT * FROM integration WHERE installation_id <> sqlc.arg(installation_id) AND id IN (
  SELECT c.integration_id FROM cases c WHERE c.repository_id = sqlc.arg(repository_id)
  UNION SELECT f.integration_id FROM finding f WHERE f.repository_id = sqlc.arg(repository_id)
  UNION SELECT s.integration_id FROM sighting s WHERE s.repository_id = sqlc.arg(repository_id)) ORDER BY id;

-- name: MoveCases :execrows
UPDATE cases SET integration_id = sqlc.arg(to_id) WHERE cases.repository_id = sqlc.arg(repository_id) AND cases.integration_id = sqlc.arg(from_id)
  AND NOT EXISTS (SELECT 1 FROM cases o WHERE o.repository_id = sqlc.arg(repository_id) AND o.integration_id = sqlc.arg(to_id));

-- name: MoveFindings :execrows
UPDATE finding SET integration_id = sqlc.arg(to_id) WHERE repository_id = sqlc.arg(repository_id) AND integration_id = sqlc.arg(from_id);

-- Where it stands is recorded anew when the repository is settled.
-- name: MoveSightings :execrows
UPDATE sighting SET integration_id = sqlc.arg(to_id) WHERE sighting.repository_id = sqlc.arg(repository_id) AND sighting.integration_id = sqlc.arg(from_id)
  AND NOT EXISTS (SELECT 1 FROM sighting o WHERE o.repository_id = sqlc.arg(repository_id) AND o.integration_id = sqlc.arg(to_id));
