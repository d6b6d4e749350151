package outbox_test

import (
	"database/sql"
	"fmt"
	"testing"
	"time"

	"github.com/castellan-app/castellan/app/outbox"
	"github.com/castellan-app/castellan/db"
	"github.com/castellan-app/castellan/db/dbtest"
)

// However many processes write, one installation makes no more issues and
// comments than GitHub takes. Other writes and other installations do not wait.
func TestCreationsArePacedByInstallation(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		o, g, c := setup(s)
		// made are n creations of the installation, every some time until now.
		made := func(installation int64, n int, every time.Duration) {
			t.Helper()
			err := s.InTx(t.Context(), func(tx *sql.Tx) error {
				for i := range n {
					key := fmt.Sprintf("old/%d/%d/%d", installation, n, i)
					if err := o.Plan(t.Context(), tx, outbox.Write{Key: key, Kind: "say", Installation: installation, Subject: key, Payload: "x", Creates: true}); err != nil {
						return err
					}
					at := c.now().Add(-every * time.Duration(i)).UnixMilli()
					if _, err := tx.ExecContext(t.Context(), "UPDATE outbox SET state = 'done', updated_at = $1 WHERE key = $2", at, key); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		now := func(key string, installation int64, creates bool) bool {
			t.Helper()
			err := s.InTx(t.Context(), func(tx *sql.Tx) error {
				return o.Plan(t.Context(), tx, outbox.Write{Key: key, Kind: "say", Installation: installation, Subject: key, Payload: "x", Creates: creates})
			})
			if err != nil {
				t.Fatal(err)
			}
			before := len(g.seen)
			if err := o.Flush(t.Context(), key); err != nil {
				t.Fatal(err)
			}
			return len(g.seen) > before
		}
		waits := func(key string) time.Duration {
			return time.UnixMilli(row(t, o, key).DueAt).Sub(c.now()).Round(time.Second)
		}

		made(1, 59, time.Second)
		if !now("sixtieth", 1, true) {
			t.Error("the sixtieth of a minute waits")
		}
		if now("next", 1, true) || waits("next") != 2*time.Second {
			t.Errorf("the next one waits for %v, want 2 s: until the first of them is a minute old", waits("next"))
		}
		if !now("change", 1, false) || !now("elsewhere", 2, true) {
			t.Error("what is no creation, or another installation's, waits")
		}
		c.advance(3 * time.Second)
		if !now("next", 1, true) {
			t.Error("it waits still")
		}

		made(3, 400, 8*time.Second)
		if now("hour", 3, true) || waits("hour") != time.Hour-399*8*time.Second {
			t.Errorf("after 400 of an hour it waits for %v", waits("hour"))
		}
		if row(t, o, "hour").Attempts != 0 {
			t.Error("waiting counts as an attempt")
		}
	})
}
