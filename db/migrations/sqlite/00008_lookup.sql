-- What registries and advisory databases said of packages, for all processes.
-- +goose Up
CREATE TABLE lookup (
    name            TEXT   NOT NULL PRIMARY KEY, -- what was asked, as in "npm/NAME"
    body            TEXT   NOT NULL, -- what was answered, as JSON; '' if there was nothing
    fetched_at      BIGINT NOT NULL,
    first_absent_at BIGINT NOT NULL, -- since when a name was absent each time; 0: it was not
    last_absent_at  BIGINT NOT NULL
);
CREATE INDEX lookup_fetched ON lookup (fetched_at);
CREATE INDEX lookup_absent ON lookup (first_absent_at) WHERE first_absent_at > 0;

-- +goose Down
DROP TABLE lookup;
