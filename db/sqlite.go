package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver called sqlite
)

// openSQLite opens three sets of connections to one file: one that writes, some
// that read, some for the job queue. A commit is on the disk when it returns
// (synchronous=FULL): webhooks are acknowledged after one.
func openSQLite(ctx context.Context, path string) (*Store, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	if err := touch(abs); err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	s := &Store{engine: SQLite, file: abs}
	const shared = "_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)&_pragma=cache_size(-16000)&_pragma=temp_store(MEMORY)"
	const writer = shared + "&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate"
	for _, c := range []struct {
		db    **sql.DB
		query string
		most  int
	}{
		{&s.write, writer, 1},
		{&s.read, shared + "&mode=ro&_pragma=query_only(1)", 4},
		{&s.jobs, writer, 2},
	} {
		*c.db, err = sql.Open("sqlite", (&url.URL{Scheme: "file", Path: abs, RawQuery: c.query}).String())
		if err == nil {
			(*c.db).SetMaxOpenConns(c.most)
			err = (*c.db).PingContext(ctx)
		}
		if err != nil {
			return nil, errors.Join(fmt.Errorf("open the database %s: %w", abs, err), s.Close())
		}
	}
	return s, nil
}

// touch makes the file, readable by its owner only.
func touch(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// Backup writes a consistent copy of an SQLite database to a new file, while
// it is in use. PostgreSQL has its own tools.
func (s *Store) Backup(ctx context.Context, path string) error {
	if s.engine != SQLite {
		return errors.New("back up: only SQLite is copied by castellan, use pg_dump for PostgreSQL")
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) // SQLite takes an empty file
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("back up: %s exists already", path)
	}
	if err == nil {
		err = f.Close()
	}
	if err == nil {
		_, err = s.jobs.ExecContext(ctx, "VACUUM INTO ?", path)
	}
	if err != nil {
		return fmt.Errorf("back up to %s: %w", path, err)
	}
	return nil
}

// Own makes sure that no other process works on the database: with SQLite one
// does, and takes over what others left running. It holds until Close. The lock is
// SQLite's on a file beside the database, which ends with the process.
func (s *Store) Own(ctx context.Context) error {
	if s.engine != SQLite {
		return nil
	}
	const query = "_pragma=busy_timeout(0)&_txlock=exclusive"
	beside := s.file + ".owner"
	if err := touch(beside); err != nil {
		return fmt.Errorf("lock the database %s: %w", s.file, err)
	}
	file, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: beside, RawQuery: query}).String())
	if err != nil {
		return fmt.Errorf("lock the database %s: %w", s.file, err)
	}
	lock, err := file.BeginTx(context.WithoutCancel(ctx), nil)
	if err != nil {
		err = fmt.Errorf("lock the database %s: another castellan works on it, and with SQLite only one may (use PostgreSQL for several): %w", s.file, err)
		return errors.Join(err, file.Close())
	}
	s.disown = func() error { return errors.Join(lock.Rollback(), file.Close()) }
	return nil
}
