package agent

import (
	"bytes"
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/config"
	"github.com/castellan-app/castellan/scanners/doctree"
)

// suppressionMarks switch scanners off for a line or a file, in lower case.
var suppressionMarks = []string{
	"castellan:ignore", "castellan-ignore", "gitleaks:allow", "betterleaks:allow", "trufflehog:ignore", "nosemgrep", "nosec", "pragma: allowlist secret", "pragma: allowlist nextline secret", "aguara-ignore", "aguara:ignore", "agentshield-ignore", "agentshield:ignore",
	"ggignore", "noqa: s105", "kingfisher:ignore", "secretlint-disable", "checkov:skip", "zizmor: ignore", "snyk:ignore", "detect-secrets:ignore",
}

// suppressionParts are what one of stands in every mark, as people write it: most
// files have none, and are not searched for each mark.
var suppressionParts = []string{"ignore", "IGNORE", "Ignore", "allow", "ALLOW", "Allow", "nose", "NOSE", "noqa", "NOQA", "-disable", ":skip"}

// suppressions looks for scanners that are told to look away without a word why.
func (c *check) suppressions() {
	src := c.Doc.Source
	if !slices.ContainsFunc(suppressionParts, func(part string) bool { return bytes.Contains(src, []byte(part)) }) {
		return
	}
	lower := bytes.ToLower(src)
	if len(lower) != len(src) {
		return // a letter that changes its length: offsets would not hold
	}
	for _, mark := range suppressionMarks {
		for at := 0; c.said[ruleSuppression] < mostSame; {
			i := bytes.Index(lower[at:], []byte(mark))
			if i < 0 {
				break
			}
			from := at + i
			at = from + len(mark)
			end := at
			for end < len(src) && src[end] != '\n' && src[end] != '\r' {
				end++
			}
			if justified(string(src[at:end])) {
				continue
			}
			c.say(config.Hit{
				Rule: ruleSuppression, Span: doctree.Span{Start: from, End: at}, Slot: mark, Severity: scanners.LowSeverity,
				Message: scanners.Say("A scanner is told to look away without a word why: ", string(src[from:at])),
				Fix:     scanners.Say("Say why, who decided it and until when, or use a waiver of the policy."),
			})
		}
	}
}

// justified says whether something that reads like a reason follows: three
// words of letters, besides names of rules.
func justified(rest string) bool {
	words := 0
	for _, w := range strings.Fields(rest) {
		w = strings.Trim(w, `-–—:;,.()[]"'*/<>!#`)
		if len(w) > 1 && strings.Trim(strings.ToLower(w), "abcdefghijklmnopqrstuvwxyz'") == "" && !strings.Contains(w, ".") {
			words++
		}
	}
	return words >= 3
}
