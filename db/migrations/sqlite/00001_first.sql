-- +goose Up
-- Times are milliseconds since 1970 UTC, 0 for never. JSON is text. Nothing here holds a credential: of one, only its
-- provider, kind, keyed hash and length are known.

CREATE TABLE installation (
    id                   BIGINT  NOT NULL PRIMARY KEY, -- GitHub's
    account_id           BIGINT  NOT NULL,
    account_login        TEXT    NOT NULL,
    account_type         TEXT    NOT NULL, -- Organization, User
    repository_selection TEXT    NOT NULL, -- all, selected
    permissions          TEXT    NOT NULL, -- {key: read|write|admin}, as granted
    suspended            BOOLEAN NOT NULL DEFAULT FALSE,
    removed_at           BIGINT  NOT NULL DEFAULT 0,
    updated_at           BIGINT  NOT NULL
);

CREATE TABLE repository (
    id              BIGINT  NOT NULL PRIMARY KEY, -- GitHub's; names change, it does not
    installation_id BIGINT  NOT NULL REFERENCES installation (id) ON DELETE CASCADE,
    owner           TEXT    NOT NULL,
    name            TEXT    NOT NULL,
    default_branch  TEXT    NOT NULL DEFAULT '',
    visibility      TEXT    NOT NULL DEFAULT '', -- public, private, internal; '' until known
    archived        BOOLEAN NOT NULL DEFAULT FALSE,
    fork            BOOLEAN NOT NULL DEFAULT FALSE,
    has_issues      BOOLEAN NOT NULL DEFAULT TRUE,
    published       BOOLEAN NOT NULL DEFAULT FALSE, -- the backlog opens cases too
    settled_commit  TEXT    NOT NULL DEFAULT '', -- last commit of the default branch whose findings are recorded
    settled_version TEXT    NOT NULL DEFAULT '', -- of the scanners then
    settled_at      BIGINT  NOT NULL DEFAULT 0,
    removed_at      BIGINT  NOT NULL DEFAULT 0,
    updated_at      BIGINT  NOT NULL
);
CREATE INDEX repository_installation ON repository (installation_id);
CREATE INDEX repository_name ON repository (owner, name);

-- The inbox and ledger of GitHub's deliveries. Of a body it keeps the SHA-256 and the ids, refs, SHAs and logins that jobs need.
CREATE TABLE delivery (
    id              TEXT   NOT NULL PRIMARY KEY, -- X-GitHub-Delivery
    event           TEXT   NOT NULL,
    action          TEXT   NOT NULL,
    body_sha256     TEXT   NOT NULL,
    installation_id BIGINT NOT NULL, -- 0: none named
    repository_id   BIGINT NOT NULL, -- 0: none named
    facts           TEXT   NOT NULL,
    state           TEXT   NOT NULL, -- stored, planned, ignored
    received_at     BIGINT NOT NULL,
    UNIQUE (event, body_sha256)
);
CREATE INDEX delivery_stored ON delivery (received_at, id) WHERE state = 'stored';
CREATE INDEX delivery_received ON delivery (received_at);

-- One task is one thing to keep true, however many deliveries ask for it. wanted > done: it must run (again).
CREATE TABLE task (
    id              INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    kind            TEXT    NOT NULL,
    lane            TEXT    NOT NULL, -- webhook, user, backfill
    installation_id BIGINT  NOT NULL,
    repository_id   BIGINT  NOT NULL, -- 0: of the installation
    subject         TEXT    NOT NULL, -- what of it: a commit, an issue number, ''
    facts           TEXT    NOT NULL, -- hints, read again from GitHub
    wanted          BIGINT  NOT NULL DEFAULT 1,
    done            BIGINT  NOT NULL DEFAULT 0,
    fence           BIGINT  NOT NULL DEFAULT 0, -- of the attempt that may write
    failed          BOOLEAN NOT NULL DEFAULT FALSE, -- given up until asked again
    error           TEXT    NOT NULL DEFAULT '',
    created_at      BIGINT  NOT NULL,
    updated_at      BIGINT  NOT NULL,
    UNIQUE (kind, installation_id, repository_id, subject)
);
CREATE INDEX task_open ON task (installation_id) WHERE done < wanted;

CREATE TABLE delivery_task (
    delivery_id TEXT   NOT NULL REFERENCES delivery (id) ON DELETE CASCADE,
    task_id     BIGINT NOT NULL REFERENCES task (id) ON DELETE CASCADE,
    wanted      BIGINT NOT NULL, -- of the task, with this delivery in it
    PRIMARY KEY (delivery_id, task_id)
);
CREATE INDEX delivery_task_task ON delivery_task (task_id);

