-- The heads that bring a proposed credential: their checks may end in any order.
-- +goose Up
CREATE TABLE finding_head (
    finding_id BIGINT NOT NULL REFERENCES finding (id) ON DELETE CASCADE,
    head_sha   TEXT   NOT NULL,
    PRIMARY KEY (finding_id, head_sha)
);

-- +goose Down
DROP TABLE finding_head;
