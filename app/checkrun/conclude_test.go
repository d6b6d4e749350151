package checkrun

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
)

func publishable(f *scan.Finding) {
	id := *f.Credential
	id.Publishable = true
	f.Credential = &id
}

func warned(f *scan.Finding) { f.Action = policy.Warn }

func TestConcludeAndTitle(t *testing.T) {
	t.Parallel()
	strict := func(j *Judgement) { j.OnIncomplete = policy.Failure }
	fault := func(j *Judgement) { j.Fault, j.Coverage.Complete = "the repository could not be fetched", false }
	partial := func(j *Judgement) { j.Coverage.Complete = false }
	rotated := func(j *Judgement) { j.Rotated = map[string]bool{hash("a"): true} }
	unreadable := func(paths ...string) func(*Judgement) {
		return func(j *Judgement) {
			for _, p := range paths {
				skip(j, p, "larger than 4 MiB")
			}
		}
	}
	for name, c := range map[string]struct {
		findings []scan.Finding
		change   []func(*Judgement)
		want     Conclusion
		title    string
	}{
		"nothing touched":       {nil, nil, Success, "Nothing of AI was touched"},
		"touched, nothing":      {nil, []func(*Judgement){func(j *Judgement) { j.Touched = 1 }}, Success, "1 AI file checked, nothing found"},
		"off is not shown":      {[]scan.Finding{key(1, func(f *scan.Finding) { f.Action = policy.Off })}, nil, Success, "2 AI files checked, nothing found"},
		"one key":               {[]scan.Finding{key(1)}, nil, Failure, "1 leaked key blocks this pull request"},
		"one key in two places": {[]scan.Finding{key(1), key(2)}, nil, Failure, "1 leaked key blocks this pull request"},
		"two keys":              {[]scan.Finding{key(1), key(2, as("", "b"))}, nil, Failure, "2 leaked keys block this pull request"},
		"unidentified keys":     {[]scan.Finding{key(1, as("", "")), key(2, as("", ""), func(f *scan.Finding) { f.Credential.Hash = ""; f.Slot = "B" })}, nil, Failure, "2 leaked keys block this pull request"},
		"gone":                  {[]scan.Finding{key(1, gone)}, nil, Failure, "1 leaked key blocks this pull request, though removed again"},
		"gone and still there":  {[]scan.Finding{key(1, gone), key(2)}, nil, Failure, "1 leaked key blocks this pull request"},
		"gone, copy warns":      {[]scan.Finding{key(1, gone), key(2, warned)}, nil, Failure, "1 leaked key blocks this pull request"},
		"all gone":              {[]scan.Finding{key(1, gone), key(2, as("", "b"), gone)}, nil, Failure, "2 leaked keys block this pull request, though all are removed again"},
		"other finding":         {[]scan.Finding{pipe()}, nil, Failure, "1 finding blocks this pull request"},
		"publishable":           {[]scan.Finding{key(1, publishable)}, nil, Failure, "1 finding blocks this pull request"},
		"key and other":         {[]scan.Finding{key(1), pipe()}, nil, Failure, "1 leaked key and 1 other finding block this pull request"},
		"warn only":             {[]scan.Finding{reference(policy.Warn, "a"), reference(policy.Warn, "b")}, nil, Success, "2 warnings, nothing blocks"},
		"notes":                 {[]scan.Finding{reference(policy.Note, "a")}, nil, Success, "1 note, nothing blocks"},
		"unknown action":        {[]scan.Finding{reference("", "a")}, nil, Success, "1 note, nothing blocks"},
		"rotated":               {[]scan.Finding{key(1, gone)}, []func(*Judgement){rotated}, Success, "1 rotated key, nothing blocks"},
		"rotated, another not":  {[]scan.Finding{key(1, gone), key(2, as("", "b"), gone)}, []func(*Judgement){rotated}, Failure, "1 leaked key blocks this pull request, though removed again"},
		"rotated, other blocks": {[]scan.Finding{key(1, gone), pipe()}, []func(*Judgement){rotated}, Failure, "1 finding blocks this pull request"},
		"no hash is not rotated": {[]scan.Finding{key(1, func(f *scan.Finding) { f.Credential.Hash = "" })}, []func(*Judgement){func(j *Judgement) { j.Rotated = map[string]bool{"": true} }},
			Failure, "1 leaked key blocks this pull request"},

		"unreadable":             {nil, []func(*Judgement){unreadable(".mcp.json")}, Failure, "Could not be checked: .mcp.json is larger than 4 MiB"},
		"two unreadable":         {nil, []func(*Judgement){unreadable("b/.mcp.json", "a_b/.mcp.json")}, Failure, "Could not be checked: a_b/.mcp.json is larger than 4 MiB, and 1 more file"},
		"unreadable, bad path":   {nil, []func(*Judgement){unreadable("@team/x")}, Failure, "Could not be checked: 1 file of this change"},
		"unreadable, long path":  {nil, []func(*Judgement){unreadable(strings.Repeat("x", 200))}, Failure, "Could not be checked: 1 file of this change"},
		"unreadable and warning": {[]scan.Finding{reference(policy.Warn, "a")}, []func(*Judgement){unreadable("a")}, Failure, "Could not be checked: a is larger than 4 MiB"},
		"key and unreadable":     {[]scan.Finding{key(1)}, []func(*Judgement){unreadable("a")}, Failure, "1 leaked key blocks this pull request; 1 file could not be checked"},

		"fault":                 {nil, []func(*Judgement){fault}, Neutral, "Castellan could not finish: the repository could not be fetched; it tries again"},
		"fault, strict":         {nil, []func(*Judgement){fault, strict}, Failure, "Castellan could not finish: the repository could not be fetched; it tries again"},
		"fault with a link":     {nil, []func(*Judgement){fault, func(j *Judgement) { j.Fault = "get https://x: EOF" }}, Neutral, "Castellan could not finish; it tries again"},
		"fault and warning":     {[]scan.Finding{reference(policy.Warn, "a")}, []func(*Judgement){fault}, Neutral, "Castellan could not finish: the repository could not be fetched; it tries again"},
		"failure over fault":    {[]scan.Finding{key(1)}, []func(*Judgement){fault}, Failure, "1 leaked key blocks this pull request"},
		"change over fault":     {nil, []func(*Judgement){fault, unreadable("a")}, Failure, "Could not be checked: a is larger than 4 MiB"},
		"never pass unread":     {nil, []func(*Judgement){partial}, Neutral, "Not everything could be read, what was read blocks nothing"},
		"unread, strict":        {nil, []func(*Judgement){partial, strict}, Failure, "Not everything could be read, what was read blocks nothing"},
		"strict but complete":   {nil, []func(*Judgement){strict}, Success, "Nothing of AI was touched"},
		"a fault is no pass":    {nil, []func(*Judgement){fault, func(j *Judgement) { j.Coverage.Complete = true }}, Neutral, "Castellan could not finish: the repository could not be fetched; it tries again"},
		"backlog does not tell": {nil, []func(*Judgement){func(j *Judgement) { j.Backlog = 9 }}, Success, "Nothing of AI was touched"},

		"push":        {[]scan.Finding{key(1)}, []func(*Judgement){only(Comparison{Kind: Push})}, Failure, "1 leaked key came in with this push"},
		"branch":      {[]scan.Finding{key(1)}, []func(*Judgement){only(Comparison{Kind: Branch})}, Failure, "1 leaked key blocks this branch"},
		"merge group": {[]scan.Finding{key(1)}, []func(*Judgement){only(Comparison{Kind: MergeGroup})}, Failure, "1 leaked key blocks this merge group"},
		"two pulls":   {[]scan.Finding{key(1)}, []func(*Judgement){only(pull(1, "a"), pull(2, "b"))}, Failure, "1 leaked key blocks 2 pull requests"},
		"unknown":     {[]scan.Finding{key(1)}, []func(*Judgement){only()}, Failure, "1 leaked key blocks this change"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := judged(c.findings...)
			for _, change := range c.change {
				change(j)
			}
			if got := Conclude(j); got != c.want {
				t.Errorf("Conclude = %s, want %s", got, c.want)
			}
			o := Render(j, rules())
			if diff := cmp.Diff(c.title, o.Title); diff != "" {
				t.Errorf("title (-want +got):\n%s", diff)
			}
			for _, f := range faults(o) {
				t.Error(f)
			}
		})
	}
}

