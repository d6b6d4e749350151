// Package db is the store: the migrations and queries for SQLite and
// PostgreSQL, the transactions, and the audit trail. Only here are SQL drivers
// known; the rest of the product sees *sql.Tx and the generated queries.
//
// Queries are written once, in queries/shared, and compiled by sqlc for both
// engines. The package generated for PostgreSQL, query, serves both, as
// modernc.org/sqlite takes $1 by its number; the one for SQLite exists so that
// its grammar is checked too, and a test compares the two.
//
// No credential is stored: the tables hold a provider, a kind, a keyed hash.
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/castellan-app/castellan/db/query"
)

// Engine is the kind of database behind a store.
type Engine string

const (
	SQLite     Engine = "sqlite"
	PostgreSQL Engine = "postgres"
)

// Store is an open database. It is safe for concurrent use.
type Store struct {
	engine Engine
	write  *sql.DB // SQLite: one connection
	read   *sql.DB
	jobs   *sql.DB       // for the job queue
	pool   *pgxpool.Pool // behind write, read and jobs; nil with SQLite
	file   string        // of SQLite
	disown func() error  // of SQLite: ends Own; nil before it

	mu    sync.Mutex
	after map[*sql.Tx][]func() // to be run once a transaction is committed
}

// Open opens the database at a URL: sqlite:PATH or postgres://…. It does not
// migrate. Errors never contain the URL, which may hold a password.
func Open(ctx context.Context, rawURL string) (*Store, error) {
	scheme, rest, _ := strings.Cut(rawURL, ":")
	switch strings.ToLower(scheme) {
	case "sqlite":
		path := strings.TrimPrefix(rest, "//")
		if path == "" {
			return nil, errors.New("open the database: sqlite: names no file")
		}
		return openSQLite(ctx, path)
	case "postgres", "postgresql":
		if _, err := url.Parse(rawURL); err != nil {
			return nil, errors.New("open the database: the postgres URL is malformed")
		}
		return openPostgres(ctx, rawURL)
	}
	return nil, errors.New("open the database: the URL begins with neither sqlite: nor postgres: as its scheme")
}

// Engine tells which kind of database it is.
func (s *Store) Engine() Engine { return s.engine }

// Queries read without a transaction. With SQLite they cannot write.
func (s *Store) Queries() *query.Queries { return query.New(textual{s.read}) }

// In are the queries of a transaction.
func In(tx *sql.Tx) *query.Queries { return query.New(textual{tx}) }

// InTx runs do in one transaction for writing, which is rolled back if do or
// the commit fails. With SQLite transactions run one at a time: do must not
// wait for another one.
func (s *Store) InTx(ctx context.Context, do func(*sql.Tx) error) (err error) {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin a transaction: %w", err)
	}
	committed := false
	defer func() { // also if do panics
		after := s.taken(tx)
		if !committed {
			err = errors.Join(err, ignoreDone(tx.Rollback()))
			return
		}
		for _, f := range after {
			f()
		}
	}()
	if err := do(tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	committed = true
	return nil
}

// After has do run once tx, which InTx began, is committed; never if it is not.
func (s *Store) After(tx *sql.Tx, do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.after == nil {
		s.after = map[*sql.Tx][]func(){}
	}
	s.after[tx] = append(s.after[tx], do)
}

func (s *Store) taken(tx *sql.Tx) []func() {
	s.mu.Lock()
	defer s.mu.Unlock()
	after := s.after[tx]
	delete(s.after, tx)
	return after
}

func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}

// Jobs is the handle for the job queue, which with SQLite has connections of
// its own.
func (s *Store) Jobs() *sql.DB { return s.jobs }

// Pool is the pool of PostgreSQL connections, nil with SQLite.
func (s *Store) Pool() *pgxpool.Pool { return s.pool }

// Ping reports whether the database can be written.
func (s *Store) Ping(ctx context.Context) error {
	return s.InTx(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "SELECT 1")
		return err
	})
}

// Close closes all connections.
func (s *Store) Close() error {
	var errs []error
	for _, db := range []*sql.DB{s.jobs, s.read, s.write} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	if s.pool != nil {
		s.pool.Close()
	}
	if s.disown != nil {
		errs = append(errs, s.disown())
	}
	return errors.Join(errs...)
}
