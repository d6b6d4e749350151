package scan

import (
	"testing"

	"github.com/castellan-app/castellan/app/gitstore"
	"github.com/castellan-app/castellan/app/policy"
)

// Parity: what the App reads gives what the command gives.
func TestReadGivesWhatRunGives(t *testing.T) {
	t.Parallel()
	k1, k2 := keys()
	repo := newRepository(t)
	base := repo.commit(".mcp.json", configWith(k1))
	repo.commit("x/.mcp.json", configWith(k2))
	repo.commit("x/.mcp.json", configWith("${TOKEN}"))
	tip := repo.commit("y/.mcp.json", configWith(k2))
	r, err := gitstore.Open(repo.dir)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for name, c := range map[string]struct {
		source Source
		change func(*Options)
	}{
		"tree":  {Source{Repository: r, Name: repo.dir, Commit: tip}, nil},
		"range": {Source{Repository: r, Name: repo.dir, Commit: tip, Base: base}, func(o *Options) { o.Range = base + ".." + tip }},
	} {
		if err := Needs(t.Context(), c.source, options(t)); err != nil {
			t.Error(err)
		}
		got, err := Read(t.Context(), c.source, options(t))
		if err != nil {
			t.Fatal(err)
		}
		if want := run(t, repo.dir, c.change); brief(got) != brief(want) || len(got.Findings) == 0 {
			t.Errorf("%s:\n%s\n\nthe command:\n%s", name, brief(got), brief(want))
		}
	}
}

func TestEverythingKeepsWhatIsOffOrWaived(t *testing.T) {
	t.Parallel()
	repo := newRepository(t)
	repo.commit(".claude/settings.local.json", `{"permissions":{"allow":["Bash(ls)"]}}`)
	off := readPolicy(t, "version: 1\nrules: {agent-local-settings-committed: {action: off}}\n")
	for everything, want := range map[bool]int{false: 0, true: 1} {
		r := run(t, repo.dir, func(o *Options) { o.Policy, o.Everything = off, everything })
		if len(r.Findings) != want || want == 1 && r.Findings[0].Action != policy.Off {
			t.Errorf("everything %v: %+v", everything, r.Findings)
		}
	}
}
