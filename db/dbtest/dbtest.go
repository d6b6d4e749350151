// Package dbtest gives tests a migrated store of their own on each engine.
//
// PostgreSQL is the real server: the one at CASTELLAN_TEST_POSTGRES_URL if that
// is set, else one that the test process starts from the installed server
// programs (Debian: postgresql) and stops at its end.
package dbtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"sync"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver called pgx

	"github.com/castellan-app/castellan/db"
)

// engines are all that a test runs on.
var engines = []db.Engine{db.SQLite, db.PostgreSQL}

// Each runs a test on both engines, with a fresh store for each.
func Each(t *testing.T, test func(t *testing.T, s *db.Store)) {
	t.Helper()
	for _, e := range engines {
		t.Run(string(e), func(t *testing.T) {
			t.Parallel()
			test(t, Open(t, e))
		})
	}
}

// Open gives a migrated, empty store that is gone after the test.
func Open(t testing.TB, engine db.Engine) *db.Store {
	t.Helper()
	s, err := db.Open(context.Background(), URL(t, engine))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := s.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return s
}

// URL names an empty database that is gone after the test.
func URL(t testing.TB, engine db.Engine) string {
	t.Helper()
	if engine == db.SQLite {
		return "sqlite:" + filepath.Join(t.TempDir(), "castellan.db")
	}
	url, drop, err := NewDatabase(context.Background())
	if err != nil {
		t.Fatalf("these tests need PostgreSQL: %v", err)
	}
	t.Cleanup(func() {
		if err := drop(); err != nil {
			t.Error(err)
		}
	})
	return url
}

// NewDatabase makes an empty PostgreSQL database, for programs that are no test.
func NewDatabase(ctx context.Context) (rawURL string, drop func() error, err error) {
	pg, err := server()
	if err != nil {
		return "", nil, err
	}
	u, err := url.Parse(pg.url)
	if err != nil {
		return "", nil, err
	}
	admin, err := sql.Open("pgx", pg.url)
	if err != nil {
		return "", nil, err
	}
	name := "castellan_" + fmt.Sprintf("%x", random())
	if _, err := admin.ExecContext(ctx, "CREATE DATABASE "+name); err != nil {
		return "", nil, errors.Join(err, admin.Close())
	}
	u.Path = "/" + name
	return u.String(), func() error {
		_, err := admin.ExecContext(context.WithoutCancel(ctx), "DROP DATABASE "+name+" WITH (FORCE)")
		return errors.Join(err, admin.Close())
	}, nil
}

func random() []byte {
	b := make([]byte, 8)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return b
}

// server is started once for each process.
var server = sync.OnceValues(start)
