package db

import (
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
)

// ErrFirst ends a transaction that finds what it was about to add added by
// another one meanwhile. It is a Conflict.
var ErrFirst = errors.New("another transaction was first")

// Conflict reports whether a transaction was rolled back because of another one
// at the same time, and may simply be tried again. With SQLite transactions wait
// for each other instead.
func Conflict(err error) bool {
	if errors.Is(err, ErrFirst) {
		return true
	}
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return false
	}
	const deadlock, serialization = "40P01", "40001"
	return pg.Code == deadlock || pg.Code == serialization
}
