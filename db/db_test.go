package db_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/castellan-app/castellan/db"
	"github.com/castellan-app/castellan/db/dbtest"
	"github.com/castellan-app/castellan/db/query"
)

var now = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

func inTx(t *testing.T, s *db.Store, do func(q *query.Queries) error) {
	t.Helper()
	if err := s.InTx(t.Context(), func(tx *sql.Tx) error { return do(db.In(tx)) }); err != nil {
		t.Fatal(err)
	}
}

// The two generated packages hold the same statements.
func TestBothEnginesGetTheSameQueries(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("query/*.go")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	placeholder, quoted := regexp.MustCompile(`\?(\d+)`), regexp.MustCompile(`"(action|key)"(,| )`)
	for _, f := range files {
		pg, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		lite, err := os.ReadFile(filepath.Join("internal/sqlite", filepath.Base(f)))
		if err != nil {
			t.Fatal(err)
		}
		got := quoted.ReplaceAllString(placeholder.ReplaceAllString(string(lite), "$$$1"), "$1$2")
		if got != string(pg) {
			t.Errorf("%s differs between the engines", f)
		}
	}
}

// Whoever changes what sqlc reads runs `make generate`.
func TestGeneratedCodeIsCurrent(t *testing.T) {
	t.Parallel()
	sum := sha256.New()
	for _, glob := range []string{"sqlc.yaml", "migrations/*/*.sql", "queries/*/*.sql"} {
		files, err := filepath.Glob(glob)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %v", glob, err)
		}
		for _, f := range files {
			data, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			sum.Write(data)
		}
	}
	want, err := os.ReadFile("sqlc.sum")
	if err != nil {
		t.Fatal(err)
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != strings.TrimSpace(string(want)) {
		t.Errorf("schema or queries have changed since sqlc ran (%s, not %s): run make generate", got, strings.TrimSpace(string(want)))
	}
}

func TestMigrateOnceByMany(t *testing.T) {
	t.Parallel()
	for _, engine := range []db.Engine{db.SQLite, db.PostgreSQL} {
		url := dbtest.URL(t, engine)
		var wg sync.WaitGroup
		if engine == db.SQLite { // one process owns the file
			s, err := db.Open(t.Context(), url)
			if err != nil {
				t.Fatal(err)
			}
			if v, err := s.Migrate(t.Context()); err != nil || len(v) == 0 {
				t.Errorf("versions %v, %v", v, err)
			}
			if v, err := s.Migrate(t.Context()); err != nil || len(v) != 0 {
				t.Errorf("a second time: versions %v, %v", v, err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			continue
		}
		applied := make(chan int, 4)
		for range 4 {
			wg.Go(func() {
				s, err := db.Open(context.Background(), url)
				if err != nil {
					t.Error(err)
					return
				}
				v, err := s.Migrate(context.Background())
				if err := errors.Join(err, s.Close()); err != nil {
					t.Error(err)
				}
				applied <- len(v)
			})
		}
		wg.Wait()
		close(applied)
		all := 0
		for n := range applied {
			all += n
		}
		if all == 0 {
			t.Error("nobody migrated")
		}
	}
}

func TestTransactionsRollBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		broken := errors.New("broken")
		err := s.InTx(t.Context(), func(tx *sql.Tx) error {
			if err := db.In(tx).PutSetting(t.Context(), query.PutSettingParams{Name: "a", Value: "1"}); err != nil {
				return err
			}
			return broken
		})
		if !errors.Is(err, broken) {
			t.Fatal(err)
		}
		if _, err := s.Queries().Setting(t.Context(), "a"); !errors.Is(err, sql.ErrNoRows) {
			t.Errorf("a rolled back row is there: %v", err)
		}
	})
}

func TestAfterRunsOnceCommitted(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		var ran []string
		broken := errors.New("broken")
		for name, end := range map[string]error{"committed": nil, "rolled back": broken} {
			err := s.InTx(t.Context(), func(tx *sql.Tx) error {
				s.After(tx, func() { ran = append(ran, name) })
				if len(ran) > 0 && name == "committed" {
					t.Error("it ran before the commit")
				}
				return end
			})
			if !errors.Is(err, end) {
				t.Fatal(err)
			}
		}
		if len(ran) != 1 || ran[0] != "committed" {
			t.Errorf("ran %q, want what was committed, once", ran)
		}
	})
}

