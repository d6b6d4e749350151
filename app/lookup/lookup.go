// Package lookup asks registries and advisory databases what is known of the
// packages that MCP servers are launched from.
//
// It sends names and versions of packages, to the hosts in Hosts and to no
// other; a name is checked against the grammar of its ecosystem before it
// becomes part of a URL, and names that the policy calls private are never
// sent. What cannot be found out is not assessed, with the reason: it is never a
// finding. Nothing is looked up unless `castellan scan --online` or the
// organisation's policy asks for it.
//
// The rules made of what was found out are in rules.go and are pure.
package lookup

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
)

// Config is what a Looker needs.
type Config struct {
	Version string        // of Castellan, for the User-Agent
	Cache   Cache         // what was found out earlier
	Within  time.Duration // most that one call of Look may take; 0 is a minute
	Now     func() time.Time
	// Transport makes the requests; nil is one that refuses private addresses
	// and takes a proxy from HTTPS_PROXY and NO_PROXY.
	Transport http.RoundTripper
}

// Looker implements scan.Lookup. It is safe for concurrent use; its request
// budget is that of the process.
type Looker struct {
	wire   *wire
	cache  Cache
	within time.Duration
	now    func() time.Time
}

// atOnce bounds the packages that are looked up at the same time.
const atOnce = 4

// New makes a Looker.
func New(c Config) *Looker {
	if c.Within <= 0 {
		c.Within = time.Minute
	}
	if c.Transport == nil {
		c.Transport = newTransport()
	}
	return &Looker{wire: newWire(c.Transport, "castellan/"+c.Version, c.Now), cache: c.Cache, within: c.Within, now: c.Now}
}

// Look implements scan.Lookup: one look-up a package and version, however many
// servers it launches.
func (l *Looker) Look(ctx context.Context, subjects []scan.Subject, done func(n int)) scan.Looked {
	ctx, cancel := context.WithTimeout(ctx, l.within)
	defer cancel()
	facts := make([]*Facts, len(subjects))
	byPackage := map[Package][]int{}
	var order []Package
	for i := range subjects {
		p, why := packageOf(&subjects[i])
		if why != "" {
			facts[i] = &Facts{Package: p, Unassessed: []string{why}}
			continue
		}
		if byPackage[p] == nil {
			order = append(order, p)
		}
		byPackage[p] = append(byPackage[p], i)
	}
	var wg sync.WaitGroup
	slots := make(chan struct{}, atOnce)
	for _, p := range order {
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			f := l.facts(ctx, p)
			for _, i := range byPackage[p] { // nobody else writes there
				facts[i] = f
			}
			done(len(byPackage[p]))
		})
	}
	wg.Wait()
	return l.verdicts(subjects, facts)
}

// verdicts turns facts into findings, and counts what was not assessed.
func (l *Looker) verdicts(subjects []scan.Subject, facts []*Facts) scan.Looked {
	out := scan.Looked{Findings: make([][]scanners.Finding, len(subjects)), Pending: make([]bool, len(subjects))}
	var gaps tally
	for i := range subjects {
		s, f := &subjects[i], facts[i]
		out.Findings[i] = Judge(f, &s.Sighting, Circumstances{Now: l.now(), Approved: approved(s, l.now()), Mirrored: s.Registry == scan.OfRepository})
		reasons := f.Unassessed
		if f.State == Absent && s.Registry == scan.OfRepository {
			reasons = []string{"absent, but the repository names another registry"}
		}
		out.Pending[i] = f.Pending
		gaps.add(f.Package, reasons)
	}
	out.Notice = gaps.notice()
	return out
}
