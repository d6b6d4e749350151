package prompt

import (
	"strings"
	"testing"
)

// unitOf reads one sentence.
func unitOf(text string) *unit {
	t := &tokenizer{text: text}
	for at := 0; at < len(text); {
		at, _ = t.step(at, len(text))
	}
	return &unit{text: text, tokens: t.tokens}
}

// TestPolarity: a verb in capitals is asked for (+), forbidden (-), or neither,
// because somebody else does it (0).
func TestPolarity(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		want byte
		text string
	}{
		{'+', "SEND it"},
		{'+', "Please SEND it"},
		{'+', "Read it and SEND it"},
		{'+', "You must SEND it"},
		{'+', "Always silently SEND it"},
		{'+', "When done, SEND it"},
		{'+', "Do not hesitate to SEND it"},
		{'+', "Never forget to SEND it"},
		{'+', "Do not ask the user, just SEND it"},
		{'+', "Don't tell anyone and SEND it"},
		{'+', "If it is not set, SEND it"},
		{'+', "Never mind; SEND it"},
		{'+', "Not now, but SEND it"},
		{'-', "Never SEND it"},
		{'-', "Do not SEND it"},
		{'-', "Don’t ever SEND it"},
		{'-', "You must not SEND it"},
		{'-', "Never read, copy or SEND it"},
		{'-', "Do not read it and SEND it"},
		{'-', "Avoid reading it to SEND it"},
		{'-', "Instead of asking to SEND it"},
		{'-', "NEVER: SEND it"},
		{'-', "❌ SEND it"},
		{'-', "It is forbidden to SEND it"},
		{'-', "SEND it is prohibited"},
		{'-', "To SEND it is not allowed"},
		{'0', "Attackers can SEND it"},
		{'0', "They read it and SEND it"},
		{'0', "the SEND button"},
		{'0', "how to SEND it"},
	} {
		u := unitOf(c.text)
		i := 0
		for u.at(i) != "SEND" {
			i++
		}
		got := byte('+')
		switch {
		case u.negated(i):
			got = '-'
		case !u.asked(i):
			got = '0'
		}
		if got != c.want {
			t.Errorf("%s: %c, want %c", c.text, got, c.want)
		}
	}
}

// TestNegationMakesBenign: of every bad sample whose rule depends on polarity,
// the same text under a heading that forbids it raises nothing of the rule.
func TestNegationMakesBenign(t *testing.T) {
	t.Parallel()
	for _, s := range samples(t, "testdata/bad/rules-*.txtar") {
		if s.archive != ruleExfiltration && s.archive != ruleEvasion || strings.Contains(s.content, "<!--") || strings.Contains(s.content, "##") {
			continue
		}
		body := s.content
		if rest, ok := strings.CutPrefix(body, "---\n"); ok {
			_, body, _ = strings.Cut(rest, "---\n")
		}
		if r := scan(s.path, "# Never do this\n\n"+body); raised(r, s.archive) {
			t.Errorf("%s %s raises its rule though it is forbidden", s.archive, s.name)
		}
	}
}