func only(list ...Comparison) func(*Judgement) { return func(j *Judgement) { j.Comparisons = list } }

// TestAnyBlockFails: no other part of a judgement lets a block through.
func TestAnyBlockFails(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		j := judged()
		n := rapid.IntRange(0, 6).Draw(t, "n")
		blocks := false
		for range n {
			f := key(1, as("", rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "key")))
			f.Action = rapid.SampledFrom([]policy.Action{policy.Off, policy.Note, policy.Warn, policy.Block}).Draw(t, "action")
			f.Gone = rapid.Bool().Draw(t, "gone")
			j.Findings = append(j.Findings, f)
			blocks = blocks || f.Action == policy.Block && f.Credential.Hash != hash("a")
		}
		j.Rotated = map[string]bool{hash("a"): true}
		if rapid.Bool().Draw(t, "fault") {
			j.Fault = "late"
		}
		j.Coverage.Complete = rapid.Bool().Draw(t, "complete")
		j.OnIncomplete = rapid.SampledFrom([]policy.Incomplete{"", policy.Neutral, policy.Failure}).Draw(t, "policy")
		got := Conclude(j)
		if blocks && got != Failure {
			t.Fatalf("a block ends in %s", got)
		}
		if got == Success && (j.Fault != "" || !j.Coverage.Complete) {
			t.Fatal("passes without having read all")
		}
		if got == Failure && !blocks && j.OnIncomplete != policy.Failure {
			t.Fatal("fails without a reason")
		}
	})
}

