package compile_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/castellan-app/castellan/scanners/catalog/internal/compile"
)

const powerRow = "- {clients: [acme], at: [/mode], is: [all], rule: r, severity: high, says: does, fix: 'Use `x`.', source: test}\n"

func compiledPowers(row string) (string, error) {
	code, err := compile.Powers(fstest.MapFS{
		"clients.yaml": {Data: []byte(rows()["clients.yaml"])},
		"powers.yaml":  {Data: []byte(row)},
	})
	return string(code), err
}

func TestPowers(t *testing.T) {
	t.Parallel()
	code, err := compiledPowers(powerRow)
	if err != nil || !strings.Contains(code, `Is: []string{"all"}, Rule: "r", Severity: "high"`) {
		t.Fatalf("%v\n%s", err, code)
	}
	for _, c := range []struct{ old, new, want string }{
		{"[acme]", "[other]", `no client "other"`},
		{"[/mode]", "[mode]", `"mode" is no pointer`},
		{"is: [all], ", "", "is, has, set and map"},
		{"is: [all]", "is: [all], set: true", "is, has, set and map"},
		{"high", "awful", `no severity "awful"`},
		{"`x`", "`x", "backquotes"},
		{", source: test", "", "source"},
		{"says:", "tells:", "tells"},
	} {
		row := strings.Replace(powerRow, c.old, c.new, 1)
		if _, err := compiledPowers(row); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "powers.yaml") {
			t.Errorf("%s: %v, want %s", row, err, c.want)
		}
	}
}
