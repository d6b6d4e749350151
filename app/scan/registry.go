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
)

// runners are the programs that fetch packages, by ecosystem.
var runners = map[string]string{
	"npx": "npm", "bunx": "npm", "pnpx": "npm", "npm": "npm", "pnpm": "npm", "yarn": "npm", "bun": "npm",
	"uvx": "pypi", "uv": "pypi", "pipx": "pypi", "docker": "oci", "podman": "oci", "nerdctl": "oci", "go": "go",
}

// ecosystemOf is where the package of a server comes from: what its integration
// says, or if that is named after something else (its product, the host that a
// bridge leads to), the first runner among the words of the launch.
func ecosystemOf(s *scanners.Sighting) string {
	prefix, _, _ := strings.Cut(s.Integration.ID, ":")
	if prefix != "product" && prefix != "host" && prefix != "local" {
		return prefix
	}
	for _, a := range append([]string{s.Command}, s.Args...) {
		for _, w := range strings.Fields(a) {
			base := strings.ToLower(path.Base(strings.ReplaceAll(w, `\`, "/")))
			base = strings.TrimSuffix(strings.TrimSuffix(base, ".exe"), ".cmd")
			if ecosystem := runners[base]; ecosystem != "" {
				return ecosystem
			}
		}
	}
	return ""
}

// registryFlags name a registry at a launch: of npm, pnpm and yarn; of pip, uv
// and pipx (docs.npmjs.com/cli, config; docs.astral.sh/uv/reference/cli).
var registryFlags = []string{"--registry", "--index-url", "--extra-index-url", "--index", "--default-index", "--find-links", "--pip-args"}

// registryVariables do the same in its environment, whatever their case.
var registryVariables = []string{
	"NPM_CONFIG_REGISTRY", "NPM_CONFIG_USERCONFIG", "NPM_CONFIG_GLOBALCONFIG", "YARN_REGISTRY", "YARN_NPM_REGISTRY_SERVER", "BUN_CONFIG_REGISTRY",
	"UV_INDEX", "UV_INDEX_URL", "UV_DEFAULT_INDEX", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_CONFIG_FILE", "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_CONFIG_FILE",
	"GOPROXY", "GOPRIVATE",
}

// registryOf says whether a launch names a registry of its own, in its words or
// among the names of its variables.
func registryOf(s *scanners.Sighting) Registry {
	words := append(strings.Fields(s.Command), s.Args...)
	for _, a := range words {
		for _, w := range strings.Fields(a) { // a whole line may be one word
			name, _, _ := strings.Cut(w, "=")
			if slices.Contains(registryFlags, name) || strings.HasPrefix(w, "--@") || isRegistryVariable(name) {
				return OfLaunch
			}
		}
	}
	if slices.ContainsFunc(s.Env, isRegistryVariable) {
		return OfLaunch
	}
	return OfEcosystem
}

func isRegistryVariable(name string) bool {
	name = strings.ToUpper(name)
	return slices.Contains(registryVariables, name) || strings.HasPrefix(name, "NPM_CONFIG_@")
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
