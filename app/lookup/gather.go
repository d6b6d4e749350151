package lookup

import (
	"context"
	"errors"
	"slices"
	"strings"
)

// facts finds out what there is to know of a package. Each source that fails
// leaves its facts unknown, and its reason.
func (l *Looker) facts(ctx context.Context, p Package) *Facts {
	f := &Facts{Package: p, Downloads: -1}
	if ctx.Err() != nil {
		f.unassessed("the registry", errTime)
		return f
	}
	r, err := l.record(ctx, p)
	switch {
	case err != nil:
		f.unassessed("the registry", err)
	default:
		f.take(r)
	}
	if ecosystemsOfOSV[p.Ecosystem] != "" {
		l.advisories(ctx, f)
	}
	if f.State != Present {
		return f
	}
	if p.Ecosystem == npm {
		n, err := cached(ctx, l, "downloads/npm/"+p.Name, forRest, func() (*int64, error) { return askDownloads(ctx, l.wire, p.Name) })
		switch {
		case err == nil:
			f.Downloads = *n
		case !errors.Is(err, errNotFound):
			f.unassessed("downloads", err)
		}
	}
	l.source(ctx, f)
	l.listing(ctx, f, r.MCPName)
	return f
}

// take copies what the registry says.
func (f *Facts) take(r *record) {
	f.State, f.Latest, f.FirstPublished = r.State, r.Latest, r.Created
	f.Maintainers, f.Organisation = r.Maintainers, r.Organisation
	f.HasRepository, f.Repository = r.HasRepository, r.Repository
	if f.Ecosystem == oci {
		f.Downloads = r.Pulls
	}
	if r.State == Withheld {
		f.unassessed("the registry", errWithheld)
	}
	if r.State != Present {
		return
	}
	switch {
	case f.floating():
		f.Resolved = r.Latest
	case f.exact():
		f.Resolved = f.Version
	default:
		f.Resolved = r.Tags[f.Version]
	}
	if rel, ok := r.Releases[f.Resolved]; ok {
		f.Published, f.Deprecated, f.Yanked = rel.Published, rel.Deprecated, rel.Yanked
	}
	if f.Deprecated == "" && r.Inactive {
		f.Deprecated = "its publisher calls it inactive"
	}
}

// errRange is a version that nobody here resolves.
var errRange = errors.New("its version is a range")

// advisories asks OSV about the version that the launch gets. Of a name that is
// gone the advisories on malicious releases count, whatever their version: what
// was taken down may be why it is gone.
func (l *Looker) advisories(ctx context.Context, f *Facts) {
	version := f.Resolved
	switch {
	case version == "" && f.exact():
		version = f.Version
	case version == "" && f.State != Absent && f.State != Seized && f.State != Withheld:
		if f.State == Present {
			f.unassessed("advisories", errRange)
		}
		return
	}
	key := "osv/" + f.Ecosystem + "/" + f.Name + "@" + version
	all, err := cached(ctx, l, key, forOSV, func() (*[]Advisory, error) { return askOSV(ctx, l.wire, f.Package, version) })
	if errors.Is(err, errNotFound) {
		return
	}
	if err != nil {
		f.unassessed("advisories", err)
		return
	}
	f.Advisories = *all
	if version == "" {
		f.Advisories = slices.DeleteFunc(slices.Clone(f.Advisories), func(a Advisory) bool { return !a.Malicious })
	}
}

// source asks GitHub about the repository that the package names.
func (l *Looker) source(ctx context.Context, f *Facts) {
	if f.Repository == "" {
		return
	}
	key := "github/" + strings.ToLower(f.Repository)
	s, err := cached(ctx, l, key, forGitHub, func() (*source, error) { return askGitHub(ctx, l.wire, f.Repository) })
	switch {
	case errors.Is(err, errNotFound):
		f.SourceGone = true
	case err != nil:
		f.unassessed("its repository", err)
	default:
		f.Archived, f.Created = s.Archived, s.Created
	}
}

// listing asks the MCP registry about the server that the package claims to be.
// One that claims none is not listed: the registry takes only those that do.
func (l *Looker) listing(ctx context.Context, f *Facts, claimed string) {
	if f.Ecosystem != npm && f.Ecosystem != pypi {
		return
	}
	if claimed == "" {
		f.Listed = No
		return
	}
	found, err := cached(ctx, l, "mcp/"+claimed, forRest, func() (*listing, error) { return askMCP(ctx, l.wire, claimed) })
	switch {
	case errors.Is(err, errNotFound):
		f.Listed = No
	case err != nil:
		f.unassessed("the MCP registry", err)
	default:
		f.Listed = No
		for _, p := range found.Packages {
			if name, ok := strings.CutPrefix(p, f.Ecosystem+":"); ok && (name == f.Name || f.Ecosystem == pypi && foldPyPI(name) == f.Name) {
				f.Listed = Yes
			}
		}
		if f.Listed == Yes && (found.Status == "deprecated" || found.Status == "deleted") {
			f.Retired = found.Status
		}
	}
}
