package json

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/castellan-app/castellan/app/report/internal/fixture"
)

func TestBaselineHoldsWhatWasWritten(t *testing.T) {
	t.Parallel()
	r := fixture.Full()
	b, err := Read(bytes.NewReader(render(t, r)))
	if err != nil {
		t.Fatal(err)
	}
	if b.Len() != len(r.Findings) {
		t.Errorf("%d findings, want %d", b.Len(), len(r.Findings))
	}
	for _, f := range r.Findings {
		hash := ""
		if f.Credential != nil {
			hash = f.Credential.Hash
		}
		if !b.Has(f.Fingerprint, hash) {
			t.Errorf("%s at %s is missing", f.Rule, f.Path)
		}
		if b.Has(f.Fingerprint, fixture.Hash("b")) {
			t.Errorf("%s at %s: another credential counts as known", f.Rule, f.Path)
		}
	}
	if diff := cmp.Diff([]string{"0a1b2c3d"}, b.KeyIDs()); diff != "" {
		t.Errorf("key ids (-want +got):\n%s", diff)
	}
}

func TestReadSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	print64 := strings.Repeat("0", 64)
	for _, c := range []struct{ name, in, want string }{
		{"empty", " \n", "read baseline: empty: make it with castellan scan --format json -o FILE"},
		{"UTF-16", "\xff\xfe{\x00", "read baseline: UTF-16, not UTF-8: make it with castellan scan --format json -o FILE"},
		{"not JSON", "Scanned .", "read baseline: line 1, column 1: invalid character 'S' looking for beginning of value"},
		{"cut", "{\"schema\": 1,\n \"findings\": [", "read baseline: line 2, column 14: unexpected end of JSON input"},
		{"trailing", "{}\n{}", "read baseline: line 2, column 1: invalid character '{' after top-level value"},
		{"no schema", `{"findings": []}`, "read baseline: no schema: make it with castellan scan --format json -o FILE"},
		{"schema 2", `{"schema": 2}`, "read baseline: schema is 2, want 1"},
		{"schema text", `{"schema": "1"}`, "read baseline: line 1, column 14: schema must not be a JSON string"},
		{"array", `[]`, "read baseline: line 1, column 1: the document must be an object, not a JSON array"},
		{"no findings", `{"schema": 1}`, "read baseline: no findings array: make it with castellan scan --format json -o FILE"},
		{"fingerprint", `{"schema": 1, "findings": [{"fingerprint": "` + print64 + `"}, {}]}`, "read baseline: findings[1].fingerprint is not 64 hex digits"},
		{"hash", `{"schema": 1, "findings": [{"fingerprint": "` + print64 + `", "credential": {"hash": "x"}}]}`,
			"read baseline: findings[0].credential.hash is not of the form k<8 hex digits>:<64 hex digits>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := Read(strings.NewReader(c.in))
			if err == nil {
				t.Fatal("no error")
			}
			if diff := cmp.Diff(c.want, err.Error()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

// spaces is an endless input.
type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestReadIsBounded(t *testing.T) {
	t.Parallel()
	_, err := Read(spaces{})
	if err == nil || err.Error() != "read baseline: larger than 64 MiB" {
		t.Errorf("error is %v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(render(f, fixture.Full()))
	f.Add(render(f, fixture.Empty()))
	f.Add([]byte("\uFEFF{\"schema\": 1, \"findings\": []}"))
	f.Add([]byte(`{"schema": 1, "findings": [null, {"credential": null}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := Read(bytes.NewReader(data))
		if err != nil && b.Len() > 0 {
			t.Error("an error and a baseline")
		}
		if len(b.KeyIDs()) > b.Len() {
			t.Error("more keys than findings")
		}
	})
}
