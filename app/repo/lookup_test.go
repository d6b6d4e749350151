package repo

import (
	"context"
	"database/sql"
	"testing"
	"time"

	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/db"
	"github.com/castellan-app/castellan/db/dbtest"
	"github.com/castellan-app/castellan/db/query"
)

// nobody implements scan.Lookup.
type nobody struct{}

func (nobody) Look(context.Context, []scan.Subject, func(int)) scan.Looked { return scan.Looked{} }

func TestThePolicyTurnsLookUpsOn(t *testing.T) {
	t.Parallel()
	r := &Repo{keeper: &Keeper{Lookup: nobody{}, Now: time.Now}}
	p := policy.Defaults()
	if r.options(p).Lookup != nil {
		t.Error("looked up without being asked to")
	}
	p.Lookup.Enabled = true
	if r.options(p).Lookup == nil {
		t.Error("not looked up")
	}
}

// Names are looked up again only for as long as a policy wants look-ups, and the
// names that any policy calls private are known.
func TestPolicies(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		k := &Keeper{Store: s}
		put := func(id int64, content string) {
			t.Helper()
			err := s.InTx(t.Context(), func(tx *sql.Tx) error {
				q := db.In(tx)
				if err := q.PutInstallation(t.Context(), query.PutInstallationParams{ID: id, AccountID: id, AccountLogin: "acme", AccountType: "Organization", RepositorySelection: "all", Permissions: "{}", Now: 1}); err != nil {
					return err
				}
				_, err := q.PutPolicyFile(t.Context(), query.PutPolicyFileParams{InstallationID: id, Source: "acme/.github", State: policyOK, Content: content, Now: 1})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		count := func(want int) {
			t.Helper()
			if got, err := k.Policies(t.Context()); err != nil || len(got) != want {
				t.Errorf("%d policies, %v; want %d", len(got), err, want)
			}
		}
		count(0)
		put(1, "version: 1\nprivate_names: [\"acme-*\"]\n")
		put(2, "")
		count(0)
		put(3, "version: 1\nlookup: {enabled: true}\n")
		count(2)
		put(3, "version: 1\nlookup: {enabled: false}\n")
		count(0)
	})
}
