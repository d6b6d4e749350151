-- Deliveries that GitHub tried and that are not in the ledger, until they are or GitHub keeps them no longer.
-- +goose Up
CREATE TABLE missed_delivery (
    id           TEXT    NOT NULL PRIMARY KEY, -- X-GitHub-Delivery
    attempt_id   BIGINT  NOT NULL, -- GitHub's id of the newest attempt
    attempted_at BIGINT  NOT NULL, -- when that was made
    refused      BOOLEAN NOT NULL, -- and answered 4xx
    most         BIGINT  NOT NULL, -- how often it may be asked for
    asked        BIGINT  NOT NULL DEFAULT 0, -- how often it was
    asked_at     BIGINT  NOT NULL DEFAULT 0, -- when last, also in vain
    again_at     BIGINT  NOT NULL DEFAULT 0 -- when again, if nothing shows earlier that deliveries arrive
);

-- How far GitHub's log was read, now with the place where an interrupted reading goes on.
UPDATE setting SET name = 'deliveries swept', value = '{"until":"' || value || '"}' WHERE name = 'deliveries swept until';

-- +goose Down
DELETE FROM setting WHERE name = 'deliveries swept';
DROP TABLE missed_delivery;
