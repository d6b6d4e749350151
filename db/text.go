package db

import (
	"context"
	"database/sql"
	"strings"

	"github.com/castellan-app/castellan/db/query"
)

// Text is a string as it is stored: what is not UTF-8 and NUL, which PostgreSQL
// refuses, become U+FFFD. Paths in git are any bytes, names in JSON may hold
// NUL, and a message cut at a length ends anywhere.
func Text(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// textual stores every string as Text, with both engines.
type textual struct{ query.DBTX }

// ExecContext implements query.DBTX.
func (t textual) ExecContext(ctx context.Context, q string, args ...any) (sql.Result, error) {
	return t.DBTX.ExecContext(ctx, q, texts(args)...)
}

// QueryContext implements query.DBTX.
func (t textual) QueryContext(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	return t.DBTX.QueryContext(ctx, q, texts(args)...)
}

// QueryRowContext implements query.DBTX.
func (t textual) QueryRowContext(ctx context.Context, q string, args ...any) *sql.Row {
	return t.DBTX.QueryRowContext(ctx, q, texts(args)...)
}

// texts changes args, which are the caller's alone.
func texts(args []any) []any {
	for i, a := range args {
		if s, ok := a.(string); ok {
			args[i] = Text(s)
		}
	}
	return args
}

// Clip cuts the message of an error to what is kept of it: 1,000 bytes.
func Clip(s string) string {
	const most = 1000
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}
