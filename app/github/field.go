package github

import (
	"strconv"
	"time"

	gh "github.com/google/go-github/v66/github"
)

// optional is nil for "", so that the field is not sent.
func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// timestamp is nil for the zero time.
func timestamp(t time.Time) *gh.Timestamp {
	if t.IsZero() {
		return nil
	}
	return &gh.Timestamp{Time: t.UTC()}
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func firstError(all ...error) error {
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}
