package lookup

import (
	"regexp"
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/scan"
)

// Ecosystems that are looked up, as they begin the id of an integration.
const (
	npm    = "npm"
	pypi   = "pypi"
	oci    = "oci"
	golang = "go"
)

// Package is what is looked up. Version is as the launch has it, "" for none;
// it is looked up itself only if it is exact.
type Package struct{ Ecosystem, Name, Version string }

// String is how people write it, for messages.
func (p Package) String() string {
	if p.Version == "" {
		return p.Name
	}
	return p.Name + "@" + p.Version
}

// Longest names and versions that are looked up, in bytes. npm allows names of
// 214 (docs.npmjs.com, package.json); the others set no bound or a higher one.
const (
	longestName    = 214
	longestVersion = 128
)

// grammar is how names of an ecosystem are made. Letters of either case are
// allowed where old packages have them.
//
//   - npm: docs.npmjs.com/cli, package.json, "name"
//   - PyPI: packaging.python.org, names and normalization
//   - Docker Hub: distribution/reference, path-component; two of them
//   - Go: go.dev/ref/mod, module paths; the first element has a dot
var grammar = map[string]*regexp.Regexp{
	npm:    regexp.MustCompile(`^(@[A-Za-z0-9~-][A-Za-z0-9._~-]*/)?[A-Za-z0-9~-][A-Za-z0-9._~-]*$`),
	pypi:   regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$`),
	oci:    regexp.MustCompile(`^docker\.io/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*$`),
	golang: regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)+(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*$`),
}

// exact are versions that name one release: semantic versions (semver.org), a
// PEP 440 version without wildcard, Go's with their v.
var exact = map[string]*regexp.Regexp{
	npm:    regexp.MustCompile(`^v?\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$`),
	pypi:   regexp.MustCompile(`^v?(\d+!)?\d+(\.\d+)*((a|b|c|rc|alpha|beta)\d*)?([.-]?(post|dev)\d*)*(\+[0-9A-Za-z.]+)?$`),
	golang: regexp.MustCompile(`^v\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+incompatible)?$`),
}

// tag is a name that a registry resolves to a version.
var tag = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9._-]{0,63}$`)

// packageOf is what to look up for a server, or why nothing is.
func packageOf(s *scan.Subject) (p Package, why string) {
	ecosystem := s.Ecosystem
	p = Package{Ecosystem: ecosystem, Name: s.Package, Version: s.Version}
	switch {
	case private(s.Policy, p):
		return p, "private by policy"
	case s.Registry == scan.OfLaunch:
		return p, "launched from another registry"
	}
	if ecosystem == oci && !strings.HasPrefix(p.Name, "docker.io/") {
		return p, "images of registries other than Docker Hub"
	}
	if why := p.check(); why != "" {
		return p, why
	}
	if ecosystem == pypi {
		p.Name = foldPyPI(p.Name)
	}
	return p, ""
}

// check says what keeps a package from being looked up, "" if nothing does.
func (p Package) check() string {
	g := grammar[p.Ecosystem]
	switch {
	case g == nil:
		return "no registry of theirs is known"
	case len(p.Name) > longestName || len(p.Version) > longestVersion || !g.MatchString(p.Name) || reserved(p.Name):
		return "no valid name"
	}
	return ""
}

// reserved are names npm takes for nothing, and such as mean another path.
func reserved(name string) bool {
	return name == "node_modules" || name == "favicon.ico" || strings.Contains(name, "..")
}

// exact says whether the version names one release.
func (p Package) exact() bool {
	e := exact[p.Ecosystem]
	return e != nil && e.MatchString(p.Version)
}

// floating says whether the newest release is taken.
func (p Package) floating() bool { return p.Version == "" || p.Version == "latest" }

// foldPyPI is a name as PyPI compares it (PEP 503).
func foldPyPI(name string) string {
	fields := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '-' || r == '_' || r == '.' })
	return strings.Join(fields, "-")
}

// private says whether the policy calls a name the organisation's own. Case does
// not count, and PyPI's names are compared folded.
func private(pol *policy.Policy, p Package) bool {
	if pol == nil {
		return false
	}
	names := []string{strings.ToLower(p.Name)}
	switch p.Ecosystem {
	case pypi:
		names = append(names, foldPyPI(p.Name))
	case oci: // docker.io/acme/tool is written acme/tool
		names = append(names, strings.TrimPrefix(names[0], "docker.io/"))
	}
	for _, glob := range pol.PrivateNames {
		glob = strings.ToLower(glob)
		for _, name := range names {
			if doublestar.MatchUnvalidated(glob, name) || doublestar.MatchUnvalidated(glob, p.Ecosystem+":"+name) {
				return true
			}
		}
	}
	return false
}

// approved says whether the policy approves the integration where it is used.
// Which version it approves does not count here: somebody has looked at who is
// behind it.
func approved(s *scan.Subject, now time.Time) bool {
	if s.Policy == nil {
		return false
	}
	for _, a := range s.Policy.Approved {
		if a.Integration != s.Integration.ID || a.Until.Ended(now) {
			continue
		}
		if len(a.Scope) == 0 {
			return true
		}
		for _, scope := range a.Scope {
			if doublestar.MatchUnvalidated(scope, strings.ToLower(s.Repository)) {
				return true
			}
		}
	}
	return false
}
