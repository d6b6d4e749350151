package main

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/castellan-app/castellan/app/github/ghsim"
	"github.com/castellan-app/castellan/db"
)

// past is a clock of GitHub's that can be put back: what it made a while ago is
// on its way no more, and the sweep looks at it.
type past struct{ by atomic.Int64 }

func (p *past) now() time.Time { return time.Now().Add(-time.Duration(p.by.Load())) }

// ago has GitHub make webhooks of five minutes ago, and hold them.
func (a *app) ago(p *past, do func()) {
	a.t.Helper()
	p.by.Store(int64(5 * time.Minute))
	a.sim.Route(func(string, string) ghsim.Fate { return ghsim.Hold })
	do()
	p.by.Store(0)
	a.sim.Route(nil)
}

// backup copies the SQLite database by `castellan backup`.
func (a *app) backup() string {
	a.t.Helper()
	file := filepath.Join(a.t.TempDir(), "copy.db")
	env := map[string]string{"CASTELLAN_DATABASE_URL": a.url, "CASTELLAN_DATA_DIR": a.dir}
	if code := run(context.Background(), []string{"backup", file}, func(k string) string { return env[k] }, a.out, a.log); code != 0 {
		a.t.Fatalf("backup ended with %d", code)
	}
	return file
}

// restore does what docs/deploy.md says, and starts Castellan again.
func (a *app) restore(file string) {
	a.t.Helper()
	a.stop()
	if a.store != nil {
		_ = a.store.Close()
		a.store = nil
	}
	database := strings.TrimPrefix(a.url, "sqlite:")
	content, err := os.ReadFile(file)
	if err != nil {
		a.t.Fatal(err)
	}
	if err := os.WriteFile(database, content, 0o600); err != nil {
		a.t.Fatal(err)
	}
	for _, beside := range []string{"-wal", "-shm"} {
		if err := os.Remove(database + beside); err != nil && !os.IsNotExist(err) {
			a.t.Fatal(err)
		}
	}
	a.start(nil)
}

// What was acknowledged after the backup is not in the copy, and GitHub takes it
// for delivered: it is asked for again.
func TestARestoredBackupMissesNoDelivery(t *testing.T) {
	t.Parallel()
	var github past
	a, r := acmeWith(t, db.SQLite, ghsim.Options{Now: github.now}, "", nil)
	a.quiet()
	a.swept()
	a.exec("UPDATE setting SET value = $1 WHERE name = 'deliveries swept'", `{"until":"`+time.Now().Add(-time.Hour).UTC().Format(time.RFC3339)+`"}`) // it was an hour ago
	file := a.backup()
	var head string
	a.ago(&github, func() { head = a.sim.Push(r, "feature", leak(0), "Add a server") })
	a.sim.Release()
	a.concludes(r, head, "failure")
	push := a.latest("push")
	if push.Status != http.StatusAccepted || push.Redelivery {
		t.Fatalf("the push was not acknowledged: %+v", push)
	}
	a.restore(file)
	a.until("the lost delivery to be in the ledger", func() bool {
		_, err := a.database().Queries().Delivery(context.Background(), push.GUID)
		return err == nil
	})
	a.counts(r, head, "failure")
	if runs := a.runs(r, head); len(runs) != 2 {
		t.Errorf("the push was not judged again: %+v", runs)
	}
	if got := a.latest("push"); got.GUID != push.GUID || !got.Redelivery {
		t.Errorf("processed without having been asked for: %+v", got)
	}
	if failed := a.failed(); failed != "" {
		t.Errorf("given up: %s", failed)
	}
}