// A panic, which the job queue recovers from, is no commit, and does not keep the
// one connection that writes.
func TestPanicInATransactionRollsBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic is swallowed")
				}
			}()
			_ = s.InTx(t.Context(), func(tx *sql.Tx) error {
				s.After(tx, func() { t.Error("it ran without a commit") })
				if err := db.In(tx).PutSetting(t.Context(), query.PutSettingParams{Name: "a", Value: "1"}); err != nil {
					t.Error(err)
				}
				panic("broken")
			})
		}()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		if err := s.Ping(ctx); err != nil {
			t.Errorf("nothing can be written any more: %v", err)
		}
		if _, err := s.Queries().Setting(t.Context(), "a"); !errors.Is(err, sql.ErrNoRows) {
			t.Errorf("what was written is there: %v", err)
		}
	})
}

// PostgreSQL refuses what is not UTF-8, and NUL.
func TestStringsAreStoredAsText(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		inTx(t, s, func(q *query.Queries) error {
			return q.PutSetting(t.Context(), query.PutSettingParams{Name: "a\xff", Value: "é\x00\xc3"})
		})
		if got, err := s.Queries().Setting(t.Context(), "a\xff"); err != nil || got != "é\uFFFD\uFFFD" {
			t.Errorf("stored %q, %v", got, err)
		}
		err := s.InTx(t.Context(), func(tx *sql.Tx) error {
			return db.Audit(t.Context(), tx, now, db.Event{Actor: "a\x00", Action: "b", Subject: "\xff"})
		})
		if err != nil {
			t.Fatal(err)
		}
		if n, err := s.VerifyAudit(t.Context()); err != nil || n != 1 {
			t.Errorf("%d rows, %v", n, err)
		}
	})
}

func TestAuditIsAppendOnlyAndChained(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		var wg sync.WaitGroup
		for i := range 4 {
			wg.Go(func() {
				for range 5 {
					err := s.InTx(context.Background(), func(tx *sql.Tx) error {
						return db.Audit(context.Background(), tx, now, db.Event{Actor: "ann", Action: "case.closed", Repository: int64(i), Detail: map[string]string{"reason": "rotated"}})
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if n, err := s.VerifyAudit(t.Context()); n != 20 || err != nil {
			t.Fatalf("%d rows, %v", n, err)
		}
		for _, statement := range []string{"UPDATE audit SET actor = 'bob' WHERE seq = 3", "DELETE FROM audit WHERE seq = 20"} {
			err := s.InTx(t.Context(), func(tx *sql.Tx) error { _, err := tx.ExecContext(t.Context(), statement); return err })
			if err == nil || !strings.Contains(err.Error(), "append-only") {
				t.Errorf("%s: %v", statement, err)
			}
		}
		drop := "DROP TRIGGER audit_no_update"
		if s.Engine() == db.PostgreSQL {
			drop = "DROP TRIGGER audit_no_change ON audit"
		}
		err := s.InTx(t.Context(), func(tx *sql.Tx) error {
			_, err := tx.ExecContext(t.Context(), drop)
			_, err2 := tx.ExecContext(t.Context(), "UPDATE audit SET actor = 'bob' WHERE seq = 3")
			return errors.Join(err, err2)
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.VerifyAudit(t.Context()); err == nil || !strings.Contains(err.Error(), "row 3") {
			t.Errorf("a changed row went unnoticed: %v", err)
		}
	})
}

func TestBackup(t *testing.T) {
	t.Parallel()
	s := dbtest.Open(t, db.SQLite)
	inTx(t, s, func(q *query.Queries) error {
		return q.PutSetting(t.Context(), query.PutSettingParams{Name: "a", Value: "1"})
	})
	file := filepath.Join(t.TempDir(), "copy.db")
	if err := s.Backup(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	if err := s.Backup(t.Context(), file); err == nil {
		t.Error("an existing file was overwritten")
	}
	c, err := db.Open(t.Context(), "sqlite:"+file)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if v, err := c.Queries().Setting(t.Context(), "a"); v != "1" || err != nil {
		t.Errorf("the copy has %q, %v", v, err)
	}
}

func TestOneProcessOwnsAnSQLiteDatabase(t *testing.T) {
	t.Parallel()
	url := "sqlite:" + filepath.Join(t.TempDir(), "c.db")
	open := func() *db.Store {
		s, err := db.Open(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	first, second := open(), open()
	defer second.Close()
	if err := first.Own(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := second.Own(t.Context()); err == nil || !strings.Contains(err.Error(), "another castellan works on it") {
		t.Errorf("a second owner: %v", err)
	}
	if err := second.Ping(t.Context()); err != nil {
		t.Errorf("the lock keeps others from looking: %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if err := second.Own(t.Context()); err != nil {
		t.Errorf("after the first has ended: %v", err)
	}
}

func TestOpenErrorsHideTheURL(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"mysql://u:canary@h/d", "postgres://u:canary@h:99999999/d", "postgres://u:canary@127.0.0.1:1/d", "sqlite:", "canary"} {
		_, err := db.Open(t.Context(), url)
		if err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: %v", url, err)
		}
	}
}
