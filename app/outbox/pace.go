package outbox

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/castellan-app/castellan/db"
	"github.com/castellan-app/castellan/db/query"
)

// paces are how many issues and comments one installation makes in a time,
// whatever the number of processes: below GitHub's limits on creation, 80 a minute
// and 500 an hour (docs.github.com, "Rate limits for the REST API"), which people
// share with us.
var paces = [...]struct {
	within time.Duration
	most   int64
}{{time.Minute, 60}, {time.Hour, 400}}

// postpone has a write that creates something wait while its installation has
// made enough.
func (o *Outbox) postpone(ctx context.Context, row *query.Outbox) (bool, error) {
	if !row.Creates {
		return false, nil
	}
	due := time.Time{}
	for _, p := range paces {
		made, err := o.Store.Queries().CreatedSince(ctx, query.CreatedSinceParams{
			InstallationID: row.InstallationID, Since: o.Now().Add(-p.within).UnixMilli(), Most: p.most,
		})
		if err != nil {
			return false, fmt.Errorf("count what installation %d created: %w", row.InstallationID, err)
		}
		if int64(len(made)) < p.most {
			continue
		}
		if free := time.UnixMilli(made[p.most-1]).Add(p.within + time.Millisecond); free.After(due) {
			due = free
		}
	}
	if due.IsZero() {
		return false, nil
	}
	err := o.Store.InTx(ctx, func(tx *sql.Tx) error {
		_, err := db.In(tx).PostponeWrite(ctx, query.PostponeWriteParams{DueAt: due.UnixMilli(), ID: row.ID, Attempts: row.Attempts})
		return err
	})
	if err != nil {
		return false, fmt.Errorf("postpone %s: %w", row.Key, err)
	}
	return true, nil
}
