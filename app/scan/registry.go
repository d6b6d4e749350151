package scan

import (
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/castellan-app/castellan/app/gitstore"
	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/launch"
)

// fetched is what a server fetches, and from whose registry.
func fetched(s *scanners.Sighting) (ecosystem string, r Registry) {
	l := launch.Parse(append([]string{s.Command}, s.Args...))
	named := len(l.Registry) > 0 || slices.ContainsFunc(s.Env, launch.IsRegistryVariable) ||
		slices.ContainsFunc(l.Env, func(e launch.Setting) bool { return launch.IsRegistryVariable(e.Name) })
	if named {
		return l.Ecosystem, OfLaunch
	}
	return l.Ecosystem, OfEcosystem
}

// registryFiles are where a repository names its registries, by ecosystem.
var registryFiles = map[string]string{
	".npmrc": "npm", ".yarnrc": "npm", ".yarnrc.yml": "npm", "bunfig.toml": "npm",
	"uv.toml": "pypi", "pip.conf": "pypi", "pip.ini": "pypi", "pyproject.toml": "pypi",
}

// registryFile says whether a file is read for the registries that it names.
func (o *Options) registryFile(p string) bool {
	return o.Lookup != nil && registryFiles[path.Base(p)] != ""
}

// ownHosts are the registries that launches ask anyway.
var ownHosts = []string{"registry.npmjs.org", "registry.yarnpkg.com", "pypi.org", "files.pythonhosted.org"}

// longestRegistryFile bounds what is read of one.
const longestRegistryFile = 256 << 10

// readRegistries notes for which ecosystems a file names a registry that is not
// their own. It need not parse: a line that sets one will do.
func (t *target) readRegistries(p string, data []byte) {
	if !t.registryFile(p) {
		return
	}
	text := string(data[:min(len(data), longestRegistryFile)])
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		word := strings.ToLower(line)
		if strings.HasPrefix(word, "#") || strings.HasPrefix(word, ";") || !strings.Contains(word, "://") {
			continue
		}
		if host := hostIn(line); host != "" && !slices.Contains(ownHosts, host) && setsRegistry(path.Base(p), word) {
			t.g.mu.Lock()
			t.mirrors[registryFiles[path.Base(p)]] = true
			t.g.mu.Unlock()
		}
	}
}

// registriesAbove reads the files of the folders of the repository above a target,
// which hold for it too. Links are not followed.
func (t *target) registriesAbove(v vantage) {
	if t.Lookup == nil || v.prefix == "" {
		return
	}
	dir := v.top
	for part := range strings.SplitSeq(strings.TrimSuffix(v.prefix, "/"), "/") {
		for name := range registryFiles {
			file := filepath.Join(dir, name)
			if info, err := os.Lstat(file); err != nil || !info.Mode().IsRegular() {
				continue
			}
			data, err := gitstore.ReadFile(file, longestRegistryFile)
			if err != nil { // it may name one
				t.mirrors[registryFiles[name]] = true
				continue
			}
			t.readRegistries(name, data)
		}
		dir = filepath.Join(dir, part)
	}
}

// setsRegistry says whether a line can be the registry of names without a scope:
// in a pyproject.toml most URLs are not, and npm's scopes have their own.
func setsRegistry(base, line string) bool {
	key := strings.Trim(line[:strings.Index(line, "://")], " \t")
	if base == "pyproject.toml" {
		return strings.HasPrefix(key, "url") || strings.Contains(key, "index")
	}
	return !strings.HasPrefix(key, "@")
}

// hostIn is the host of the first URL in a line.
func hostIn(line string) string {
	at := strings.Index(line, "://")
	start := strings.LastIndexAny(line[:at], ` ='"`+"\t") + 1
	rest := line[start:]
	if end := strings.IndexAny(rest, ` '",`+"\t"); end >= 0 {
		rest = rest[:end]
	}
	u, err := url.Parse(rest)
	if err != nil {
		return "unreadable"
	}
	return strings.ToLower(u.Hostname())
}
