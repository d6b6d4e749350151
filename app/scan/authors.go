package scan

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/castellan-app/castellan/app/gitstore"
	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/authorship"
)

// mostLogged bounds the commits that are asked for agents where not the whole
// history is read.
const mostLogged = 10_000

// signed is what an agent signed.
type signed struct {
	first, last gitstore.Logged
	commits     int
	helped      int // with a person as author
}

// authors notes the agents that the commits of a revision name, with the first
// and the last of each; most of 0 reads all.
func (t *target) authors(ctx context.Context, repo *gitstore.Repository, rev string, most int) {
	found := map[string]*signed{}
	err := repo.Log(ctx, rev, most, func(l gitstore.Logged) {
		products, assisted := authorship.Agents(authorship.Commit{Author: l.Author, Committer: l.Committer, Message: l.Message})
		for _, p := range products {
			s := found[p]
			if s == nil {
				s = &signed{last: l}
				found[p] = s
			}
			if s.last.Time.Before(l.Time) {
				s.last = l
			}
			if s.commits == 0 || l.Time.Before(s.first.Time) {
				s.first = l
			}
			s.commits++
			if assisted[p] {
				s.helped++
			}
		}
	})
	if err != nil {
		*t.notices = append(*t.notices, fmt.Sprintf("which agents signed commits of %s could not be read: %v", t.Name, err))
		return
	}
	for _, product := range slices.Sorted(maps.Keys(found)) {
		s := found[product]
		in := authorship.Integration(product)
		what := fmt.Sprintf("of %d commits", s.commits)
		if s.commits == 1 {
			what = "the only commit"
			t.g.sighting(Sighting{Sighting: scanners.Sighting{Integration: in, Name: what}, Target: t.Name, Origin: originOf(s.first.Commit)})
			continue
		}
		for _, end := range []struct {
			name string
			at   gitstore.Logged
		}{{"first ", s.first}, {"last ", s.last}} {
			t.g.sighting(Sighting{Sighting: scanners.Sighting{Integration: in, Name: end.name + what}, Target: t.Name, Origin: originOf(end.at.Commit)})
		}
	}
}
