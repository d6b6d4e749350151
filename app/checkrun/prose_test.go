package checkrun

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
)

func TestProse(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"plain words.":               "plain words.",
		"ask @acme/team about #12":   "ask `@acme/team` about `#12`",
		"see https://a.example now":  "see `https://a.example` now",
		"in 1a2b3c4d5e or GH-3":      "in `1a2b3c4d5e` or `GH-3`",
		"a *b* _c_ <d> [e](f) `g` |": "a `*b*` `_c_` `<d>` `[e](f)` `` `g` `` `|`",
		"not valid: unexpected '}'":  "not valid: unexpected `'}'`",
		"a\nb\u202e c":               "`a\\nb\\u202e` c",
	} {
		if diff := cmp.Diff(want, prose(scanners.Say(in))); diff != "" {
			t.Errorf("prose(%q) (-want +got):\n%s", in, diff)
		}
	}
	got := sentence(scanners.Say("Server ", "a`@b", " is ", "x"))
	if want := "Server ``a`@b`` is `x`."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestLongMessagesAreCut: however many pieces a message has, it fits.
func TestLongMessagesAreCut(t *testing.T) {
	t.Parallel()
	f := key(1)
	f.Message = nil
	for i := range 5000 {
		f.Message = append(f.Message, scanners.Span{Text: "and "}, scanners.Span{Text: fmt.Sprint(i) + strings.Repeat("x", 300), Code: true})
	}
	f.Fix = f.Message
	o := Render(judged(f), rules())
	if n := len(o.Annotations[0].Message); n > 6000 {
		t.Errorf("message of %d bytes", n)
	}
	for _, bad := range faults(o) {
		t.Error(bad)
	}
}

func TestCell(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"`a`": "`a`", "`a|b`": "`a\\|b`", "`a\\|b`": "`a\\\\x7cb`", "||": "\\|\\|"} {
		if got := report.Row(in); got != "| "+want+" |\n" {
			t.Errorf("row of %q: %q, want %q", in, got, want)
		}
	}
}

func TestPolicyAndFaultAreExplained(t *testing.T) {
	t.Parallel()
	fault := func(j *Judgement) { j.Fault, j.Coverage.Complete = "late: see https://x", false }
	for want, j := range map[string]*Judgement{
		"The policy makes that a failure until then. The reason: `late: see https://x`.":       with(judged(), func(j *Judgement) { fault(j); j.OnIncomplete = policy.Failure }),
		"**Not everything could be read**, so this is not a pass. The details list":            with(judged(), func(j *Judgement) { j.Coverage.Complete = false }),
		"**Castellan could not finish**: what stands here is certain, and there may be":        with(judged(key(9)), func(j *Judgement) { fault(j); j.OnIncomplete = policy.Failure }),
		"Policy: the built-in defaults.":                                                       with(judged(), func(j *Judgement) { j.Policy = PolicyState{} }),
		"Policy: the built-in defaults, because the policy could not be used: `no such file`.": with(judged(), func(j *Judgement) { j.Policy = PolicyState{Problem: "no such file"} }),
		"- 1 older finding is tracked elsewhere, not judged here.":                             with(judged(), func(j *Judgement) { j.Backlog = 1 }),
		"into `main`, with no commit in common, so all of it counts as new.":                   with(judged(), func(j *Judgement) { j.Comparisons[0].BaseSHA = "" }),
		"pushed to `main`, which held nothing before, so all of it counts as new.":             with(judged(), func(j *Judgement) { j.Comparisons = []Comparison{{Kind: Push, Against: "main"}} }),
		"and issue new ones.** Whoever":                                                        judged(key(1), key(2, as("Acme", "b"))),
		"Revoke the 2 leaked keys at Acme and":                                                 judged(key(1), key(2, as("Acme", "b"))),
		"- and 2 more\n":                                                                       with(judged(), func(j *Judgement) { j.Comparisons = make([]Comparison, 12) }),
	} {
		s := Render(j, rules()).Summary
		if !strings.Contains(s, want) {
			t.Errorf("no %q in:\n%s", want, s)
		}
		if why := harmless(s); why != "" {
			t.Error(why)
		}
	}
	if s := Render(with(judged(key(9)), func(j *Judgement) { fault(j); j.OnIncomplete = policy.Failure }), rules()).Summary; strings.Contains(s, "The policy makes") {
		t.Error("blames the policy for what a key does")
	}
}

// TestReasonsAreToldOnce, and not in the section of a credential that is dealt with.
func TestReasonsAreToldOnce(t *testing.T) {
	t.Parallel()
	note := func(f *scan.Finding) { f.Action = policy.Note }
	j := with(judged(key(1, gone, at("a")), key(2, note, at("b"), as("", "b")), key(3, note, at("c"), as("", "c"))), func(j *Judgement) { j.Rotated = map[string]bool{hash("a"): true} })
	text := Render(j, rules()).Text
	if strings.Count(text, "**Why it matters.**") != 1 || strings.Count(text, "why it matters: no. 2") != 1 {
		t.Errorf("reasons:\n%s", text)
	}
	_, second, _ := strings.Cut(text, "### 2. ")
	if !strings.Contains(second, "**Why it matters.**") {
		t.Errorf("the second section has no reasons:\n%s", text)
	}
}

// TestSameFindingFromTwoCommits has one order whatever the order it came in.
func TestSameFindingFromTwoCommits(t *testing.T) {
	t.Parallel()
	a, b := key(9, gone), key(9, gone, func(f *scan.Finding) { f.Origin.Commit = base })
	if diff := cmp.Diff(Render(judged(a, b), rules()), Render(judged(b, a), rules())); diff != "" {
		t.Errorf("(-ab +ba):\n%s", diff)
	}
}

func TestLinked(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		"": false, "plain words of ours": false, "GH-1": true, "see GH-12.": true, "a-b": false, "1-2": false, "mcp-secret-in-env": false,
		"WWW.a.example": true, "wwww.a": false, "the www": false, "1a2b3c4": true, "in 1A2B3C4, x": true, "1a2b3c": false, "1a2b3c4g": false,
		"defaced": true, "x1a2b3c4": false, "é1a2b3c4": true, strings.Repeat("a", 40): true,
	} {
		if got := report.Linked(s); got != want {
			t.Errorf("report.Linked(%q) = %v", s, got)
		}
	}
}

// TestSpecialCoversTheChecker: words that the tests' checker takes for links are special.
func TestSpecialCoversTheChecker(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOfN(rapid.RuneFrom([]rune("aF1w.W-:/ @_gé")), 0, 20, -1).Draw(t, "s")
		if active.MatchString(s) && !report.Special(s) && s[0] != '/' {
			t.Fatalf("%q could become a link", s)
		}
	})
}
