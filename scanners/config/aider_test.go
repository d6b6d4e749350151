package config

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Aider's file has keys in three shapes (aider.chat/docs/config/aider_conf.html).
func TestAiderKeys(t *testing.T) {
	t.Parallel()
	key := "Zk8vQ2mN7xR4" + "tLpW9sYc3Hd6"
	content := "model: sonnet\nopenai-api-key: " + key + "1\nanthropic-api-key: " + key + "2\napi-key:\n  - exa=" + key + "3\n  - other=" + key + "4\n" +
		"set-env:\n  - ACME_API_KEY=" + key + "5\n  - ACME_MODE=fast\nread: [CONVENTIONS.md]\n"
	r := scan(t, ".aider.conf.yml", content)
	var got []string
	for _, f := range r.Findings {
		provider := ""
		if f.Credential != nil {
			provider = f.Credential.Provider
		}
		got = append(got, fmt.Sprint(f.Slot, " ", provider, " ", at(content, f.Region)))
	}
	want := []string{
		"openai-api-key  " + key + "1", "anthropic-api-key Anthropic " + key + "2", "exa_api-key Exa " + key + "3", "other_api-key  " + key + "4", "ACME_API_KEY  " + key + "5",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if len(r.Sightings) == 0 || r.Sightings[0].Integration.ID != "product:aider" {
		t.Errorf("sightings %+v", r.Sightings)
	}
}
