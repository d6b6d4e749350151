package prompt

import (
	"regexp"
	"strings"
	"testing"
)

// TestMutations: how a text is laid out does not change what it says.
func TestMutations(t *testing.T) {
	t.Parallel()
	vowel := regexp.MustCompile(`(?i)\b(ignore|disregard|forget|read|send|post|upload|fetch|follow|execute|always|disable|skip)\b`)
	mutations := []struct {
		name   string
		change func(string) string
	}{
		{"upper case", strings.ToUpper},
		{"spaces", func(s string) string { return strings.ReplaceAll(s, " ", "  ") }},
		{"carriage returns", func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }},
		{"emphasis in words", func(s string) string {
			return vowel.ReplaceAllStringFunc(s, func(w string) string { return w[:2] + "**" + w[2:] + "**" })
		}},
		{"zero width in words", func(s string) string {
			return vowel.ReplaceAllStringFunc(s, func(w string) string { return w[:2] + "\u200B" + w[2:] })
		}},
		{"full width", func(s string) string {
			return vowel.ReplaceAllStringFunc(s, func(w string) string {
				return strings.Map(func(r rune) rune { return r + 0xFEE0 }, w)
			})
		}},
		{"under a heading", func(s string) string { return "# Project\n\nSome words.\n\n## Workflow\n\n" + s }},
		{"after a list", func(s string) string { return "- Use tabs\n- Use LF\n\n" + s }},
		{"exclamation", func(s string) string { return strings.ReplaceAll(s, ".\n", "!\n") }},
	}
	for _, s := range samples(t, "testdata/bad/*.txtar") {
		for _, m := range mutations {
			if skipped(s, m.name) {
				continue
			}
			if r := scan(s.path, m.change(s.content)); !raised(r, s.archive) {
				t.Errorf("%s %s, %s: not raised:\n%s", s.archive, s.name, m.name, m.change(s.content))
			}
		}
	}
}

// skipped says that a mutation changes what a sample means.
func skipped(s sample, mutation string) bool {
	switch mutation {
	case "upper case":
		// Base64 and shell commands depend on case; characters of no case do not show a word's.
		return strings.HasPrefix(s.name, "base64") || strings.Contains(s.content, "/etc/") || strings.Contains(s.content, "@/") || strings.Contains(s.content, "```") || strings.Contains(s.content, "@~/.claude")
	case "zero width in words", "emphasis in words", "full width":
		return strings.Contains(s.content, "```") || strings.Contains(s.content, "`curl") || strings.Contains(s.content, "`claude") || strings.Contains(s.content, "`--") || strings.HasPrefix(s.content, "@")
	case "under a heading", "after a list":
		return strings.HasPrefix(s.content, "---")
	}
	return false
}

// TestWrapped: a line break between any two words of a sentence changes
// nothing.
func TestWrapped(t *testing.T) {
	t.Parallel()
	for _, s := range samples(t, "testdata/bad/*.txtar") {
		if strings.ContainsAny(s.content, "`@<|[#") || strings.Count(s.content, "\n") > 1 || s.archive == ruleUnicode || s.archive == ruleMarkup {
			continue
		}
		words := strings.Fields(s.content)
		for i := 1; i < len(words); i++ {
			text := strings.Join(words[:i], " ") + "\n" + strings.Join(words[i:], " ") + "\n"
			if r := scan(s.path, text); !raised(r, s.archive) {
				t.Errorf("%s %s: not raised:\n%s", s.archive, s.name, text)
			}
		}
	}
}
