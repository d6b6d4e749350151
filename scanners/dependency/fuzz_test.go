package dependency_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/dependency"
)

// Whatever a file holds: what is said of it lies within it, and an address's
// credential is not said.
func FuzzScan(f *testing.F) {
	key := "ghp_" + "q7ZfT2mKx9WcR4bLs8Ve" + "Y1nHd6Jp3Ga5uT0k"
	archives, _ := filepath.Glob("testdata/*.txtar")
	for _, name := range archives {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive.Files {
			f.Add(file.Name, file.Data)
		}
	}
	f.Add("package.json", []byte(`{"dependencies":{"openai":"https://u:`+key+`@x"}}`))
	f.Add("requirements.txt", []byte("openai @ git+https://"+key+"@github.com/x\n"))
	f.Fuzz(func(t *testing.T, path string, data []byte) {
		if len(path) > 300 || !strings.HasPrefix(string(data), "\xFF\xFE") && !strings.HasPrefix(string(data), "\xFE\xFF") && strings.ContainsRune(string(data), 0) {
			return
		}
		r := dependency.New().Scan(scanners.File{Path: path, Data: data}, nil)
		lines := strings.Split(string(data), "\n")
		for _, s := range r.Sightings {
			if s.Package == "" || s.Integration.ID == "" || s.Region.Line < 1 || s.Region.EndLine < s.Region.Line {
				t.Fatalf("sighting %+v", s)
			}
			if data[0] < 0xFE && (s.Region.Line > len(lines) || s.Region.Column > len(lines[s.Region.Line-1])) {
				t.Fatalf("outside of the file: %+v", s)
			}
		}
		if strings.Contains(fmt.Sprintf("%+v", r), key) {
			t.Fatal("the result shows the credential")
		}
	})
}

// hostile are what a megabyte of is to be read in no more than a moment, by what
// may be hard about it.
var hostile = map[string][]string{
	"package.json":       {`{"overrides":`, `{"a>b":{`, `"openai":"npm:`, `[`},
	"package-lock.json":  {`{"dependencies":{"a":{`, `{"packages":{"node_modules/`, `"`, `[`, `\`, `/*`},
	"yarn.lock":          {"openai@npm:", "\"openai@^1, ", "openai@^1:\n  version \"1\"\n"},
	"pnpm-lock.yaml":     {"packages:\n  /@", "packages:\n  ? '", "packages:\n  openai@1:\n"},
	"bun.lock":           {`{"packages":{"a":["`, `//`, `[`},
	"requirements.txt":   {"openai[", "openai @ ", "egg=", "git+", "a://egg=", "openai==1;", "openai\\\n"},
	"pyproject.toml":     {"[project]\ndependencies=[", "[[tool.uv.sources]]\n", "a.b.c.", "openai=1\n"},
	"setup.py":           {"install_requires=[", "requires=", "'''", "\"", "deps=(\"openai\",", "[(["},
	"setup.cfg":          {"[options]\ninstall_requires=\n openai\n", " =", "["},
	"poetry.lock":        {"[[package]]\n", "name = \"openai\"\n", "[package.source]\n"},
	"environment.yml":    {"- a\n", "dependencies:\n- pip:\n  - openai\n", "{"},
	"go.mod":             {"require (\n", "replace a => ./", "require github.com/openai/openai-go v1\n", "a/"},
	"pom.xml":            {"<a>", "<dependency>", "<dependency><artifactId>a</artifactId></dependency>", "</a>", "<a b='c' ", "${", "<!--", "<properties><a>${a}${a}</a></properties>"},
	"build.gradle":       {"group:'a',name:", "'a:b:c'", "'a','b',", "'''", "/*", "'a'%'b'%", "%"},
	"App.csproj":         {"<PackageReference Include='a;' ", "<PackageReference Include=\"OpenAI;OpenAI\"/>", "$(a)", "<PropertyGroup><a>$(a)$(a)</a></PropertyGroup>"},
	"Gemfile":            {"gem 'a',", "gem 'a' ", "gem 'a', path:", "gem '", "gem 'a',["},
	"Gemfile.lock":       {"GEM\n    a (1)\n", "GEM\n    a (", "PATH\n"},
	"composer.lock":      {`{"packages":[{"license":["a",`, `{"packages":[{"name":"`, `"a",`},
	"mix.exs":            {"{:a,", "{:a,path:", "{:openai,\"1\"},", "#"},
	"mix.lock":           {"\"a\":{:hex,:a,", "\"a\":{:"},
	"Package.swift":      {".package(url:\"https://github.com/MacPaw/OpenAI\",", "url:\"a/b\"..", "\"\"\"", "/*"},
	"Dockerfile":         {"RUN <<A\n", "FROM a AS b\n", "RUN pip install a \\\n", "RUN pip install openai\n", "ARG A=$A$A\n", "FROM ${A:-${A:-", "COPY --from=a,", "RUN [\"pip\",\"install\",\"", "RUN bash -c '", "# a\n"},
	"docker-compose.yml": {"image: ${A:-", "a: &a\n  image: ollama/ollama\n", "image: ollama/ollama\n---\n", "- ", "{image: ", "<<: *a\n"},
	"main.tf":            {"resource \"a\" \"b\" {", "image=\"ollama/ollama\"\n", "/*", "\"${\"", "<<A\n"},
	"main.tf.json":       {`{"resource":`, `[`, `{"data":{"a":`},
	"stack.json":         {`{"Type":"AWS::Bedrock::Agent","a":`, `{"Type":"AWS::Bedrock::Agent"},`, `[`},
	"libs.versions.toml": {"[libraries]\n", "a={version.ref='a'}\n", "[libraries.a]\nmodule='com.openai:openai-java'\n"},
}

func TestHostileFilesAreReadInAMoment(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("reads 100 MB")
	}
	for path, pieces := range hostile {
		for _, piece := range pieces {
			text := []byte(strings.Repeat(piece, 1<<20/len(piece)))
			begin := time.Now()
			dependency.New().Scan(scanners.File{Path: path, Data: text}, nil)
			// what is not linear takes many minutes; a slow machine with the race detector, ten seconds
			if took := time.Since(begin); took > time.Minute {
				t.Errorf("%s of %q took %v", path, piece, took)
			} else if testing.Verbose() && took > 200*time.Millisecond {
				t.Logf("%s of %q took %v", path, piece, took)
			}
		}
	}
}
