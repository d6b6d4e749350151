package db

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
)

// Alone runs do while no other process of the same PostgreSQL database does the
// thing of this name. The lock is the session's: it ends with a process that
// dies. With SQLite, whose file one process owns, it just runs.
func (s *Store) Alone(ctx context.Context, name string, do func(context.Context) error) (err error) {
	if s.engine != PostgreSQL {
		return do(ctx)
	}
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return fmt.Errorf("lock %s: %w", name, err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	h := fnv.New64a()
	_, _ = h.Write([]byte("castellan " + name)) // a hash takes everything
	key := int64(h.Sum64())
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", key); err != nil {
		return fmt.Errorf("lock %s: %w", name, err)
	}
	defer func() {
		_, unlock := conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", key)
		err = errors.Join(err, unlock)
	}()
	return do(ctx)
}
