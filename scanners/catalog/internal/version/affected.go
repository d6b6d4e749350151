package version

import (
	"fmt"
	"strings"
)

// Affected reads what an advisory is about: exact versions with <, <=, >, >= or
// = before them, joined by commas, alternatives by ||; "*" is every version.
func Affected(s Scheme, text string) (Set, error) {
	if text == "*" {
		return all(), nil
	}
	if len(text) > maxRange {
		return nil, fmt.Errorf("a range of %d bytes is too long", len(text))
	}
	var spans []span
	for alternative := range strings.SplitSeq(text, "||") {
		whole := all()[0]
		for c := range strings.SplitSeq(alternative, ",") {
			op, rest, _ := oneOf(strings.TrimSpace(c), ">=", "<=", ">", "<", "=")
			v, ok := Parse(s, strings.TrimSpace(rest))
			if !ok || op == "" {
				return nil, fmt.Errorf("%q is no comparison with a version", strings.TrimSpace(c))
			}
			whole = whole.and(compared(op, v))
		}
		if whole.empty() {
			return nil, fmt.Errorf("no version is %q", strings.TrimSpace(alternative))
		}
		spans = append(spans, whole)
	}
	return union(spans), nil
}

// compared are the versions that compare so with v.
func compared(op string, v Version) span {
	none, at := bound{open: true}, bound{at: v, included: strings.HasSuffix(op, "=")}
	switch op[0] {
	case '<':
		return span{none, at}
	case '>':
		return span{at, none}
	}
	return exactly(v)
}
