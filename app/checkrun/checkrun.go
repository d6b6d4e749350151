// Package checkrun says what GitHub shows of one judged head: the conclusion of
// the check run named Castellan, its title, summary, text, annotations and
// buttons. It is pure: a Judgement goes in, an Output comes out.
//
// The reader is a developer whose pull request just failed. The title is the
// verdict in one line, the summary what to do first, the text one section per
// finding. No Output holds the hash or the length of a credential. Strings of a
// repository stand in code only; a title, which nothing renders, names a path
// if it is made of letters, digits and ._/- and nothing in it could be linked.
package checkrun

import (
	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
)

// Name is the check run's name: a contract with the rules of branches that
// require it.
const Name = "Castellan"

// Kind is what is compared with what.
type Kind string

const (
	PullRequest Kind = "pull-request" // the head against the merge base with the base branch
	Branch      Kind = "branch"       // a branch without one, against the merge base with the default branch
	Push        Kind = "push"         // a push to the default branch, against what it was before
	MergeGroup  Kind = "merge-group"  // a merge group, against its base
)

// Comparison is one thing that a head was compared with.
type Comparison struct {
	Kind        Kind
	Against     string // name of the branch
	BaseSHA     string // commit compared with, full hex; "": nothing in common, all of the head is new
	PullRequest int    // number; of Kind PullRequest only
}

// PolicyState is where the policy came from.
type PolicyState struct {
	Source  string // "acme/.github at 1a2b3c4d5e"; "": the built-in defaults
	Problem string // why the present policy could not be used, so that Source is the last good one; "": none
}

// Judgement is all that is known of one head.
type Judgement struct {
	Head        string // full hex
	Comparisons []Comparison
	// Findings are those that the change introduces by at least one of the
	// comparisons, each once, with Action, Origin and Gone.
	Findings     []scan.Finding
	Touched      int                // files of AI that the change adds or changes
	Integrations []scan.Integration // that the change brings in
	// Coverage is of what was judged. Without Complete a head never passes: it
	// is neutral at best.
	Coverage   scan.Coverage
	Incomplete []scan.Skip // what the change itself made unreadable
	// Fault is our own, that a later attempt may not have, in words for the
	// developer and without secrets: "the repository could not be fetched". "":
	// none.
	Fault string
	// NotAssessed is what look-ups did not find out and why, a sentence of ours
	// without its end; "" for nothing. The verdict does not depend on it.
	NotAssessed string
	Policy      PolicyState
	Rotated     map[string]bool // hashes of credentials confirmed rotated for this pull request
	Backlog     int             // findings that were there before the change
	// OnIncomplete is how the check ends when we could not finish; "" is
	// policy.Neutral.
	OnIncomplete policy.Incomplete
}

// Conclusion is how a check run ends.
type Conclusion string

const (
	Success Conclusion = "success"
	Neutral Conclusion = "neutral" // satisfies a required check, like success
	Failure Conclusion = "failure"
)

// Rules are the rules that findings name, by id, as report.Index makes them. A
// finding whose rule is missing is shown without its reasons.
type Rules map[string]*scanners.Rule

// Output is what GitHub shows of a check run.
type Output struct {
	Title       string // one line of at most 255 bytes
	Summary     string // Markdown, at most MaxBytes
	Text        string // Markdown, at most MaxBytes; "" if there is nothing more to say
	Annotations []Annotation
	Actions     []Action
}

// Level is how an annotation is shown.
type Level string

const (
	LevelFailure Level = "failure"
	LevelWarning Level = "warning"
	LevelNotice  Level = "notice"
)

// Annotation is a remark at a place of the head's tree. Lines are 1-based.
// Columns are 1-based bytes, the end behind the last; 0 if the remark is about
// whole lines.
type Annotation struct {
	Path                                       string
	StartLine, EndLine, StartColumn, EndColumn int
	Level                                      Level
	Title                                      string // at most 255 bytes
	Message                                    string // plain text, which GitHub does not render
}

// Action is a button above the check run's summary.
type Action struct{ Label, Description, Identifier string }

// ActionRotated is the identifier of the button that confirms the rotation of
// the credentials that Rotatable names.
const ActionRotated = "rotated"

// MaxBytes is the most that Summary and Text hold. GitHub takes 65,535
// characters each (https://docs.github.com/en/rest/checks/runs); the rest is
// room for line ends that are counted as two.
const MaxBytes = 64_000

const (
	maxTitle       = 255  // bytes of a title, of the run and of an annotation
	maxBatch       = 50   // annotations in one request
	maxAnnotations = 1000 // of one run: 20 requests
	maxName        = 200  // bytes of one string of strangers
	maxWords       = 2000 // bytes of one message, fix or reason
)

// Render says what a check run shows. The order of findings, integrations and
// skips does not change it; comparisons are told in the order given.
func Render(j *Judgement, rules Rules) Output {
	v := weigh(j)
	out := Output{
		Title:       report.Clip(v.title(), maxTitle),
		Annotations: v.annotations(),
		Actions:     v.actions(),
	}
	out.Summary = v.summary(MaxBytes)
	out.Text = v.text(rules, MaxBytes)
	return out
}

// InProgress is what a check run shows until it is judged. comparisons may be
// empty while they are not known.
func InProgress(head string, comparisons []Comparison) Output {
	v := weigh(&Judgement{Head: head, Comparisons: comparisons})
	return Output{
		Title:   "Reading what " + v.noun() + " changes",
		Summary: v.compared(true) + "The result stands here as soon as it is known.\n",
	}
}

// Batches are the annotations in pieces that one request takes, in order. There
// is at least one, possibly empty, so that the request with the last batch can
// carry the conclusion.
func Batches(o Output) [][]Annotation {
	rest := o.Annotations
	batches := [][]Annotation{}
	for len(rest) > maxBatch {
		batches = append(batches, rest[:maxBatch:maxBatch])
		rest = rest[maxBatch:]
	}
	return append(batches, rest)
}
