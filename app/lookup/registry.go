package lookup

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/castellan-app/castellan/app/policy"
)

// record is what a registry says of a name.
type record struct {
	State         State
	Created       time.Time          `json:",omitzero"` // its first release
	Latest        string             `json:",omitempty"`
	Tags          map[string]string  `json:",omitempty"` // versions by dist-tag
	Releases      map[string]release `json:",omitempty"` // the newest, and those that were asked for
	Maintainers   int                `json:",omitempty"`
	Organisation  bool               `json:",omitempty"`
	HasRepository Answer             `json:",omitempty"`
	Repository    string             `json:",omitempty"` // owner/name at GitHub
	MCPName       string             `json:",omitempty"` // that it claims in the MCP registry
	Pulls         int64              `json:",omitempty"`
	Inactive      bool               `json:",omitempty"` // its publisher says that it is not maintained
}

// release is one version.
type release struct {
	Published  time.Time `json:",omitzero"`
	Deprecated string    `json:",omitempty"`
	Yanked     bool      `json:",omitempty"`
	Missing    bool      `json:",omitempty"` // there is no such version
}

// mostReleases bounds the versions of one name that are remembered.
const mostReleases = 50

// registries ask about a name, and about some of its versions. errNotFound: there
// is no such name, and anyone may register it. errWithheld: none that we can see.
var registries = map[string]func(ctx context.Context, w *wire, name string, versions []string) (*record, error){
	npm: askNPM, pypi: askPyPI, oci: askDocker, golang: askGo,
}

var errWithheld = errors.New("absent or private")

// record asks the registry of a package, or the cache. Of an absent name it says
// so only once it was absent twice, confirmAfter apart.
func (l *Looker) record(ctx context.Context, p Package) (*record, error) {
	key := p.Ecosystem + "/" + p.Name
	e, ok, err := l.cache.Get(ctx, key)
	if err != nil {
		return nil, errCache
	}
	known := readRecord(e, ok)
	now := l.now()
	switch age := now.Sub(e.FetchedAt); {
	case known != nil && known.State != Absent && age < forRegistry && known.has(p):
		return known, nil
	case known != nil && known.State == Absent && e.confirmed() && now.Sub(e.LastAbsent) < absentFor:
		return known, nil
	case known != nil && known.State == Absent && now.Sub(e.FirstAbsent) < confirmAfter:
		return nil, errOnce
	}
	got, err := registries[p.Ecosystem](ctx, l.wire, p.Name, known.versions(p))
	return l.answered(ctx, p, e, known, got, err)
}

// errOnce is an absence that may be a passing fault of the registry.
var errOnce = errors.New("seen absent once; looked up again after 10 minutes")

// answered keeps what a registry said. known is what it said before, in e.
func (l *Looker) answered(ctx context.Context, p Package, e Entry, known, got *record, err error) (*record, error) {
	now := l.now()
	next := Entry{Key: p.Ecosystem + "/" + p.Name, FetchedAt: now}
	switch {
	case errors.Is(err, errNotFound):
		got = &record{State: Absent}
		next.FirstAbsent, next.LastAbsent = now, now
		if !e.FirstAbsent.IsZero() {
			next.FirstAbsent = e.FirstAbsent
		}
	case errors.Is(err, errWithheld):
		got = &record{State: Withheld}
	case err != nil && known != nil && known.State != Absent && now.Sub(e.FetchedAt) < stale && known.has(p):
		return known, nil
	case err != nil:
		return nil, err
	}
	l.keep(ctx, next, got)
	if got.State == Absent && !next.confirmed() {
		return nil, errOnce
	}
	return got, nil
}

// confirmed says that the name was absent twice, far enough apart.
func (e Entry) confirmed() bool { return e.LastAbsent.Sub(e.FirstAbsent) >= confirmAfter }

func readRecord(e Entry, ok bool) *record {
	if !ok {
		return nil
	}
	r := &record{}
	if json.Unmarshal([]byte(e.Body), r) != nil {
		return nil
	}
	return r
}

// has says whether the record tells of the version of a package.
func (r *record) has(p Package) bool {
	if r.State != Present || !p.exact() {
		return true
	}
	_, ok := r.Releases[p.Version]
	return ok
}

// versions are those to ask for: those known and that of p.
func (r *record) versions(p Package) []string {
	var all []string
	if p.exact() {
		all = append(all, p.Version)
	}
	if r != nil {
		for v := range r.Releases {
			if v != p.Version && len(all) < mostReleases {
				all = append(all, v)
			}
		}
	}
	slices.Sort(all)
	return all
}

// Again asks once more about absent names whose absence waits to be confirmed,
// so that whoever asks next hears of it. waiting are keys of the cache; names
// that one of the policies calls private are left out.
func (l *Looker) Again(ctx context.Context, waiting []string, policies []*policy.Policy) error {
	for _, key := range waiting {
		ecosystem, name, _ := strings.Cut(key, "/")
		p := Package{Ecosystem: ecosystem, Name: name}
		isPrivate := slices.ContainsFunc(policies, func(pol *policy.Policy) bool { return private(pol, p) })
		if registries[ecosystem] == nil || p.check() != "" || isPrivate {
			continue
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if _, err := l.record(ctx, p); errors.Is(err, errCache) {
			return fmt.Errorf("look up absent names again: %w", err)
		}
	}
	return nil
}
