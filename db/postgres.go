package db

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
)

// openPostgres opens one pool that everything shares, so that a process keeps
// to the number of connections its URL allows (pool_max_conns).
func openPostgres(ctx context.Context, rawURL string) (*Store, error) {
	config, err := pgxpool.ParseConfig(rawURL)
	if err != nil {
		return nil, errors.New("open the database: the postgres URL cannot be read: want postgres://USER:PASSWORD@HOST:PORT/DATABASE")
	}
	if config.MaxConns < 8 {
		config.MaxConns = 8 // the listener of the job queue keeps one
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	s := &Store{engine: PostgreSQL, pool: pool}
	s.write = stdlib.OpenDBFromPool(pool)
	s.read, s.jobs = s.write, s.write
	if err := s.write.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open the database at %s:%d: %w", config.ConnConfig.Host, config.ConnConfig.Port, err), s.Close())
	}
	return s, nil
}
