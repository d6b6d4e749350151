package json

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/app/report/internal/fixture"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
)

var update = flag.Bool("update", false, "write the golden files")

const schemaPath = "../../../docs/scan.schema.json"

func render(t testing.TB, r *scan.Report) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, r, fixture.Rules(), Options{}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	s, err := c.Compile(schemaPath)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func instance(t *testing.T, data []byte) any {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestGoldenIsValid(t *testing.T) {
	t.Parallel()
	s := schema(t)
	for name, r := range map[string]*scan.Report{"full.json": fixture.Full(), "clean.json": fixture.Clean(), "empty.json": fixture.Empty(), "zero.json": {}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := render(t, r)
			if err := s.Validate(instance(t, got)); err != nil {
				t.Error(err)
			}
			fixture.Golden(t, name, got, *update)
		})
	}
}

// TestFailedAndRange: a target that could not be scanned is there, with the
// reason; so is the range that was asked for.
func TestFailedAndRange(t *testing.T) {
	t.Parallel()
	r := &scan.Report{Targets: []scan.Target{
		{Name: "app", Mode: scan.ModeRange, Coverage: scan.Coverage{Complete: true}},
		{Name: "lost", Mode: scan.ModeTree, Coverage: scan.Coverage{Skipped: []scan.Skip{{Reason: "no such folder", Incomplete: true}}}},
	}}
	var b bytes.Buffer
	if err := Write(&b, r, nil, Options{Range: "main..HEAD"}); err != nil {
		t.Fatal(err)
	}
	if err := schema(t).Validate(instance(t, b.Bytes())); err != nil {
		t.Error(err)
	}
	var got output
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	want := []target{
		{Target: "app", Mode: "range", Range: "main..HEAD", Coverage: coverage{Skipped: []skip{}, Complete: true}},
		{Target: "lost", Mode: "tree", Coverage: coverage{Skipped: []skip{{Reason: "no such folder", Incomplete: true}}}},
	}
	if diff := cmp.Diff(want, got.Targets); diff != "" {
		t.Errorf("targets (-want +got):\n%s", diff)
	}
}

// TestSchemaIsStrict changes one value of a valid output at a time.
func TestSchemaIsStrict(t *testing.T) {
	t.Parallel()
	s := schema(t)
	good := string(render(t, fixture.Full()))
	for _, c := range []struct{ name, old, new string }{
		{"schema", `"schema": 1`, `"schema": 2`},
		{"mode", `"mode": "history"`, `"mode": "deep"`},
		{"kind", `"kind": "agent"`, `"kind": "robot"`},
		{"reputation", `"reputation": "known"`, `"reputation": ""`},
		{"reaches", `"network"`, `"the net"`},
		{"level", `"level": "write"`, `"level": "rw"`},
		{"transport", `"transport": "sse"`, `"transport": "smoke"`},
		{"severity", `"severity": "critical"`, `"severity": "blocker"`},
		{"confidence", `"confidence": "medium"`, `"confidence": "0.5"`},
		{"action", `"action": "warn"`, `"action": "off"`},
		{"null array", `"notices": [`, `"notices": null, "other": [`},
		{"line", `"line": 9`, `"line": "9"`},
		{"time", `"time": "2026-01-03T00:30:00Z"`, `"time": "2026-01-02T23:30:00-01:00"`},
		{"hash", `"hash": "k`, `"hash": "`},
		{"missing", `"fix": `, `"remedy": `},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			bad := strings.Replace(good, c.old, c.new, 1)
			if bad == good {
				t.Fatalf("%s is not in the output", c.old)
			}
			if s.Validate(instance(t, []byte(bad))) == nil {
				t.Errorf("the schema accepts %s", c.new)
			}
		})
	}
	more := strings.Replace(good, `"schema": 1`, `"schema": 1, "added": {}`, 1)
	if err := s.Validate(instance(t, []byte(more))); err != nil {
		t.Errorf("the schema refuses an added field: %v", err)
	}
}

