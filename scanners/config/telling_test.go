package config

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTheTellingErrorIsShown: not the bracket at the file's beginning that a
// mistake further down leaves open.
func TestTheTellingErrorIsShown(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		content, message string
		line             int
	}{
		{"{\"mcpServers\": {\n \"a\": {\"command\": \"x\" \"args\": []}\n", "The file is not valid JSON: missing comma (and 2 more)", 2},
		{"{\"mcpServers\": {\n \"a\": {\"command\": \"x\"}\n", "The file is not valid JSON: '{' is never closed (and 1 more)", 1},
		{"{\"mcpServers\":\n {\n \"a\": {\"command\": \"x\"}\n", "The file is not valid JSON: '{' is never closed (and 1 more)", 2},
	} {
		r := scan(t, ".mcp.json", c.content)
		found := false
		for _, f := range r.Findings {
			if f.Rule == ruleInvalidConfig {
				found = true
				if diff := cmp.Diff(c.message, f.Message.String()); diff != "" || f.Region.Line != c.line {
					t.Errorf("%q: line %d, want %d; message (-want +got):\n%s", c.content, f.Region.Line, c.line, diff)
				}
			}
		}
		if !found {
			t.Errorf("%q: nothing is reported: %+v", c.content, r.Findings)
		}
	}
}
