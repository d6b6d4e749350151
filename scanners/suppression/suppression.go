// Package suppression finds marks that tell scanners of secrets and of agents to
// look away.
package suppression

import (
	"bytes"
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners"
)

// Rule is the id under which marks without a reason are reported.
const Rule = "agent-suppression-unjustified"

// Mark is one mark in a text.
type Mark struct {
	Name       string // as its scanner writes it, in lower case
	Start, End int    // bytes
}

// marks switch scanners off for a line or a file, in lower case.
var marks = []string{
	"castellan:ignore", "castellan-ignore", "gitleaks:allow", "betterleaks:allow", "trufflehog:ignore", "nosemgrep", "nosec", "pragma: allowlist secret", "pragma: allowlist nextline secret", "aguara-ignore", "aguara:ignore", "agentshield-ignore", "agentshield:ignore",
	"ggignore", "noqa: s105", "kingfisher:ignore", "secretlint-disable", "checkov:skip", "zizmor: ignore", "snyk:ignore", "detect-secrets:ignore",
}

// parts are what one of stands in every mark, as people write it: most
// files have none, and are not searched for each mark.
var parts = []string{"ignore", "IGNORE", "Ignore", "allow", "ALLOW", "Allow", "nose", "NOSE", "noqa", "NOQA", "-disable", ":skip"}

// Unexplained are up to most marks that no word of a reason follows on their line.
func Unexplained(src []byte, most int) []Mark {
	if !slices.ContainsFunc(parts, func(part string) bool { return bytes.Contains(src, []byte(part)) }) {
		return nil
	}
	lower := bytes.ToLower(src)
	if len(lower) != len(src) {
		return nil // a letter that changes its length: offsets would not hold
	}
	var out []Mark
	for _, mark := range marks {
		for at := 0; len(out) < most; {
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
			if !justified(string(src[at:end])) {
				out = append(out, Mark{mark, from, at})
			}
		}
	}
	return out
}

// Message says of a mark, as it is written, what is wrong.
func Message(written string) scanners.Text {
	return scanners.Say("A scanner is told to look away without a word why: ", written)
}

// Fix says what to do about a mark.
func Fix() scanners.Text {
	return scanners.Say("Say why, who decided it and until when, or use a waiver of the policy.")
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
