package webhook

import (
	"encoding/json"
	"os"
	"testing"
)

// examples is GitHub's recorded payloads (@octokit/webhooks-examples, MIT),
// which `make test` fetches by its lock file.
const examples = "../../testdata/webhooks/node_modules/@octokit/webhooks-examples/"

// TestRecordedPayloads reads every payload that GitHub has recorded for the
// events we know, from github.com and from old GitHub Enterprise Servers.
func TestRecordedPayloads(t *testing.T) {
	t.Parallel()
	known, planned := map[string]int{}, map[string]int{}
	for _, source := range []string{"api.github.com", "ghes-31", "ghes-35"} {
		data, err := os.ReadFile(examples + source + "/index.json")
		if err != nil {
			t.Fatalf("the recorded payloads are missing, run `npm ci` in testdata/webhooks: %v", err)
		}
		var all []struct {
			Name     string
			Examples []json.RawMessage
		}
		if err := json.Unmarshal(data, &all); err != nil {
			t.Fatal(err)
		}
		for _, e := range all {
			for i, body := range e.Examples {
				f, ok, err := Read(e.Name, body)
				if err != nil {
					t.Errorf("%s: %s example %d: %v", source, e.Name, i, err)
				}
				if ok != isKnown(e.Name) {
					t.Errorf("%s: %s is known: %v", source, e.Name, ok)
				}
				if f.Installation = max(f.Installation, 1); ok {
					known[e.Name]++
					planned[e.Name] += len(Plan(e.Name, &f))
				}
			}
		}
	}
	if len(known) < 10 {
		t.Errorf("only %v were seen", known)
	}
	for _, name := range []string{"push", "pull_request", "check_run", "check_suite", "issues", "installation", "repository"} {
		if planned[name] == 0 {
			t.Errorf("nothing is planned for any of the %d examples of %s", known[name], name)
		}
	}
	if planned["ping"]+planned["issue_comment"] != 0 {
		t.Error("something is planned for events that ask for nothing")
	}
}
