package github

import (
	"errors"
	"net/http"
	"time"
)

// pace lets one creation of an installation's through at a time, with a gap
// between the end of one and the start of the next. Once a limit is reached
// nobody queues any more, and those who do leave without being sent.
type pace struct {
	next    http.RoundTripper
	gap     time.Duration
	now     func() time.Time
	blocked func() error  // the limit in force
	turn    chan struct{} // holds one element while a creation is under way
	last    time.Time     // when the last one ended; whose turn it is may touch it
}

func (p *pace) RoundTrip(req *http.Request) (*http.Response, error) {
	c, _ := callOf(req.Context())
	if !c.creates {
		return p.next.RoundTrip(req)
	}
	if err := p.blocked(); err != nil {
		return nil, err
	}
	select {
	case p.turn <- struct{}{}:
	case <-req.Context().Done():
		return nil, req.Context().Err()
	}
	defer func() { <-p.turn }()
	if p.gap > 0 && !p.last.IsZero() {
		if err := sleep(req.Context(), min(p.gap-p.now().Sub(p.last), p.gap)); err != nil {
			return nil, err
		}
	}
	resp, err := p.next.RoundTrip(req)
	if limited := (*LimitError)(nil); !errors.As(err, &limited) {
		p.last = p.now()
	}
	return resp, err
}
