package inventory_test

import (
	"context"
	"database/sql"
	"sync"
	"testing"
	"time"

	"github.com/castellan-app/castellan/app/inventory"
	"github.com/castellan-app/castellan/db"
	"github.com/castellan-app/castellan/db/dbtest"
	"github.com/castellan-app/castellan/db/query"
	"github.com/castellan-app/castellan/scanners"
)

// Two tasks that see an integration for the first time at once record it once:
// two rows would be two cases, and two issues.
func TestFirstSeenTwiceAtOnceIsOneIntegration(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		err := s.InTx(t.Context(), func(tx *sql.Tx) error {
			return db.In(tx).PutInstallation(t.Context(), query.PutInstallationParams{ID: 1, AccountLogin: "acme", AccountType: "Organization", RepositorySelection: "all", Permissions: "{}"})
		})
		if err != nil {
			t.Fatal(err)
		}
		var mu sync.Mutex
		ids := map[int64]bool{}
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for done := false; !done; {
					var row query.Integration
					err := s.InTx(context.Background(), func(tx *sql.Tx) (err error) {
						row, err = inventory.Ensure(context.Background(), tx, 1, &scanners.Integration{ID: "npm:orders", Kind: scanners.KindService}, time.Now())
						return err
					})
					if done = !db.Conflict(err); done && err != nil {
						t.Error(err)
					}
					mu.Lock()
					if err == nil {
						ids[row.ID] = true
					}
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if len(ids) != 1 {
			t.Errorf("recorded as %d integrations", len(ids))
		}
	})
}
