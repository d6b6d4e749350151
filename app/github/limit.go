package github

import (
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	limitWait    = time.Minute   // where GitHub names no time, doubled each time
	limitWaitMax = 2 * time.Hour // no answer can silence an installation for longer
)

// limit turns GitHub's rate limits into *LimitError. Until a limit ends, every
// further call through it fails with the same error and is not sent: calling
// on may get an App banned (docs.github.com, "Rate limits for the REST API").
type limit struct {
	next http.RoundTripper
	now  func() time.Time
	log  *slog.Logger

	mu      sync.Mutex
	reached *LimitError
	strikes int // limits in a row without a time of GitHub's
}

func (l *limit) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := l.blocked(); err != nil {
		return nil, err
	}
	resp, err := l.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	if err := l.judge(req, resp); err != nil {
		return nil, err
	}
	for name := range resp.Header {
		if strings.HasPrefix(name, "X-Ratelimit-") { // go-github would keep a limit state of its own
			resp.Header.Del(name)
		}
	}
	return resp, nil
}

func (l *limit) blocked() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.reached == nil || !l.now().Before(l.reached.Until) {
		return nil
	}
	return &LimitError{Until: l.reached.Until, Secondary: l.reached.Secondary}
}

func (l *limit) judge(req *http.Request, resp *http.Response) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if resp.StatusCode < 400 {
		l.strikes = 0
		return nil
	}
	now := l.now()
	wait, kind := classify(resp, now)
	if kind == notLimited {
		return nil
	}
	if wait <= 0 {
		wait = limitWait << min(l.strikes, 6)
		l.strikes++
	}
	reached := &LimitError{Until: now.Add(min(wait, limitWaitMax)), Secondary: kind == secondaryLimit}
	if l.reached == nil || l.reached.Until.Before(reached.Until) {
		l.reached = reached
	}
	c, _ := callOf(req.Context())
	l.log.Warn("GitHub's rate limit is reached", "route", c.route, "status", resp.StatusCode, "secondary", reached.Secondary, "until", reached.Until)
	return &LimitError{Until: reached.Until, Secondary: reached.Secondary}
}

type limitKind int

const (
	notLimited limitKind = iota
	primaryLimit
	secondaryLimit
)

// classify tells whether an answer is a limit and how long to wait, 0 where it
// does not say. Limits come as 403 or 429; a 403 is one only if a header or
// the message says so.
func classify(resp *http.Response, now time.Time) (time.Duration, limitKind) {
	if resp.StatusCode != http.StatusForbidden && resp.StatusCode != http.StatusTooManyRequests {
		return 0, notLimited
	}
	after, hasAfter := retryAfter(resp.Header, now)
	message := strings.ToLower(string(peek(resp)))
	exhausted := resp.Header.Get("X-RateLimit-Remaining") == "0"
	secondary := strings.Contains(message, "secondary rate limit") || strings.Contains(message, "secondary-rate-limits") ||
		strings.Contains(message, "abuse detection") || strings.Contains(message, "abuse-rate-limits")
	switch {
	case exhausted && !secondary:
		return max(after, untilReset(resp.Header, now)), primaryLimit
	case secondary, hasAfter:
		return after, secondaryLimit
	case strings.Contains(message, "api rate limit exceeded"):
		return untilReset(resp.Header, now), primaryLimit
	case resp.StatusCode == http.StatusTooManyRequests:
		return 0, secondaryLimit
	}
	return 0, notLimited
}

// retryAfter reads seconds or an HTTP date; at least a second.
func retryAfter(h http.Header, now time.Time) (time.Duration, bool) {
	text := h.Get("Retry-After")
	if text == "" {
		return 0, false
	}
	if seconds, err := strconv.Atoi(text); err == nil {
		return time.Duration(min(max(seconds, 1), int(limitWaitMax/time.Second))) * time.Second, true
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(at.Sub(now), time.Second), true
	}
	return 0, true
}

func untilReset(h http.Header, now time.Time) time.Duration {
	reset, err := strconv.ParseInt(h.Get("X-RateLimit-Reset"), 10, 64)
	if err != nil {
		return 0
	}
	return max(time.Unix(reset, 0).Sub(now), 0)
}
