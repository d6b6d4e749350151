package launch

import (
	"net/url"
	"regexp"
	"strings"
)

// gitHosts are the short names of code hosts in npm and Nix.
var gitHosts = map[string]string{"github": "github.com", "gitlab": "gitlab.com", "bitbucket": "bitbucket.org", "gist": "gist.github.com", "sourcehut": "git.sr.ht"}

var (
	ownerRepository = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+$`)
	hexRun          = regexp.MustCompile(`(^|[/@=._-])([0-9a-fA-F]{40}|[0-9a-fA-F]{64})([/.#&_-]|$)`)
	versionInPath   = regexp.MustCompile(`[@/]v?\d+\.\d+\.\d+([-+.][0-9A-Za-z.-]+)?(/|$)`)
)

// gitSource reads a specification that names a repository or an archive on
// the web instead of a package of the registry.
func gitSource(ecosystem, spec string, w Word) (Package, bool) {
	pkg := Package{Ecosystem: Git, Word: w}
	if name, rest, ok := strings.Cut(spec, "@"); ok && name != "" && !strings.ContainsAny(name, ":/") || ok && strings.HasPrefix(spec, "@") {
		if ok, rest = behindName(spec, rest); ok { // name @ git+https://…, name@github:o/r
			spec = rest
		}
	}
	spec = strings.TrimSpace(spec)
	for short, host := range gitHosts {
		if rest, ok := strings.CutPrefix(spec, short+":"); ok {
			path, rev, _ := strings.Cut(rest, "#")
			pkg.Source, pkg.Revision = host+"/"+strings.TrimSuffix(strings.Trim(withoutUser(path), "/"), ".git"), rev
			return pkg.revised(), true
		}
	}
	bare, isGit := strings.CutPrefix(spec, "git+")
	switch {
	case isGit, strings.HasPrefix(spec, "git://"), strings.HasPrefix(spec, "ssh://"), strings.HasPrefix(spec, "git@"), strings.HasPrefix(spec, "hg+"), strings.HasPrefix(spec, "svn+"):
	case ecosystem == NPM && ownerRepository.MatchString(strings.SplitN(spec, "#", 2)[0]):
		bare = "https://github.com/" + spec
	case strings.Contains(spec, "://"):
		return addressOf(spec, w), true
	default:
		return Package{}, false
	}
	pkg.Source, pkg.Revision = splitRevision(ecosystem, bare)
	return pkg.revised(), true
}

// behindName takes the name off "name@address".
func behindName(spec, rest string) (bool, string) {
	if strings.HasPrefix(spec, "@") {
		_, after, ok := strings.Cut(spec[1:], "@")
		if !ok {
			return false, rest
		}
		rest = after
	}
	rest = strings.TrimSpace(rest)
	scheme, _, ok := strings.Cut(rest, ":")
	return ok && scheme != "npm" && scheme != "workspace" && nameLength(scheme) > 0 && !strings.ContainsAny(scheme, "${}<> "), rest
}

// revised judges the revision.
func (p Package) revised() Package {
	p.Name, p.Version, p.Pin = p.Source, p.Revision, pinRevision(p.Revision)
	if dynamic(p.Source) || strings.ContainsAny(p.Source, "<>") {
		p.Name, p.Source = "", ""
		if p.Pin != PinExact {
			p.Pin = PinUnknown
		}
	}
	return p
}

func pinRevision(rev string) Pin {
	switch {
	case rev == "":
		return PinNone
	case dynamic(rev) || strings.ContainsAny(rev, "<>{}"):
		return PinUnknown
	case commit.MatchString(rev):
		return PinExact
	}
	return PinTag
}

// splitRevision parts the revision from a git address: #rev in npm, @rev with
// #subdirectory= behind it in Python (pip's documentation on VCS support).
func splitRevision(ecosystem, raw string) (source, revision string) {
	raw, fragment, _ := strings.Cut(raw, "#")
	if ecosystem == NPM {
		revision = strings.TrimPrefix(fragment, "commit=")
		if strings.Contains(revision, "::") { // pnpm's #rev&path:
			revision, _, _ = strings.Cut(revision, "::")
		}
		revision, _, _ = strings.Cut(revision, "&")
		return sourceOf(raw), revision
	}
	from := 0
	if i := strings.Index(raw, "://"); i >= 0 {
		from = i + 3
	}
	slash, at := strings.IndexByte(raw[from:], '/'), strings.LastIndexByte(raw[from:], '@')
	if slash >= 0 && at > slash {
		return sourceOf(raw[:from+at]), raw[from+at+1:]
	}
	return sourceOf(raw), ""
}

// sourceOf is host and path of a repository's address.
func sourceOf(raw string) string {
	raw = strings.TrimPrefix(raw, "git+")
	if _, rest, ok := strings.Cut(raw, "://"); ok {
		raw = rest
	} else if host, path, ok := strings.Cut(raw, ":"); ok { // git@host:owner/repository
		raw = host + "/" + path
	}
	raw = withoutUser(raw)
	raw, _, _ = strings.Cut(raw, "?")
	host, path, _ := strings.Cut(raw, "/")
	path = strings.TrimSuffix(strings.Trim(path, "/"), ".git")
	if path == "" {
		return strings.ToLower(host)
	}
	return strings.ToLower(host) + "/" + path
}

// withoutUser drops user and password before the host.
func withoutUser(raw string) string {
	head, _, _ := strings.Cut(raw, "/")
	if at := strings.LastIndexByte(head, '@'); at >= 0 {
		return raw[at+1:]
	}
	return raw
}

// addressOf reads a plain address: the page of a repository, or an archive or
// script that lies there.
func addressOf(raw string, w Word) Package {
	pkg := Package{Ecosystem: URL, Word: w}
	bare, fragment, _ := strings.Cut(raw, "#")
	pkg.Source = sourceOf(bare)
	u, err := url.Parse(bare)
	if err != nil || dynamic(bare) || strings.ContainsAny(bare, "<>") {
		pkg.Source, pkg.Pin = "", PinUnknown
		return pkg
	}
	host := strings.ToLower(u.Hostname())
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	isRepository := (host == "github.com" || host == "gitlab.com" || host == "bitbucket.org") && len(parts) == 2 && !archive(u.Path) || strings.HasSuffix(u.Path, ".git")
	if isRepository {
		pkg.Ecosystem, pkg.Revision = Git, fragment
		if strings.Contains(fragment, "=") {
			pkg.Revision = ""
		}
		return pkg.revised()
	}
	pkg.Name = pkg.Source
	if m := hexRun.FindStringSubmatch(u.Path); m != nil {
		pkg.Revision = m[2]
	}
	switch {
	case pkg.Revision != "", strings.HasPrefix(fragment, "sha256=") || strings.HasPrefix(fragment, "sha512="), host == "files.pythonhosted.org":
		pkg.Pin = PinExact
	case immutable(host, u.Path):
		pkg.Pin = PinExact
	case versionInPath.MatchString(u.Path):
		pkg.Pin = PinTag
	}
	pkg.Version = pkg.Revision
	return pkg
}

// immutable says whether a host never changes what lies under a version.
func immutable(host, path string) bool {
	switch host {
	case "deno.land", "jsr.io", "esm.sh", "unpkg.com", "cdn.jsdelivr.net", "registry.npmjs.org", "npm.jsr.io":
		return versionInPath.MatchString(path) || host == "registry.npmjs.org" && strings.HasSuffix(path, ".tgz")
	}
	return false
}

// archive says whether a path is an archive or a wheel.
func archive(path string) bool {
	for _, ending := range []string{".tgz", ".tar.gz", ".tar.bz2", ".tar.xz", ".zip", ".whl", ".tar"} {
		if strings.HasSuffix(strings.ToLower(path), ending) {
			return true
		}
	}
	return false
}