func TestRotatable(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		findings    []scan.Finding
		comparisons []Comparison
		want        []string
		description string
	}{
		"gone":               {[]scan.Finding{key(1, gone)}, []Comparison{pull(1, "a")}, []string{hash("a")}, "The removed key is revoked and replaced"},
		"two gone":           {[]scan.Finding{key(1, gone, as("", "b")), key(1, gone)}, []Comparison{pull(1, "a")}, []string{hash("a"), hash("b")}, "All removed keys are revoked, replaced"},
		"still in a file":    {[]scan.Finding{key(1, gone), key(2)}, []Comparison{pull(1, "a")}, nil, ""},
		"present":            {[]scan.Finding{key(2)}, []Comparison{pull(1, "a")}, nil, ""},
		"one of two":         {[]scan.Finding{key(2), key(1, gone, as("", "b"))}, []Comparison{pull(1, "a")}, []string{hash("b")}, "The removed key is revoked and replaced"},
		"does not block":     {[]scan.Finding{key(1, gone, warned)}, []Comparison{pull(1, "a")}, nil, ""},
		"rotated already":    {[]scan.Finding{key(1, gone, as("", "f"))}, []Comparison{pull(1, "a")}, nil, ""},
		"nothing identifies": {[]scan.Finding{key(1, gone, func(f *scan.Finding) { f.Credential.Hash = "" })}, []Comparison{pull(1, "a")}, nil, ""},
		"not a pull request": {[]scan.Finding{key(1, gone)}, []Comparison{{Kind: Branch}}, nil, ""},
		"merge group":        {[]scan.Finding{key(1, gone)}, []Comparison{{Kind: MergeGroup}}, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := with(judged(c.findings...), func(j *Judgement) { j.Comparisons, j.Rotated = c.comparisons, map[string]bool{hash("f"): true} })
			if diff := cmp.Diff(c.want, Rotatable(j)); diff != "" {
				t.Errorf("Rotatable (-want +got):\n%s", diff)
			}
			var want []Action
			if c.description != "" {
				want = []Action{{Label: "Rotated", Description: c.description, Identifier: "rotated"}}
			}
			o := Render(j, rules())
			if diff := cmp.Diff(want, o.Actions); diff != "" {
				t.Errorf("actions (-want +got):\n%s", diff)
			}
			if len(want) == 0 && strings.Contains(o.Text, "press **Rotated**") {
				t.Error("the text speaks of a button that is not there")
			}
			for _, f := range faults(o) {
				t.Error(f)
			}
		})
	}
}

// TestPressingTheButtonPasses: what the button confirms no longer blocks.
func TestPressingTheButtonPasses(t *testing.T) {
	t.Parallel()
	j := judged(key(1, gone), key(2, gone, as("Other", "b")))
	j.Rotated = map[string]bool{}
	for _, h := range Rotatable(j) {
		j.Rotated[h] = true
	}
	if got := Conclude(j); got != Success {
		t.Errorf("Conclude = %s", got)
	}
	o := Render(j, rules())
	if o.Title != "2 rotated keys, nothing blocks" || len(o.Actions) > 0 || strings.Contains(o.Summary, "What to do first") || !strings.Contains(o.Summary, "2 keys were confirmed") {
		t.Errorf("%s\n%s", o.Title, o.Summary)
	}
}

func TestOrderOfThePartsDoesNotMatter(t *testing.T) {
	t.Parallel()
	one, two := large(300), large(300)
	skip(one, "b", "x")
	skip(one, "a", "x")
	skip(two, "a", "x")
	skip(two, "b", "x")
	slices.Reverse(two.Findings)
	slices.Reverse(two.Integrations)
	slices.Reverse(two.Coverage.Skipped)
	before := slices.Clone(two.Findings)
	if diff := cmp.Diff(Render(one, rules()), Render(two, rules())); diff != "" {
		t.Errorf("(-one +two):\n%s", diff)
	}
	if diff := cmp.Diff(before, two.Findings); diff != "" {
		t.Errorf("Render changes its argument (-want +got):\n%s", diff)
	}
}

func TestWorstFirst(t *testing.T) {
	t.Parallel()
	critical := reference(policy.Note, "z")
	critical.Severity = scanners.Critical
	j := judged(critical, reference(policy.Warn, "b"), key(9, at("y")), key(3, at("y")), reference(policy.Block, "a"))
	var got []string
	for _, a := range Render(j, rules()).Annotations {
		got = append(got, string(a.Level)+" "+a.Path)
	}
	if diff := cmp.Diff([]string{"failure y", "failure y", "failure a", "warning b", "notice z"}, got); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
}
