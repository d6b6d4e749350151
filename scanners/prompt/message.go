package prompt

import (
	"strconv"
	"strings"

	"github.com/castellan-app/castellan/scanners"
)

// maxShown is how much of the repository's text a message shows, in
// characters.
const maxShown = 100

// shorten is text for a message: one line, visible, short.
func shorten(s string) string {
	if len(s) > 4*maxShown {
		s = strings.ToValidUTF8(s[:4*maxShown], "")
	}
	s = strings.Join(strings.Fields(visible(s)), " ")
	if r := []rune(s); len(r) > maxShown {
		s = string(r[:maxShown]) + "…"
	}
	return s
}

// hiddenMessage says what hidden characters are and what they spell.
func hiddenMessage(h Hit) scanners.Text {
	n := strconv.Itoa(h.Count) + " "
	if h.Count == 1 {
		n = "An "
	}
	what := map[HitKind][2]string{
		Tags:      {"invisible tag character", "invisible tag characters"},
		Selectors: {"invisible variation selector", "invisible variation selectors"},
		Bidi:      {"invisible control that changes the order in which text is shown", "invisible controls that change the order in which text is shown"},
		ZeroWidth: {"invisible character without width", "invisible characters without width"},
		Filler:    {"invisible Hangul filler", "invisible Hangul fillers"},
	}[h.Kind]
	name := what[1]
	if h.Count == 1 {
		name = what[0]
	}
	if d := shorten(h.Decoded); d != "" {
		return scanners.Say(n+name+" spell ", d, ".")
	}
	verb := " stand"
	if h.Count == 1 {
		verb = " stands"
	}
	return scanners.Say(n + name + verb + " in text that people read without seeing it.")
}

// messageOf says what a sign betrays, with the words themselves.
func messageOf(m mark, text string) scanners.Text {
	shown := shorten(text[m.start:m.end])
	switch {
	case m.rule == ruleMarkup:
		if m.decoded != "" {
			return scanners.Say("Encoded text spells an instruction to an agent: ", shorten(m.decoded), ".")
		}
		return scanners.Say(regionNames[m.kind]+" instructs an agent: ", shown, ".")
	case m.rule == ruleOverride:
		return scanners.Say("Text sets aside what the agent was told before: ", shown, ".")
	case m.rule == ruleExfiltration:
		return scanners.Say("An instruction reads a secret and sends it out: ", shown, ".")
	case m.sign&signPipe != 0:
		return scanners.Say("An instruction runs a program as it is fetched: ", shown, ".")
	case m.rule == ruleRemote && strings.HasPrefix(shown, "@"):
		return scanners.Say("An import takes instructions from outside the repository: ", shown, ".")
	case m.rule == ruleRemote:
		return scanners.Say("An instruction fetches text and follows it: ", shown, ".")
	}
	return scanners.Say(evasionNames[m.sign], shown, ".")
}

var regionNames = map[regionKind]string{
	commentRegion: "A comment that renderers leave out", styleRegion: "Text that is styled not to be seen",
	linkRegion: "A link definition that renderers leave out", offsetRegion: "Text far to the right of the visible page",
}

var evasionNames = map[sign]string{
	signUnasked:  "An instruction lets the agent act without asking: ",
	signNoVerify: "An instruction skips the checks of git hooks: ",
	signMasked:   "An instruction keeps a change from its reviewers: ",
	signDisabled: "An instruction disables what would stop a change: ",
	signApprove:  "An instruction approves whatever comes: ",
}
