package ghsim

import (
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// Effect is what goes wrong.
type Effect int

// The effects. "After" means that the write took effect and only the answer
// is lost or wrong.
const (
	ServerError     Effect = iota + 1 // 500
	BadGateway                        // 502, an HTML page
	Unavailable                       // 503
	PrimaryLimit                      // 403, X-RateLimit-Remaining 0, X-RateLimit-Reset
	PrimaryLimit429                   // the same with 429
	SecondaryLimit                    // 403, Retry-After
	SecondaryLimit429
	ResetBefore
	ResetAfter
	ServerErrorAfter
	SlowBody // the right answer, a few bytes at a time
)

// Effects are all of them, for tables.
func Effects() []Effect {
	return []Effect{
		ServerError, BadGateway, Unavailable, PrimaryLimit, PrimaryLimit429, SecondaryLimit, SecondaryLimit429,
		ResetBefore, ResetAfter, ServerErrorAfter, SlowBody,
	}
}

func (e Effect) String() string {
	names := []string{
		"", "500", "502", "503", "primary limit 403", "primary limit 429", "secondary limit 403",
		"secondary limit 429", "reset before", "reset after", "500 after", "slow body",
	}
	return names[e]
}

// Fault is a rule for making requests fail. The zero Match fields match all.
type Fault struct {
	Method, Route string // Route is a template of GitHub's description; git requests have GitRoute
	Repository    string // owner/name
	Effect        Effect
	Skip          int           // let this many matching requests through first
	Times         int           // then strike this often; 0 is without end
	Wait          time.Duration // Retry-After, time to reset, or length of a slow body; default 1 s, slow body 300 ms
}

// fault is an active rule. A nil fault does nothing.
type fault struct {
	rule    Fault
	skip    int
	left    int // strikes left, negative without end
	chaos   *rand.Rand
	rate    float64
	effects []Effect
}

// Inject adds a rule. The returned function takes it away again.
func (s *Sim) Inject(f Fault) (stop func()) {
	left := f.Times
	if left == 0 {
		left = -1
	}
	return s.addFault(&fault{rule: f, skip: f.Skip, left: left})
}

// Chaos makes a share of all requests (REST and git) fail, drawn from seed,
// with one of effects (none: all). Wait is what limits ask for; default 1 s.
func (s *Sim) Chaos(seed uint64, rate float64, wait time.Duration, effects ...Effect) (stop func()) {
	if len(effects) == 0 {
		effects = Effects()
	}
	return s.addFault(&fault{
		rule: Fault{Wait: wait}, left: -1, rate: rate, effects: effects,
		chaos: rand.New(rand.NewPCG(seed, seed)),
	})
}

func (s *Sim) addFault(f *fault) func() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, f)
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.faults = slices.DeleteFunc(s.faults, func(o *fault) bool { return o == f })
	}
}

// pickFault finds the first rule that strikes this request. The result is a
// copy, safe without the lock.
func (s *Sim) pickFault(log *Request) *fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		r := f.rule
		if r.Method != "" && r.Method != log.Method || r.Route != "" && r.Route != log.Route ||
			r.Repository != "" && r.Repository != log.Repository || f.left == 0 {
			continue
		}
		if f.chaos != nil {
			if f.chaos.Float64() >= f.rate {
				continue
			}
			r.Effect = f.effects[f.chaos.IntN(len(f.effects))]
		}
		if f.skip > 0 {
			f.skip--
			continue
		}
		if f.left > 0 {
			f.left--
		}
		log.Fault = r.Effect.String()
		return &fault{rule: r}
	}
	return nil
}

func (f *fault) effect() Effect {
	if f == nil {
		return 0
	}
	return f.rule.Effect
}

func (f *fault) aborts() bool { return f.effect() == ResetBefore }

func (f *fault) wait() time.Duration {
	if f.rule.Wait > 0 {
		return f.rule.Wait
	}
	if f.rule.Effect == SlowBody {
		return 300 * time.Millisecond
	}
	return time.Second
}

// before answers in place of GitHub, nil where the request goes on.
func (f *fault) before(s *Sim, c *call) *reply {
	switch f.effect() {
	case ServerError:
		return new(c.fail(http.StatusInternalServerError, "Server Error"))
	case BadGateway:
		return new(c.fail(http.StatusBadGateway, "Server Error"))
	case Unavailable:
		return new(c.fail(http.StatusServiceUnavailable, "Service unavailable"))
	case PrimaryLimit:
		return new(f.primary(s, c, http.StatusForbidden))
	case PrimaryLimit429:
		return new(f.primary(s, c, http.StatusTooManyRequests))
	case SecondaryLimit:
		return new(secondary(c, http.StatusForbidden, f.wait()))
	case SecondaryLimit429:
		return new(secondary(c, http.StatusTooManyRequests, f.wait()))
	}
	return nil
}

func (f *fault) primary(s *Sim, c *call, status int) reply {
	out := c.fail(status, "API rate limit exceeded for installation.")
	out.body.(object)["documentation_url"] = docs + "/using-the-rest-api/rate-limits-for-the-rest-api"
	reset := s.opt.Now().Add(f.wait() + time.Second - 1).Unix()
	out.header = http.Header{}
	for k, v := range map[string]string{
		"X-RateLimit-Limit": strconv.Itoa(s.limit()), "X-RateLimit-Used": strconv.Itoa(s.limit()),
		"X-RateLimit-Remaining": "0", "X-RateLimit-Resource": "core", "X-RateLimit-Reset": strconv.FormatInt(reset, 10),
	} {
		out.header.Set(k, v)
	}
	return out
}

// after spoils an answer whose write took effect.
func (f *fault) after(_ *Sim, c *call, out *reply) *reply {
	switch f.effect() {
	case ResetAfter:
		return nil
	case ServerErrorAfter:
		return new(c.fail(http.StatusInternalServerError, "Server Error"))
	}
	return out
}

// send writes the body, slowly if the fault says so.
func (f *fault) send(w http.ResponseWriter, status int, body []byte) {
	switch f.effect() {
	case BadGateway:
		w.Header().Set("Content-Type", "text/html")
		body = []byte("<html><body><h1>502 Bad Gateway</h1></body></html>")
	case SlowBody:
		w.WriteHeader(status)
		const pieces = 6
		for i := range pieces {
			from, to := len(body)*i/pieces, len(body)*(i+1)/pieces
			_, _ = w.Write(body[from:to])
			_ = http.NewResponseController(w).Flush()
			time.Sleep(f.wait() / pieces)
		}
		return
	}
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// reset closes the connection so that the client sees a reset, not an end.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}
