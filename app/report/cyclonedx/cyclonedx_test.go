package cyclonedx_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/castellan-app/castellan/app/report/cyclonedx"
	"github.com/castellan-app/castellan/app/report/internal/fixture"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
)

// official is CycloneDX's own schema of 1.6, as its Go library carries it.
func official(t *testing.T) *jsonschema.Schema {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/CycloneDX/cyclonedx-go").Output()
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	for name, at := range map[string]string{
		"bom-1.6.schema.json": "http://cyclonedx.org/schema/bom-1.6.schema.json", "spdx.schema.json": "http://cyclonedx.org/schema/spdx.schema.json",
		"jsf-0.82.schemax.json": "http://cyclonedx.org/schema/jsf-0.82.schema.json",
	} {
		data, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(out)), "schema", name))
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := c.AddResource(at, doc); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	s, err := c.Compile("http://cyclonedx.org/schema/bom-1.6.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func write(t *testing.T, r *scan.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := cyclonedx.Write(&b, r, fixture.Rules(), cyclonedx.Options{}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func valid(t *testing.T, s *jsonschema.Schema, text string) {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(doc); err != nil {
		t.Errorf("%v\n%s", err, text)
	}
}

// inventory has one of each: a package in two places, a provider with a key, an
// image, an action, a model, a flow and a remote server.
func inventory() *scan.Report {
	at := func(id string, aliases []string, s scanners.Sighting) scan.Sighting {
		s.Integration = scanners.Integration{ID: id, Aliases: aliases}
		return scan.Sighting{Sighting: s, Target: ".", Origin: scan.Origin{Commit: strings.Repeat("a", 40), Author: "Dev <dev@acme.example>", Time: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)}}
	}
	in := func(kind scanners.Kind, id, name, vendor string, sightings ...scan.Sighting) scan.Integration {
		product, _ := strings.CutPrefix(id, "product:")
		if product == id {
			product = ""
		}
		return scan.Integration{Integration: scanners.Integration{ID: id, Kind: kind, Name: name, Product: product, Vendor: vendor, Reputation: scanners.Known}, Sightings: sightings}
	}
	line := func(n int) scanners.Region { return scanners.Region{Line: n, Column: 1, EndLine: n, EndColumn: 2} }
	return &scan.Report{
		Version: "v1.2.3",
		Targets: []scan.Target{{Name: "acme/app", Commit: strings.Repeat("b", 40), Coverage: scan.Coverage{Files: 3, Scanned: 3, Complete: true}}},
		Integrations: []scan.Integration{
			in(scanners.KindFramework, "product:langchain", "LangChain", "LangChain",
				at("product:langchain", []string{"npm:@langchain/core"}, scanners.Sighting{Name: "@langchain/core", Path: "package.json", Region: line(4), Package: "@langchain/core", Version: "^0.3.0"}),
				at("product:langchain", []string{"npm:@langchain/core"}, scanners.Sighting{Name: "@langchain/core", Path: "package-lock.json", Region: line(40), Package: "@langchain/core", Version: "0.3.12", Licence: "MIT"})),
			in(scanners.KindModelProvider, "product:openai", "OpenAI API", "OpenAI",
				at("product:openai", []string{"pypi:openai"}, scanners.Sighting{Name: "openai", Path: "requirements.txt", Region: line(1), Package: "openai", Version: "1.2.3"}),
				at("product:openai", nil, scanners.Sighting{Name: "OPENAI_API_KEY", Path: ".env", Region: line(2)})),
			in(scanners.KindRuntime, "product:ollama", "Ollama", "Ollama",
				at("product:ollama", []string{"image:docker.io/ollama/ollama"}, scanners.Sighting{Name: "ollama", Path: "compose.yml", Region: line(3), Package: "docker.io/ollama/ollama", Version: "0.9"}),
				at("product:ollama", []string{"image:ghcr.io/acme/ollama"}, scanners.Sighting{Name: "ollama", Path: "compose.yml", Region: line(9), Package: "ghcr.io/acme/ollama"})),
			in(scanners.KindAgent, "product:claude-code", "Claude Code", "Anthropic",
				at("product:claude-code", []string{"action:anthropics/claude-code-action"}, scanners.Sighting{Name: "review", Path: ".github/workflows/a.yml", Region: line(8), Package: "anthropics/claude-code-action", Version: "v1", Grants: []scanners.Grant{{Name: "contents", Level: "write"}}, Reaches: []string{"source-code"}}),
				at("product:claude-code", nil, scanners.Sighting{Name: "CLAUDE.md", Path: "CLAUDE.md", Region: line(1)})),
			in(scanners.KindModel, "model:gpt-4o", "gpt-4o", "OpenAI", at("model:gpt-4o", nil, scanners.Sighting{Name: "gpt-4o", Path: "main.py", Region: line(7)})),
			in(scanners.KindBuilderFlow, "local:flow.json#Mail", "Mail \x1b[31m", "n8n", at("local:flow.json#Mail", nil, scanners.Sighting{Name: "Mail", Path: "flow.json", Region: line(1)})),
			in(scanners.KindMCPServer, "host:mcp.acme.example", "mcp.acme.example", "", at("host:mcp.acme.example", nil, scanners.Sighting{Name: "acme", Path: ".mcp.json", Region: line(2), URL: "https://mcp.acme.example/secret-path"})),
		},
	}
}

