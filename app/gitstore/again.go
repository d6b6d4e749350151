package gitstore

import (
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

// again repeats requests that a server or a connection failed before anything
// of the answer was read. Fetching changes nothing, so that is safe.
type again struct{ next http.RoundTripper }

const (
	tries    = 4               // of one request
	longWait = 3 * time.Second // a server that asks for more is left alone: its answer is the result
)

// RoundTrip implements http.RoundTripper.
func (a again) RoundTrip(req *http.Request) (*http.Response, error) {
	for try := 1; ; try++ {
		res, err := a.next.RoundTrip(req)
		wait, failed := pause(res, err, try)
		if !failed || try == tries || req.Context().Err() != nil || req.Body != nil && req.GetBody == nil {
			return res, err
		}
		if res != nil {
			_, _ = io.CopyN(io.Discard, res.Body, 4096) // so that the connection can be used again
			_ = res.Body.Close()
		}
		timer := time.NewTimer(wait)
		select {
		case <-req.Context().Done():
			timer.Stop()
			return nil, req.Context().Err()
		case <-timer.C:
		}
		if req.Body != nil {
			body, err := req.GetBody()
			if err != nil {
				return nil, err
			}
			req = req.Clone(req.Context())
			req.Body = body
		}
	}
}

// pause is how long to wait after a failure: what the server asks for, else
// about 0.1, 0.4, 1.6 s.
func pause(res *http.Response, err error, try int) (wait time.Duration, failed bool) {
	base := 25 * time.Millisecond << (2 * try)
	wait = base/2 + rand.N(base)
	if err != nil {
		return wait, true
	}
	switch res.StatusCode {
	case http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout, http.StatusTooManyRequests:
	default:
		return 0, false
	}
	if s, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil {
		wait = max(wait, time.Duration(s)*time.Second)
	}
	return wait, wait <= longWait
}
