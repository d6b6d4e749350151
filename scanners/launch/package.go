package launch

import (
	"regexp"
	"strings"

	"github.com/castellan-app/castellan/scanners/credential"
)

// Ecosystems of packages.
const (
	NPM   = "npm"
	PyPI  = "pypi"
	OCI   = "oci"
	Go    = "go"
	JSR   = "jsr"
	NuGet = "nuget"
	Git   = "git" // a repository of source code; Source says which
	URL   = "url" // a script or archive at an address; Source says which
)

// Pin says how exactly a package is fixed.
type Pin int

const (
	// PinNone is whatever there is at the time.
	PinNone Pin = iota
	// PinTag is a range, a tag or a branch: something that can move.
	PinTag
	// PinExact is one version, commit or digest.
	PinExact
	// PinLocal is what lies on this machine or is installed: nothing is fetched.
	PinLocal
	// PinUnknown is a reference or a placeholder.
	PinUnknown
)

// Package is one thing that is fetched and run.
type Package struct {
	Ecosystem string
	// Name as the ecosystem folds it: PEP 503 for PyPI, Docker Hub spelled out
	// for images, the source for git and URL; "" for what is local or unknown.
	Name string
	// Version as written, without "==" and "@"; a tag or a digest for images,
	// the revision for git.
	Version     string
	Pin         Pin
	Source      string // host and path of a repository or address, without user and password
	Revision    string
	Tag, Digest string // of an image
	Word        Word   // the specification
	// Extra says that it is added to what runs, and not itself run.
	Extra bool
}

// Spec is the package as its own tools write it.
func (p Package) Spec() string {
	switch {
	case p.Name == "":
		return p.Source
	case p.Version == "":
		return p.Name
	case p.Ecosystem == OCI && p.Digest == "":
		return p.Name + ":" + p.Version
	case p.Ecosystem == PyPI && nameLength(p.Version[:1]) == 0 && (p.Version[0] < '0' || p.Version[0] > '9'):
		return p.Name + p.Version
	case p.Ecosystem == PyPI && p.Pin == PinExact:
		return p.Name + "==" + p.Version
	}
	return p.Name + "@" + p.Version
}

// Pinned is how the package is written when it is pinned.
func (p Package) Pinned() string {
	switch p.Ecosystem {
	case PyPI:
		return p.Name + "==X.Y.Z"
	case Go:
		return p.Name + "@vX.Y.Z"
	case OCI:
		return p.Name + "@sha256:…"
	case Git, URL:
		return p.Source + "@<commit>"
	}
	return p.Name + "@X.Y.Z"
}

