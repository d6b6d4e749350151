package inventory

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/castellan-app/castellan/db"
	"github.com/castellan-app/castellan/db/query"
	"github.com/castellan-app/castellan/scanners"
)

// Move hands what is recorded of a repository over to another installation: the
// App was installed anew, or the repository was transferred. Cases keep their
// issues, and nothing is lost when the old installation is purged.
func Move(ctx context.Context, tx *sql.Tx, repository, to int64, now time.Time) error {
	q := db.In(tx)
	all, err := q.IntegrationsElsewhere(ctx, query.IntegrationsElsewhereParams{RepositoryID: repository, InstallationID: to})
	if err != nil {
		return fmt.Errorf("list the integrations of repository %d: %w", repository, err)
	}
	for i := range all {
		old := &all[i]
		row, err := Ensure(ctx, tx, to, &scanners.Integration{
			ID: old.Identity, Kind: scanners.Kind(old.Kind), Name: old.Name, Product: old.Product, Vendor: old.Vendor, Reputation: scanners.Reputation(old.Reputation),
		}, now)
		if err != nil {
			return err
		}
		_, err = q.MoveCases(ctx, query.MoveCasesParams{ToID: row.ID, FromID: old.ID, RepositoryID: repository})
		if err == nil {
			_, err = q.MoveFindings(ctx, query.MoveFindingsParams{ToID: row.ID, FromID: old.ID, RepositoryID: repository})
		}
		if err == nil {
			_, err = q.MoveSightings(ctx, query.MoveSightingsParams{ToID: row.ID, FromID: old.ID, RepositoryID: repository})
		}
		if err != nil {
			return fmt.Errorf("move %s of repository %d: %w", old.Identity, repository, err)
		}
	}
	if _, err := q.MoveWrites(ctx, query.MoveWritesParams{InstallationID: to, RepositoryID: repository}); err != nil {
		return fmt.Errorf("move the writes of repository %d: %w", repository, err)
	}
	return nil
}
