package github

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"time"
)

// retries is how often a read is repeated.
const retries = 2

// retry repeats reads that met a server error or a broken connection. Writes
// are never repeated here: they may have been carried out, and the outbox
// decides. Limits are not repeated either.
type retry struct {
	next  http.RoundTripper
	pause func(attempt int) time.Duration
}

func (r *retry) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Method != http.MethodGet {
		return r.next.RoundTrip(req)
	}
	for attempt := 0; ; attempt++ {
		resp, err := r.next.RoundTrip(req)
		if attempt == retries || !transient(resp, err) {
			return resp, err
		}
		if waitErr := sleep(req.Context(), r.pause(attempt)); waitErr != nil {
			return nil, waitErr
		}
	}
}

func transient(resp *http.Response, err error) bool {
	if err != nil {
		return !errors.Is(err, errTooLarge) // a caller that gave up ends the pause
	}
	switch resp.StatusCode {
	case http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// backoff is about 0.1 s, then 0.4 s, spread by half so that processes that
// failed together do not return together.
func backoff(attempt int) time.Duration {
	base := 100 * time.Millisecond << (2 * attempt)
	return base/2 + rand.N(base)
}

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