var (
	semver   = regexp.MustCompile(`^[v=]{0,2}\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$`)
	goSemver = regexp.MustCompile(`^v\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$`)
	// pep440 is a public version identifier with an optional local part.
	pep440  = regexp.MustCompile(`(?i)^v?(\d+!)?\d+(\.\d+)*([-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?\d*)?(-\d+|[-_.]?(post|rev|r)[-_.]?\d*)?([-_.]?dev[-_.]?\d*)?(\+[a-z0-9]+([-_.][a-z0-9]+)*)?$`)
	commit  = regexp.MustCompile(`^([0-9a-fA-F]{40}|[0-9a-fA-F]{64})$`)
	digest  = regexp.MustCompile(`^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$`)
	nuget   = regexp.MustCompile(`^\d+\.\d+\.\d+(\.\d+)?(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$`)
	npmName = regexp.MustCompile(`^(@[A-Za-z0-9~_.-]+/)?[A-Za-z0-9~_.!*'()-]+$`)
	pyName  = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$`)
)

// specification reads a package specification of npm or PyPI, whatever it
// names: a package, a repository, an archive, a place.
func specification(ecosystem string, w Word) Package {
	pkg := Package{Ecosystem: ecosystem, Word: w, Pin: PinUnknown}
	spec := strings.TrimSpace(w.Text)
	if at := strings.Index(spec, credential.Mask); at >= 0 {
		return masked(pkg, spec)
	}
	if isLocal(spec) || strings.HasPrefix(spec, "file:") || strings.HasPrefix(spec, "workspace:") || strings.HasPrefix(spec, "link:") || strings.HasPrefix(spec, "portal:") || archive(spec) && !strings.Contains(spec, "://") {
		pkg.Pin = PinLocal
		if dynamic(spec) && !isLocal(spec) {
			pkg.Pin = PinUnknown
		}
		return pkg
	}
	if g, ok := gitSource(ecosystem, spec, w); ok {
		return g
	}
	if ecosystem == PyPI {
		return pypiPackage(pkg, spec)
	}
	return npmPackage(pkg, spec)
}

// masked keeps what stands before a credential that was taken out of a
// specification: the name of a package, if it is whole.
func masked(pkg Package, spec string) Package {
	i := strings.LastIndexByte(spec[:strings.Index(spec, credential.Mask)], '@')
	if i > 0 && (pkg.Ecosystem == NPM && npmName.MatchString(spec[:i]) || pkg.Ecosystem == PyPI && pyName.MatchString(spec[:i])) {
		pkg.Name = spec[:i]
		if pkg.Ecosystem == PyPI {
			pkg.Name = foldPyPI(pkg.Name)
		}
	}
	return pkg
}

// npmPackage reads name, name@version and alias@npm:name@version.
func npmPackage(pkg Package, spec string) Package {
	name, version := spec, ""
	if at := strings.IndexByte(spec[min(1, len(spec)):], '@'); at >= 0 {
		name, version = spec[:at+1], spec[at+2:]
	}
	if real, ok := strings.CutPrefix(version, "npm:"); ok {
		return npmPackage(pkg, real)
	}
	if real, ok := strings.CutPrefix(name, "npm:"); ok {
		name = real
	}
	if !npmName.MatchString(name) {
		return pkg
	}
	pkg.Name, pkg.Version = name, version
	switch {
	case version == "" || version == "*":
		pkg.Pin = PinNone
	case dynamic(version) || strings.ContainsAny(version, "{}$`") || strings.HasPrefix(version, "<") && strings.HasSuffix(version, ">"):
		pkg.Pin = PinUnknown
	case semver.MatchString(version):
		pkg.Pin = PinExact
	default:
		pkg.Pin = PinTag
	}
	return pkg
}

// pypiPackage reads name[extras] with a version as PEP 508 or uv write it.
func pypiPackage(pkg Package, spec string) Package {
	spec, _, _ = strings.Cut(spec, ";") // an environment marker
	spec = strings.TrimSpace(spec)
	if strings.HasPrefix(spec, "<") { // a placeholder
		return pkg
	}
	name, version := spec, ""
	if i := strings.IndexAny(spec, "=<>!~@"); i > 0 {
		name, version = spec[:i], strings.ReplaceAll(spec[i:], " ", "")
	}
	name, _, _ = strings.Cut(name, "[")
	name = strings.TrimSpace(name)
	if !pyName.MatchString(name) {
		return pkg
	}
	pkg.Name = foldPyPI(name)
	exact := strings.TrimLeft(version, "=@")
	isExact := exact != version
	pkg.Version = exact
	switch {
	case exact == "":
		pkg.Pin = PinNone
	case dynamic(exact) || strings.ContainsAny(exact, "{}$`") || strings.HasPrefix(exact, "<") && strings.HasSuffix(exact, ">"):
		pkg.Pin = PinUnknown
	case isExact && pep440.MatchString(exact):
		pkg.Pin = PinExact
	default:
		pkg.Pin = PinTag
	}
	return pkg
}

