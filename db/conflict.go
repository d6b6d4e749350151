package db

import (
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
)

// Conflict reports whether a transaction was rolled back because of another one
// at the same time, and may simply be tried again. With SQLite transactions wait
// for each other instead.
func Conflict(err error) bool {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return false
	}
	const deadlock, serialization = "40P01", "40001"
	return pg.Code == deadlock || pg.Code == serialization
}
