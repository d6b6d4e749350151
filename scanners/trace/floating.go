package trace

import (
	"regexp"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
)

const ruleFloating = "ai-model-floating"

// Rules are the one about models.
func (Scanner) Rules() []scanners.Rule {
	return []scanners.Rule{{
		ID: ruleFloating, Severity: scanners.Info,
		Question: "Is a model asked for by a name that its provider moves?",
		Why:      "A name without a date, or latest, is another model tomorrow: answers, costs and what was tested change without a change here. This lists them; a policy may ask for more.",
		Fix:      "Name the dated model, and raise it on purpose.",
		Bad:      scanners.Example{Path: "app/chat.py", Content: "answer = client.responses.create(model=\"gpt-4o\", input=text)\n"},
		Benign:   scanners.Example{Path: "app/chat.py", Content: "answer = client.responses.create(model=\"gpt-4o-2024-08-06\", input=text)\n"},
		Docs:     []string{"https://platform.openai.com/docs/models", "https://docs.anthropic.com/en/docs/about-claude/models/overview"},
	}}
}

var (
	// dated is a model's name that stays what it is.
	dated = regexp.MustCompile(`\d{4}-\d{2}-\d{2}|-\d{8}\b|@\d{8}|-\d{4}(?:-preview)?$|-\d{2}-\d{2}$|-00\d$|-v\d+:\d+$`)
	// moved are the names that providers move: their own words for it are alias
	// and latest. Models that never had a date are not among them.
	moved = regexp.MustCompile(`(?i)[-:]latest$|^(?:openai/|anthropic/)?(?:gpt-(?:4|4o|4o-mini|4-turbo|4\.1|4\.1-mini|4\.1-nano|5|5-mini|5-nano|5-pro|5\.\d|3\.5-turbo|3\.5-turbo-16k|4-turbo-preview)|o1|o1-mini|o1-pro|o3|o3-mini|o3-pro|o4-mini|claude-(?:opus|sonnet|haiku)-\d(?:-\d)?|claude-3-[57]-(?:sonnet|haiku)|claude-3\.[57]-(?:sonnet|haiku))$`)
)

// floats says whether a model is asked for by a name that is moved.
func floats(name string) bool { return moved.MatchString(name) && !dated.MatchString(name) }

// floating tells of a model by its place, once for each model and file.
func (s *search) floating(provider, name, line string, start, end int) {
	if !floats(name) || s.told[name] {
		return
	}
	if s.told == nil {
		s.told = map[string]bool{}
	}
	s.told[name] = true
	s.findings = append(s.findings, scanners.Finding{
		Rule: ruleFloating, Severity: scanners.Info, Confidence: credential.High, Integration: provider, Slot: name, Path: s.path,
		Region:  scanners.Region{Line: s.line, Column: start + 1, EndLine: s.line, EndColumn: end + 1},
		Excerpt: scanners.ExcerptOf(line, s.line, start, end),
		Message: scanners.Say("The provider moves the name ", name, ": what answers changes without a change here"),
		Fix:     scanners.Say("Name the dated model, and raise it on purpose."),
	})
}
