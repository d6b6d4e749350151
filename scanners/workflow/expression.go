package workflow

import (
	"regexp"
	"strings"
)

// use is one ${{ … }} of a text.
type use struct {
	start, end int    // of the whole, brackets included
	body       string // between the brackets
}

const maxUses = 500 // of one text

// uses are the expressions of a text.
func uses(text string) []use {
	var out []use
	for at := 0; len(out) < maxUses; {
		i := strings.Index(text[at:], "${{")
		if i < 0 {
			break
		}
		start := at + i
		n := strings.Index(text[start:], "}}")
		if n < 0 {
			break
		}
		out = append(out, use{start, start + n + 2, text[start+3 : start+n]})
		at = start + n + 2
	}
	return out
}

// source is where strangers' text comes from.
type source struct {
	name string // as the expression has it
	of   who    // who wrote it
}

// property finds names of contexts: github.event.issue.title, env.X, steps.a.outputs.b.
var property = regexp.MustCompile(`(?i)\b(?:github|env|steps|needs|inputs|secrets|vars|matrix)(?:\.[\w*-]+|\[\s*'[^'\n]*'\s*\]|\[\d+\])*`)

// properties are the names an expression makes its value of, in lower case and
// with dots only. What a comparison or a test consumes gives only true or false.
func properties(expression string) []string {
	var out []string
	for _, at := range property.FindAllStringIndex(expression, 100) {
		if consumed(expression, at[0], at[1]) {
			continue
		}
		name := strings.ToLower(expression[at[0]:at[1]])
		name = strings.NewReplacer("['", ".", "']", "", "[ '", ".", "' ]", "", "[", ".", "]", "").Replace(name)
		out = append(out, name)
	}
	return out
}

// consumed says whether a name is only tested: an argument of contains() and
// the like, or one side of a comparison.
func consumed(expression string, start, end int) bool {
	after := strings.TrimLeft(expression[end:], " ")
	if strings.HasPrefix(after, "==") || strings.HasPrefix(after, "!=") || strings.HasPrefix(after, "&&") {
		return true
	}
	before := strings.TrimRight(expression[:start], " ")
	if strings.HasSuffix(before, "==") || strings.HasSuffix(before, "!=") || strings.HasSuffix(before, "!") {
		return true
	}
	depth := 0
	for i := start - 1; i >= 0; i-- {
		switch expression[i] {
		case ')':
			depth++
		case '(':
			if depth > 0 {
				depth--
				continue
			}
			name := strings.ToLower(strings.TrimRight(expression[:i], " "))
			for _, test := range []string{"contains", "startswith", "endswith", "hashfiles"} {
				if strings.HasSuffix(name, test) {
					return true
				}
			}
		}
	}
	return false
}

// strangers are properties of an event that whoever causes it chooses, and who
// that is (docs.github.com/en/actions/reference/security/secure-use,
// "Understanding the risk of script injections").
var strangers = []struct {
	pattern *regexp.Regexp
	of      who
}{
	{regexp.MustCompile(`^github\.event\.(?:comment|review|review_comment)(?:\.(?:body|diff_hunk|path))?$`), commenter},
	{regexp.MustCompile(`^github\.event\.(?:issue|discussion|pull_request)(?:\.(?:title|body|head\.ref|head\.label|head\.repo\.(?:description|homepage|default_branch|name|full_name)|head|answer_html_url))?$`), author},
	{regexp.MustCompile(`^github\.event\.(?:head_commit|commits(?:\.[\w*]+)?)(?:\.(?:message|author\.(?:name|email)|committer\.(?:name|email)))?$`), author},
	{regexp.MustCompile(`^github\.event\.workflow_run\.(?:head_branch|display_title|head_commit(?:\.message|\.author\.(?:name|email))?|pull_requests.*\.head\.ref|head_repository\.description)$`), author},
	{regexp.MustCompile(`^github\.event\.pages\..*page_name$`), author},
	{regexp.MustCompile(`^github\.event\.changes\..*\.from$`), author},
	{regexp.MustCompile(`^github\.event$|^github$`), author | commenter},
	{regexp.MustCompile(`^github\.head_ref$`), author},
}

// stranger is the source a property is, if strangers can choose its value.
func stranger(name string) (source, bool) {
	for _, s := range strangers {
		if s.pattern.MatchString(name) {
			return source{name, s.of}, true
		}
	}
	return source{}, false
}