-- One check run of ours for each head commit.
CREATE TABLE check_run (
    id              INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    repository_id   BIGINT NOT NULL REFERENCES repository (id) ON DELETE CASCADE,
    head_sha        TEXT   NOT NULL,
    github_id       BIGINT NOT NULL DEFAULT 0, -- 0: not created yet
    generation      BIGINT NOT NULL DEFAULT 1, -- a run whose annotations no longer hold is followed by another
    status          TEXT   NOT NULL, -- in_progress, completed
    conclusion      TEXT   NOT NULL DEFAULT '',
    version         TEXT   NOT NULL DEFAULT '', -- of the scanners
    digest          TEXT   NOT NULL DEFAULT '', -- of the annotations that GitHub was given, '' for none
    started_at      BIGINT NOT NULL,
    completed_at    BIGINT NOT NULL DEFAULT 0,
    UNIQUE (repository_id, head_sha)
);
CREATE INDEX check_run_open ON check_run (started_at) WHERE status = 'in_progress';

-- A person attested on a pull request that a credential was revoked and replaced.
CREATE TABLE rotation (
    repository_id   BIGINT NOT NULL REFERENCES repository (id) ON DELETE CASCADE,
    pull_request    BIGINT NOT NULL,
    credential_hash TEXT   NOT NULL,
    login           TEXT   NOT NULL,
    attested_at     BIGINT NOT NULL,
    PRIMARY KEY (repository_id, pull_request, credential_hash)
);

CREATE TABLE integration (
    id              INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    installation_id BIGINT NOT NULL REFERENCES installation (id) ON DELETE CASCADE,
    identity        TEXT   NOT NULL, -- the key it is shown by
    kind            TEXT   NOT NULL,
    name            TEXT   NOT NULL,
    product         TEXT   NOT NULL,
    vendor          TEXT   NOT NULL,
    reputation      TEXT   NOT NULL,
    status          TEXT   NOT NULL DEFAULT 'unreviewed', -- unreviewed, approved, denied, retired
    first_seen_at   BIGINT NOT NULL,
    last_seen_at    BIGINT NOT NULL
);

-- Every key an integration is known by; new facts add aliases.
CREATE TABLE integration_alias (
    installation_id BIGINT NOT NULL REFERENCES installation (id) ON DELETE CASCADE,
    identity        TEXT   NOT NULL,
    integration_id  BIGINT NOT NULL REFERENCES integration (id) ON DELETE CASCADE,
    PRIMARY KEY (installation_id, identity)
);

-- Where integrations stand on default branches.
CREATE TABLE sighting (
    id             INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    integration_id BIGINT NOT NULL REFERENCES integration (id) ON DELETE CASCADE,
    repository_id  BIGINT NOT NULL REFERENCES repository (id) ON DELETE CASCADE,
    path           TEXT   NOT NULL,
    pointer        TEXT   NOT NULL,
    name           TEXT   NOT NULL,
    line           BIGINT NOT NULL,
    client         TEXT   NOT NULL,
    detail         TEXT   NOT NULL, -- as `castellan scan` prints it, redacted
    first_seen_at  BIGINT NOT NULL,
    last_seen_at   BIGINT NOT NULL,
    UNIQUE (repository_id, integration_id, path, pointer, name)
);

CREATE TABLE finding (
    id                  INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    repository_id       BIGINT NOT NULL REFERENCES repository (id) ON DELETE CASCADE,
    integration_id      BIGINT NOT NULL REFERENCES integration (id) ON DELETE CASCADE,
    fingerprint         TEXT   NOT NULL,
    credential_hash     TEXT   NOT NULL, -- '' for findings about no credential
    credential_provider TEXT   NOT NULL,
    credential_kind     TEXT   NOT NULL,
    rule                TEXT   NOT NULL,
    severity            TEXT   NOT NULL,
    confidence          TEXT   NOT NULL,
    action              TEXT   NOT NULL, -- block, warn, note
    path                TEXT   NOT NULL,
    line                BIGINT NOT NULL,
    detail              TEXT   NOT NULL, -- the finding as it is rendered, redacted
    blob                TEXT   NOT NULL, -- of the file it was last seen in
    commit_sha          TEXT   NOT NULL, -- that introduced it
    author              TEXT   NOT NULL,
    state               TEXT   NOT NULL, -- proposed (off the default branch), open, gone, rule-changed
    backlog             BOOLEAN NOT NULL, -- was there before Castellan looked
    version             TEXT   NOT NULL, -- of the scanners that saw it last
    seen_commit         TEXT   NOT NULL, -- where it was seen last
    gone_commit         TEXT   NOT NULL DEFAULT '',
    due_at              BIGINT NOT NULL DEFAULT 0, -- when a proposed credential opens its case all the same
    pull_request        BIGINT NOT NULL DEFAULT 0, -- that proposes it
    first_seen_at       BIGINT NOT NULL,
    last_seen_at        BIGINT NOT NULL,
    UNIQUE (repository_id, fingerprint, credential_hash)
);
CREATE INDEX finding_integration ON finding (integration_id, repository_id);
CREATE INDEX finding_due ON finding (due_at) WHERE state = 'proposed' AND due_at > 0;