func TestSchemaPublishesTheKinds(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(schemaPath)
	if err != nil {
		t.Fatal(err)
	}
	var s struct {
		Defs struct {
			Integration struct {
				Properties struct {
					Kind struct{ Enum []scanners.Kind }
				}
			}
		} `json:"$defs"`
	}
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	got, want := s.Defs.Integration.Properties.Kind.Enum, scanners.Kinds()
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("kinds (-want +got):\n%s", diff)
	}
}

// contract is the sample of the stable contract, with one element in each array.
const contract = `{"schema": 1, "tool": {"name": "castellan", "version": ""},
 "targets": [{"target": "", "commit": "", "mode": "",
   "coverage": {"files": 0, "scanned": 0, "skipped": [{"path": "", "reason": ""}], "blobs": 0, "bytes": 0, "commits": 0, "complete": true}}],
 "integrations": [{"id": "", "kind": "", "name": "", "product": "", "vendor": "", "reputation": "",
   "sightings": [{"name": "", "target": "", "path": "", "line": 0, "column": 0, "pointer": "", "client": "", "commit": "", "author": "", "time": "",
     "transport": "", "command": "", "args": [], "package": "", "version": "", "url": "", "disabled": false, "template": false,
     "env": [""], "reaches": [""], "grants": [{"name": "", "level": ""}]}]}],
 "findings": [{"fingerprint": "", "rule": "", "severity": "", "confidence": "", "action": "",
   "integration": "", "target": "", "path": "", "line": 0, "column": 0, "end_line": 0, "end_column": 0, "pointer": "", "message": "", "fix": "",
   "commit": "", "author": "", "time": "", "credential": {"provider": "", "kind": "", "hash": "", "length": 0, "publishable": false}}]}`

func TestContractKeysArePresent(t *testing.T) {
	t.Parallel()
	lacks(t, "", instance(t, []byte(contract)), instance(t, render(t, fixture.Full())))
}

func lacks(t *testing.T, at string, want, got any) {
	t.Helper()
	switch want := want.(type) {
	case map[string]any:
		m, _ := got.(map[string]any)
		for k, v := range want {
			if _, ok := m[k]; !ok {
				t.Errorf("%s/%s is missing", at, k)
				continue
			}
			lacks(t, at+"/"+k, v, m[k])
		}
	case []any:
		l, ok := got.([]any)
		if !ok || len(want) > 0 && len(l) == 0 {
			t.Errorf("%s is not a filled array", at)
		} else if len(want) > 0 {
			lacks(t, at+"/0", want[0], l[0])
		}
	}
}

func TestHostileStringsRoundTrip(t *testing.T) {
	t.Parallel()
	for _, s := range fixture.Hostile() {
		got := render(t, fixture.With(s))
		for _, r := range string(got) {
			if r != '\n' && !report.Printable(r) {
				t.Fatalf("%q: the output holds %U in clear", s, r)
			}
		}
		var out output
		if err := json.Unmarshal(got, &out); err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		if diff := cmp.Diff(report.UTF8(s), out.Findings[0].Path); diff != "" {
			t.Errorf("path (-want +got):\n%s", diff)
		}
	}
}

func TestHugeMessage(t *testing.T) {
	t.Parallel()
	r := fixture.Full()
	r.Findings[0].Message = scanners.Say("", strings.Repeat("ten bytes\x1b", 1<<20))
	if got := render(t, r); !json.Valid(got) {
		t.Error("invalid JSON")
	}
}

func TestSameReportSameOutput(t *testing.T) {
	t.Parallel()
	one := fixture.Large(500)
	two := fixture.Large(500)
	slices.Reverse(two.Findings)
	if !bytes.Equal(render(t, one), render(t, two)) {
		t.Error("the order of findings in the report changes the output")
	}
}

func BenchmarkWrite(b *testing.B) {
	r := fixture.Large(10_000)
	b.ReportAllocs()
	for b.Loop() {
		b.SetBytes(int64(len(render(b, r))))
	}
}