// foldPyPI is PEP 503's normal form of a name.
func foldPyPI(name string) string {
	var b strings.Builder
	run := false
	for _, r := range strings.ToLower(name) {
		if r == '-' || r == '_' || r == '.' {
			run = true
			continue
		}
		if run {
			b.WriteByte('-')
			run = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// image reads repository, tag and digest, and spells Docker Hub out.
func image(w Word) Package {
	pkg := Package{Ecosystem: OCI, Word: w, Pin: PinUnknown}
	spec := w.Text
	for _, transport := range []string{"docker://", "docker.io://", "oci://"} {
		spec = strings.TrimPrefix(spec, transport)
	}
	if spec == "" || strings.Contains(spec, credential.Mask) || strings.ContainsAny(spec, "<>{}$ \\`%") && !referenceInTag(spec) || isLocal(spec) {
		return pkg
	}
	repository, dig, hasDigest := strings.Cut(spec, "@")
	if i := strings.LastIndexByte(repository, ':'); i > strings.LastIndexByte(repository, '/') {
		repository, pkg.Tag = repository[:i], repository[i+1:]
	}
	host, _, deep := strings.Cut(repository, "/")
	switch {
	case !deep:
		repository = "docker.io/library/" + repository
	case !strings.ContainsAny(host, ".:") && host != "localhost":
		repository = "docker.io/" + repository
	case host == "index.docker.io" || host == "registry-1.docker.io":
		repository = "docker.io" + repository[len(host):]
	}
	pkg.Name, pkg.Version, pkg.Digest = repository, pkg.Tag, dig
	switch {
	case hasDigest && digest.MatchString(dig):
		pkg.Version, pkg.Pin = dig, PinExact
	case hasDigest:
		pkg.Version = dig
	case dynamic(pkg.Tag) || strings.ContainsAny(pkg.Tag, "<>{}$"):
	case pkg.Tag == "" || pkg.Tag == "latest":
		pkg.Pin = PinNone
	default:
		pkg.Pin = PinTag
	}
	return pkg
}

// referenceInTag says whether only tag or digest of an image is a reference.
func referenceInTag(spec string) bool {
	i := strings.IndexAny(spec, "<>{}$ \\`%")
	at := strings.IndexAny(spec[strings.LastIndexByte(spec[:i], '/')+1:i], ":@")
	return at > 0 && !strings.ContainsAny(spec, " \\`")
}

// goModule reads the package of "go run": module/path@version, or a folder or
// files of this machine.
func goModule(w Word) Package {
	pkg := Package{Ecosystem: Go, Word: w, Pin: PinLocal}
	name, version, ok := strings.Cut(w.Text, "@")
	if !ok || isLocal(w.Text) || strings.HasSuffix(w.Text, ".go") {
		return pkg // without a version it is of the module around it
	}
	pkg.Pin = PinUnknown
	if strings.ContainsAny(name, "${}<> ") || strings.Contains(name, credential.Mask) {
		return pkg
	}
	pkg.Name, pkg.Version = name, version
	switch {
	case dynamic(version) || strings.ContainsAny(version, "<>{}$"):
	case goSemver.MatchString(version) || commit.MatchString(version):
		pkg.Pin = PinExact
	case version == "":
		pkg.Pin = PinNone
	default:
		pkg.Pin = PinTag
	}
	return pkg
}

// nugetTool reads a .NET tool: id@version, or the id with --version.
func nugetTool(w, version Word) Package {
	pkg := Package{Ecosystem: NuGet, Word: w, Pin: PinUnknown}
	name, v, _ := strings.Cut(w.Text, "@")
	if version.Text != "" {
		v = version.Text
	}
	if isLocal(name) || strings.ContainsAny(name, "${}<> ") || strings.Contains(w.Text, credential.Mask) {
		return pkg
	}
	pkg.Name, pkg.Version = strings.ToLower(name), v // NuGet ids do not differ by case
	switch {
	case v == "":
		pkg.Pin = PinNone
	case dynamic(v) || strings.ContainsAny(v, "<>{}$"):
	case nuget.MatchString(strings.Trim(v, "[]")):
		pkg.Pin = PinExact
	default:
		pkg.Pin = PinTag
	}
	return pkg
}
