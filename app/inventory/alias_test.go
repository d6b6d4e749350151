package inventory_test

import (
	"database/sql"
	"testing"
	"time"

	"github.com/castellan-app/castellan/app/inventory"
	"github.com/castellan-app/castellan/db"
	"github.com/castellan-app/castellan/db/dbtest"
	"github.com/castellan-app/castellan/db/query"
	"github.com/castellan-app/castellan/scanners"
)

// A package whose product becomes known stays the integration it was, with its
// cases; what has only the product in common with it comes to it.
func TestNewFactsOrphanNoIntegration(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		ensure := func(id string, aliases ...string) (row query.Integration) {
			t.Helper()
			err := s.InTx(t.Context(), func(tx *sql.Tx) (err error) {
				row, err = inventory.Ensure(t.Context(), tx, 1, &scanners.Integration{ID: id, Aliases: aliases, Kind: scanners.KindMCPServer, Name: id}, time.Now())
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return row
		}
		err := s.InTx(t.Context(), func(tx *sql.Tx) error {
			return db.In(tx).PutInstallation(t.Context(), query.PutInstallationParams{ID: 1, AccountLogin: "acme", AccountType: "Organization", RepositorySelection: "all", Permissions: "{}"})
		})
		if err != nil {
			t.Fatal(err)
		}
		old, other := ensure("npm:orders-mcp"), ensure("npm:orders-mcp-pro")
		if old.ID == other.ID {
			t.Fatal("two packages are one integration")
		}
		for _, again := range []query.Integration{
			ensure("product:orders", "npm:orders-mcp"), ensure("npm:orders-mcp"), ensure("product:orders"), ensure("product:orders", "host:mcp.orders.example"), ensure("host:mcp.orders.example"),
		} {
			if again.ID != old.ID {
				t.Errorf("%s is integration %d, want %d", again.Name, again.ID, old.ID)
			}
		}
		if again := ensure("product:orders", "npm:orders-mcp-pro"); again.ID != other.ID {
			t.Errorf("a package with cases of its own became integration %d, want %d", again.ID, other.ID)
		}
	})
}