func TestValid(t *testing.T) {
	t.Parallel()
	s := official(t)
	for name, r := range map[string]*scan.Report{"nothing": {Version: "v1"}, "inventory": inventory(), "findings": fixture.Full(), "empty": fixture.Empty(), "large": fixture.Large(500)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := write(t, r)
			valid(t, s, text)
			if again := write(t, r); again != text {
				t.Error("the same report gives other bytes")
			}
		})
	}
}

func TestHostile(t *testing.T) {
	t.Parallel()
	s := official(t)
	for _, text := range fixture.Hostile() {
		got := write(t, fixture.With(text))
		valid(t, s, got)
		for _, c := range got {
			if c < ' ' && c != '\n' || c == 0x7f || c == 0x202e || c == 0x9b {
				t.Errorf("%q is written as it is", c)
			}
		}
	}
}

func TestInventory(t *testing.T) {
	t.Parallel()
	text := write(t, inventory())
	var doc struct {
		SpecVersion string
		Components  []struct {
			Type, Group, Name, Version, Purl string
			Evidence                         struct {
				Occurrences []struct {
					Location string
					Line     int
				}
			}
		}
		Services []struct {
			Name      string
			Endpoints []string
		}
		Dependencies []struct {
			Ref       string
			DependsOn []string
		}
	}
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range doc.Components {
		at := ""
		for _, o := range c.Evidence.Occurrences {
			at += " " + o.Location
		}
		got = append(got, c.Type+" "+c.Purl+" "+c.Name+" "+c.Version+":"+at)
	}
	want := []string{
		"framework pkg:npm/%40langchain/core core : package.json",
		"framework pkg:npm/%40langchain/core@0.3.12 core 0.3.12: package-lock.json",
		"library pkg:pypi/openai@1.2.3 openai 1.2.3: requirements.txt",
		"container pkg:docker/acme/ollama?repository_url=ghcr.io ollama : compose.yml",
		"container pkg:docker/ollama/ollama@0.9 ollama 0.9: compose.yml",
		"application pkg:githubactions/anthropics/claude-code-action@v1 claude-code-action v1: .github/workflows/a.yml",
		"application  Claude Code : CLAUDE.md",
		"machine-learning-model  gpt-4o : main.py",
		`application  Mail \x1b[31m : flow.json`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("components (-want +got):\n%s", diff)
	}
	if doc.SpecVersion != "1.6" || len(doc.Services) != 2 || doc.Services[0].Name != "OpenAI API" || doc.Services[1].Endpoints[0] != "https://mcp.acme.example" {
		t.Errorf("%s %+v", doc.SpecVersion, doc.Services)
	}
	if strings.Contains(text, "secret-path") || strings.Contains(text, "\x1b") {
		t.Error("a path or a control character is published")
	}
	if len(doc.Dependencies) != 2 || len(doc.Dependencies[0].DependsOn) != 11 || doc.Dependencies[1].DependsOn[0] != "service:product:openai" {
		t.Errorf("%+v", doc.Dependencies)
	}
}