-- One issue for each integration and repository.
CREATE TABLE cases (
    id               INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    integration_id   BIGINT  NOT NULL REFERENCES integration (id) ON DELETE CASCADE,
    repository_id    BIGINT  NOT NULL REFERENCES repository (id) ON DELETE CASCADE, -- that the risk is in
    issue_repository BIGINT  NOT NULL DEFAULT 0, -- that the issue is in; 0: no issue yet
    issue_number     BIGINT  NOT NULL DEFAULT 0,
    issue_id         BIGINT  NOT NULL DEFAULT 0,
    issue_node       TEXT    NOT NULL DEFAULT '',
    state            TEXT    NOT NULL, -- planned, open, rotation, closed
    reason           TEXT    NOT NULL DEFAULT '', -- why it is in that state, for people
    owner            TEXT    NOT NULL DEFAULT '', -- login or @org/team
    owner_source     TEXT    NOT NULL DEFAULT '',
    assignees        TEXT    NOT NULL DEFAULT '[]', -- that GitHub accepted
    closed_by        TEXT    NOT NULL DEFAULT '',
    closed_at        BIGINT  NOT NULL DEFAULT 0,
    observed_commit  TEXT    NOT NULL DEFAULT '',
    observed_at      BIGINT  NOT NULL DEFAULT 0,
    detail           TEXT    NOT NULL DEFAULT '{}', -- what app/casework keeps
    created_at       BIGINT  NOT NULL,
    updated_at       BIGINT  NOT NULL,
    UNIQUE (integration_id, repository_id)
);
CREATE INDEX cases_issue ON cases (issue_repository, issue_number);
CREATE INDEX cases_repository ON cases (repository_id);

-- Every write to GitHub, before it is made. The key makes it happen once.
CREATE TABLE outbox (
    id              INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    key             TEXT    NOT NULL UNIQUE,
    kind            TEXT    NOT NULL,
    installation_id BIGINT  NOT NULL,
    repository_id   BIGINT  NOT NULL,
    subject         TEXT    NOT NULL, -- rows of one subject are sent in their order
    payload         TEXT    NOT NULL,
    state           TEXT    NOT NULL, -- planned, sending, done, failed, dry-run
    attempts        BIGINT  NOT NULL DEFAULT 0,
    due_at          BIGINT  NOT NULL,
    result          TEXT    NOT NULL DEFAULT '',
    error           TEXT    NOT NULL DEFAULT '',
    created_at      BIGINT  NOT NULL,
    updated_at      BIGINT  NOT NULL
);
CREATE INDEX outbox_due ON outbox (due_at, id) WHERE state IN ('planned', 'sending');
CREATE INDEX outbox_subject ON outbox (subject, id);

-- What was done and decided, by whom: append-only, each row's hash covers the one before it.
CREATE TABLE audit (
    seq             BIGINT NOT NULL PRIMARY KEY,
    at              BIGINT NOT NULL,
    actor           TEXT   NOT NULL, -- login, or castellan
    action          TEXT   NOT NULL,
    installation_id BIGINT NOT NULL,
    repository_id   BIGINT NOT NULL,
    subject         TEXT   NOT NULL,
    detail          TEXT   NOT NULL,
    hash            TEXT   NOT NULL
);
CREATE TABLE audit_head (
    one  BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
    seq  BIGINT NOT NULL,
    hash TEXT   NOT NULL
);
INSERT INTO audit_head (one, seq, hash) VALUES (1, 0, '');

-- +goose StatementBegin
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit table is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit table is append-only'); END;
-- +goose StatementEnd

-- The organisation's policy as it was read last, and the last good one.
CREATE TABLE policy_file (
    installation_id BIGINT NOT NULL PRIMARY KEY REFERENCES installation (id) ON DELETE CASCADE,
    source          TEXT   NOT NULL, -- owner/name
    state           TEXT   NOT NULL, -- ok, absent, unreadable, invalid
    problem         TEXT   NOT NULL,
    commit_sha      TEXT   NOT NULL, -- that content was read at
    content         TEXT   NOT NULL, -- last good one, '' for the defaults
    read_at         BIGINT NOT NULL
);

CREATE TABLE setting (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- +goose Down
DROP TABLE setting;
DROP TABLE policy_file;
DROP TABLE audit_head;
DROP TABLE audit;
DROP TABLE outbox;
DROP TABLE cases;
DROP TABLE finding;
DROP TABLE sighting;
DROP TABLE integration_alias;
DROP TABLE integration;
DROP TABLE rotation;
DROP TABLE check_run;
DROP TABLE delivery_task;
DROP TABLE task;
DROP TABLE delivery;
DROP TABLE repository;
DROP TABLE installation;
