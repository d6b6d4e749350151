package dependency_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/dependency"
)

var update = flag.Bool("update", false, "write what is found into testdata")

func scan(t testing.TB, path, text string) scanners.Result {
	t.Helper()
	return dependency.New().Scan(scanners.File{Path: path, Data: []byte(text)}, nil)
}

// told are the sightings of a file as lines: place, what stands there, the
// package, its version, its licence and the pointer.
func told(path, text string, r scanners.Result) string {
	var b strings.Builder
	lines := strings.Split(text, "\n")
	for _, s := range r.Sightings {
		stands := lines[s.Region.Line-1][s.Region.Column-1 : s.Region.EndColumn-1]
		fmt.Fprintf(&b, "%s:%d:%d %s %s %s@%s", path, s.Region.Line, s.Region.Column, stands, s.Integration.ID, s.Package, s.Version)
		for _, more := range []string{s.Licence, s.Pointer} {
			if more != "" {
				b.WriteString(" " + more)
			}
		}
		b.WriteByte('\n')
	}
	if r.Incomplete != "" {
		fmt.Fprintf(&b, "%s: %s\n", path, r.Incomplete)
	}
	return b.String()
}

// Every archive of testdata holds files and what is to be found in them.
func TestSightings(t *testing.T) {
	t.Parallel()
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			var want, got string
			for _, f := range archive.Files {
				if f.Name == "want" {
					want = string(f.Data)
					continue
				}
				got += told(f.Name, string(f.Data), scan(t, f.Name, string(f.Data)))
			}
			if *update {
				archive.Files[len(archive.Files)-1].Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestCandidate(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]scanners.Interest{
		"package.json":                     scanners.Chance,
		"a/b/package-lock.json":            scanners.Chance,
		"requirements.txt":                 scanners.Chance,
		"dev-requirements.txt":             scanners.Chance,
		"requirements/base.txt":            scanners.Chance,
		"api/requirements/base.in":         scanners.Chance,
		"constraints-3.12.txt":             scanners.Chance,
		"deps/base.in":                     scanners.Chance,
		"MANIFEST.in":                      scanners.NoInterest,
		"notes.txt":                        scanners.NoInterest,
		"Dockerfile":                       scanners.Chance,
		"docker/Dockerfile.gpu":            scanners.Chance,
		"api.Dockerfile":                   scanners.Chance,
		"Containerfile":                    scanners.Chance,
		"DockerfileUtils.cs":               scanners.NoInterest,
		"dockerfile-practices.md":          scanners.NoInterest,
		"docker-compose.prod.yml":          scanners.Chance,
		"compose.yaml":                     scanners.Chance,
		"deploy/app.yaml":                  scanners.Chance,
		"infra/main.tf":                    scanners.Chance,
		"infra/main.tf.json":               scanners.Chance,
		"stack.template.json":              scanners.Chance,
		".terraform.lock.hcl":              scanners.NoInterest,
		"build.gradle.kts":                 scanners.Chance,
		"gradle/libs.versions.toml":        scanners.Chance,
		"src/App/App.csproj":               scanners.Chance,
		"Directory.Packages.props":         scanners.Chance,
		"build/common.props":               scanners.Chance,
		"main.go":                          scanners.NoInterest,
		"node_modules/openai/package.json": scanners.NoInterest,
		"web/node_modules/x/Dockerfile":    scanners.NoInterest,
		"vendor/x/composer.json":           scanners.NoInterest,
		"third_party/x/go.mod":             scanners.NoInterest,
		".venv/lib/x/requirements.txt":     scanners.NoInterest,
		"vendored/go.mod":                  scanners.Chance,
	} {
		if got := dependency.New().Candidate(path); got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
}

// An address in the place of a version may carry a credential.
func TestAddressesAreRedacted(t *testing.T) {
	t.Parallel()
	key := "ghp_" + "q7ZfT2mKx9WcR4bLs8Ve" + "Y1nHd6Jp3Ga5uT0k"
	for path, text := range map[string]string{
		"package.json":     `{"dependencies": {"openai": "git+https://u:KEY@github.com/openai/openai-node"}}`,
		"requirements.txt": "openai @ git+https://KEY@github.com/openai/openai-python@v1\n",
		"pyproject.toml":   "[tool.poetry.dependencies]\nopenai = {git = \"https://u:KEY@github.com/openai/openai-python\"}\n",
		"Cargo.toml":       "[dependencies]\nasync-openai = {git = \"https://u:KEY@github.com/64bit/async-openai\"}\n",
		"yarn.lock":        "\"openai@https://u:KEY@npm.acme.example/openai\":\n  version \"4.0.0\"\n",
		"pnpm-lock.yaml":   "packages:\n\n  openai@https://u:KEY@npm.acme.example/openai-4.0.0.tgz:\n",
		"Dockerfile":       "FROM scratch\nRUN pip install openai@git+https://u:KEY@github.com/openai/openai-python\n",
		"Gemfile":          "gem 'ruby-openai', 'KEY'\n",
		"compose.yml":      "services:\n  a:\n    image: ollama/ollama:KEY\n",
		"environment.yml":  "dependencies:\n- langchain-KEY\n",
	} {
		r := scan(t, path, strings.ReplaceAll(text, "KEY", key))
		if shown := fmt.Sprintf("%+v", r); strings.Contains(strings.ToLower(shown), strings.ToLower(key[4:])) {
			t.Errorf("%s: the result shows the credential: %s", path, shown)
		}
		if len(r.Sightings) != 1 && path != "environment.yml" {
			t.Errorf("%s: %d sightings", path, len(r.Sightings))
		}
	}
}

// What PowerShell redirects into a file is UTF-16, and editors of Windows begin
// files with a byte order mark.
func TestEncodings(t *testing.T) {
	t.Parallel()
	var utf16 []byte
	for _, c := range "\uFEFFrequests==2\r\nopenai==1.2.3\r\n" {
		utf16 = append(utf16, byte(c), byte(c>>8))
	}
	for text, want := range map[string]string{
		string(utf16):                           "r.txt:2:1 openai==1.2.3",
		"\xEF\xBB\xBFopenai==1.2.3\nrequests\n": "r.txt:1:4 openai==1.2.3",
		"openai==1.2.3":                         "r.txt:1:1 openai==1.2.3",
	} {
		r := scan(t, "requirements.txt", text)
		var got string
		for _, s := range r.Sightings {
			got += fmt.Sprintf("r.txt:%d:%d %s%s", s.Region.Line, s.Region.Column, s.Name, s.Version)
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestBounds(t *testing.T) {
	t.Parallel()
	many := strings.Repeat("openai==1\n", 6000)
	if r := scan(t, "requirements.txt", many); len(r.Sightings) != 5000 || r.Incomplete == "" {
		t.Errorf("%d sightings, incomplete %q", len(r.Sightings), r.Incomplete)
	}
	large := "openai==1\n" + strings.Repeat("# nothing\n", 1<<19)
	if r := scan(t, "requirements.txt", large); len(r.Sightings) != 1 || r.Incomplete == "" {
		t.Errorf("%d sightings, incomplete %q", len(r.Sightings), r.Incomplete)
	}
	cut := strings.Repeat("#\n", 1<<21-3) + "openai-extra==1\n"
	if r := scan(t, "requirements.txt", cut); len(r.Sightings) != 0 || r.Incomplete == "" {
		t.Errorf("a name that was cut: %+v", r)
	}
	if r := scan(t, "data.json", strings.Repeat(" ", 1<<21)); r.Incomplete != "" {
		t.Errorf("a file about something else is incomplete: %q", r.Incomplete)
	}
	deep := `{"packages": {"node_modules/openai": {"version": "4.0.0", "x": ` + strings.Repeat("[", 1<<20) + `}}}`
	if r := scan(t, "package-lock.json", deep); r.Incomplete == "" {
		t.Error("deep nesting is not told")
	}
}

// lockOf is a package-lock.json of n packages, every hundredth an AI's.
func lockOf(n int) []byte {
	var b bytes.Buffer
	b.WriteString("{\n  \"name\": \"app\",\n  \"lockfileVersion\": 3,\n  \"packages\": {\n    \"\": {\"name\": \"app\"}")
	for i := range n {
		name := fmt.Sprintf("package-%d", i)
		if i%100 == 0 {
			name = fmt.Sprintf("a%d/node_modules/openai", i)
		}
		fmt.Fprintf(&b, ",\n    \"node_modules/%s\": {\n      \"version\": \"%d.0.0\",\n      \"resolved\": \"https://registry.npmjs.org/%s/-/x-%d.0.0.tgz\",\n      \"integrity\": \"sha512-%s\",\n      \"license\": \"MIT\",\n      \"dependencies\": {\n        \"a\": \"^1.0.0\",\n        \"b\": \"^2.0.0\"\n      },\n      \"engines\": {\n        \"node\": \">=18\"\n      }\n    }", name, i, name, i, strings.Repeat("aB3/", 22))
	}
	b.WriteString("\n  }\n}\n")
	return b.Bytes()
}

func BenchmarkPackageLock(b *testing.B) {
	for _, n := range []int{1500, 12000, 48000} {
		data := lockOf(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if r := dependency.New().Scan(scanners.File{Path: "package-lock.json", Data: data}, nil); len(r.Sightings) != n/100 {
					b.Fatalf("%d sightings", len(r.Sightings))
				}
			}
		})
	}
}
