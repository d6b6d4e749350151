package db

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/castellan-app/castellan/db/query"
)

// Event is one line of the audit trail: who did or decided what.
type Event struct {
	Actor        string // login, or "castellan"
	Action       string // "case.closed"
	Installation int64
	Repository   int64
	Subject      string
	Detail       map[string]string // of ids, names and reasons; never a credential
}

// Audit appends an event in the transaction of what it tells of. Each row's
// hash covers the one before it, so that a row changed or lost later shows.
func Audit(ctx context.Context, tx *sql.Tx, at time.Time, e Event) error {
	q := In(tx)
	head, err := q.NextAudit(ctx) // holds the row until the commit: rows get their numbers in order
	if err != nil {
		return fmt.Errorf("append to the audit trail: %w", err)
	}
	detail, err := json.Marshal(e.Detail) // keys sorted
	if err != nil {
		return fmt.Errorf("append to the audit trail: %w", err)
	}
	row := query.InsertAuditParams{ // as it will be read: the hash covers that
		Seq: head.Seq, At: at.UnixMilli(), Actor: Text(e.Actor), Action: e.Action,
		InstallationID: e.Installation, RepositoryID: e.Repository, Subject: Text(e.Subject), Detail: string(detail),
	}
	row.Hash = link(head.Hash, query.Audit(row))
	if err := q.InsertAudit(ctx, row); err != nil {
		return fmt.Errorf("append to the audit trail: %w", err)
	}
	return q.SetAuditHead(ctx, row.Hash)
}

// link is hex SHA-256 over the hash before and the fields of a row, each with
// its length.
func link(before string, r query.Audit) string {
	h := sha256.New()
	for _, s := range []string{
		before, strconv.FormatInt(r.Seq, 10), strconv.FormatInt(r.At, 10), r.Actor, r.Action,
		strconv.FormatInt(r.InstallationID, 10), strconv.FormatInt(r.RepositoryID, 10), r.Subject, r.Detail,
	} {
		fmt.Fprintf(h, "%d:%s,", len(s), s)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// VerifyAudit walks the whole trail and returns the number of its rows. An
// error names the first row that does not follow from the one before it, or
// says that rows are missing at the end.
func (s *Store) VerifyAudit(ctx context.Context) (int64, error) {
	var last query.Audit
	for {
		rows, err := s.Queries().AuditAfter(ctx, query.AuditAfterParams{Seq: last.Seq, Most: 1000})
		if err != nil {
			return last.Seq, fmt.Errorf("read the audit trail: %w", err)
		}
		if len(rows) == 0 {
			head, err := s.Queries().AuditHead(ctx)
			if err == nil && head.Seq == last.Seq && head.Hash != last.Hash || err == nil && head.Seq > last.Seq {
				err = fmt.Errorf("the audit trail ends at row %d, and has had %d", last.Seq, head.Seq)
			}
			return last.Seq, err
		}
		for _, r := range rows {
			if r.Seq != last.Seq+1 || r.Hash != link(last.Hash, r) {
				return last.Seq, fmt.Errorf("the audit trail is broken at row %d, after row %d", r.Seq, last.Seq)
			}
			last = r
		}
	}
}
