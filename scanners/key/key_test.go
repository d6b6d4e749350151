package key_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
	"github.com/castellan-app/castellan/scanners/key"
)

// fake is a made-up key, put together so that no scanner takes this source for a leak.
func fake() string { return "gsk_" + "q7ZfT2mKx9WcR4bLs8VeY1nHd6" + "Jp3Ga5uT0kB3nM8vC4xZ1aQ7wE" }

func hasher(t testing.TB) *credential.Hasher {
	t.Helper()
	h, err := credential.NewHasher([]byte(strings.Repeat("k", 32)))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestScan(t *testing.T) {
	t.Parallel()
	text := "package x\n\nvar groqKey = \"" + fake() + "\" // and \"" + fake() + "\"\n"
	r := key.New().Scan(scanners.File{Path: "src/x.go", Data: []byte(text)}, hasher(t))
	if len(r.Findings) != 2 || len(r.Sightings) != 1 {
		t.Fatalf("%d findings, %d sightings", len(r.Findings), len(r.Sightings))
	}
	f := r.Findings[0]
	if diff := cmp.Diff(scanners.Region{Line: 3, Column: 16, EndLine: 3, EndColumn: 16 + len(fake())}, f.Region); diff != "" {
		t.Errorf("region (-want +got):\n%s", diff)
	}
	if f.Rule != key.Rule || f.Severity != scanners.Critical || f.Slot != "groqKey" || f.Integration != "product:groq" || f.Credential.Kind != "groq-api-key" {
		t.Errorf("%+v", f)
	}
	for _, f := range r.Findings {
		for _, shown := range []string{f.Excerpt.Text, f.Message.String(), f.Fix.String(), f.Slot} {
			if strings.Contains(shown, fake()[4:12]) {
				t.Errorf("the key is shown: %q", shown)
			}
		}
		if got := f.Excerpt.Text[f.Excerpt.Start:f.Excerpt.End]; got != credential.Mask {
			t.Errorf("the excerpt marks %q", got)
		}
	}
	if a, b := r.Findings[0].Fingerprint(), r.Findings[1].Fingerprint(); a == b {
		t.Error("two findings have one fingerprint")
	}
}

func TestExamplesCountLess(t *testing.T) {
	t.Parallel()
	r := key.New().Scan(scanners.File{Path: "docs/setup.md", Data: []byte("export GROQ_API_KEY=" + fake() + "\n")}, hasher(t))
	if len(r.Findings) != 1 || r.Findings[0].Severity != scanners.High || !r.Findings[0].Passive {
		t.Errorf("%+v", r.Findings)
	}
}

func TestNoText(t *testing.T) {
	t.Parallel()
	r := key.New().Scan(scanners.File{Path: "x.bin2", Data: []byte("\x00\x01" + fake())}, hasher(t))
	if len(r.Findings) != 0 {
		t.Errorf("%+v", r.Findings)
	}
	for path, want := range map[string]scanners.Interest{
		"a.go": scanners.Anywhere, "Makefile": scanners.Anywhere, "logo.PNG": scanners.NoInterest, "x.tar.gz": scanners.NoInterest, "a.": scanners.Anywhere, ".git/config": scanners.NoInterest,
		"notes.some-long-ending-of-a-name": scanners.Anywhere, "dir.zip/x": scanners.Anywhere,
	} {
		if got := key.New().Candidate(path); got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
}

func FuzzScan(f *testing.F) {
	f.Add([]byte("a: \"" + fake() + "\"\n" + fake()))
	f.Add([]byte(strings.Repeat(fake()+"\n", 200)))
	h := hasher(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, x := range key.New().Scan(scanners.File{Path: "a.txt", Data: data}, h).Findings {
			if x.Region.Line < 1 || x.Excerpt.End > len(x.Excerpt.Text) || x.Credential == nil {
				t.Errorf("%+v", x)
			}
		}
	})
}
