package ghsim

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// window is the primary rate limit of one installation, or of the App (0).
type window struct {
	start time.Time
	used  int
}

const shownLimit = 15000 // what the headers say where nothing is enforced

func (s *Sim) limit() int {
	if s.opt.RateLimit > 0 {
		return s.opt.RateLimit
	}
	return shownLimit
}

// countRequest counts a request and refuses it above a limit. Lock held.
func (s *Sim) countRequest(c *call) *reply {
	if c.route.template == "/rate_limit" || c.route.template == "/meta" {
		return nil
	}
	w := s.window(c.log.Installation)
	if s.opt.RateLimit > 0 && w.used >= s.opt.RateLimit {
		out := c.fail(http.StatusForbidden, fmt.Sprintf("API rate limit exceeded for installation ID %d.", c.log.Installation))
		return &out
	}
	w.used++
	if !c.route.creates || s.opt.ContentPerMinute == 0 {
		return nil
	}
	recent := slices.DeleteFunc(s.contentTimes[c.log.Installation], func(t time.Time) bool { return s.opt.Now().Sub(t) >= time.Minute })
	if len(recent) >= s.opt.ContentPerMinute {
		s.contentTimes[c.log.Installation] = recent
		wait := time.Minute - s.opt.Now().Sub(recent[0])
		return new(secondary(c, http.StatusForbidden, wait))
	}
	s.contentTimes[c.log.Installation] = append(recent, s.opt.Now())
	return nil
}

// secondary is GitHub's answer above a secondary limit.
func secondary(c *call, status int, wait time.Duration) reply {
	out := c.fail(status, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.")
	out.body.(object)["documentation_url"] = docs + "/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits"
	out.header = http.Header{"Retry-After": {seconds(wait)}}
	return out
}

// seconds rounds up: a client that waits as told must not come too early.
func seconds(d time.Duration) string {
	return strconv.Itoa(int((d + time.Second - 1) / time.Second))
}

func (s *Sim) window(installation int64) *window {
	w := s.windows[installation]
	if w == nil || s.opt.Now().Sub(w.start) >= time.Hour {
		w = &window{start: s.opt.Now()}
		s.windows[installation] = w
	}
	return w
}

// refund gives back the request a 304 answered.
func (s *Sim) refund(installation int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if w := s.window(installation); w.used > 0 {
		w.used--
	}
}

func (s *Sim) rateHeaders(h http.Header, log *Request) {
	if h.Get("X-RateLimit-Limit") != "" {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	w := s.window(log.Installation)
	h.Set("X-RateLimit-Limit", strconv.Itoa(s.limit()))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(max(0, s.limit()-w.used)))
	h.Set("X-RateLimit-Used", strconv.Itoa(w.used))
	h.Set("X-RateLimit-Reset", strconv.FormatInt(w.start.Add(time.Hour).Unix(), 10))
	h.Set("X-RateLimit-Resource", "core")
}

// rateLimit answers GET /rate_limit, which costs nothing.
func (s *Sim) rateLimit(c *call) reply {
	w := s.window(c.log.Installation)
	one := object{"limit": s.limit(), "used": w.used, "remaining": max(0, s.limit()-w.used), "reset": w.start.Add(time.Hour).Unix(), "resource": "core"}
	search := object{"limit": 30, "used": 0, "remaining": 30, "reset": s.now().Add(time.Minute).Unix(), "resource": "search"}
	rate := maps.Clone(one)
	return reply{status: http.StatusOK, body: object{"resources": object{"core": one, "search": search}, "rate": rate}}
}

// sortedIDs is nil for nil: all repositories.
func sortedIDs(set map[int64]bool) []int64 {
	if set == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(set))
}
