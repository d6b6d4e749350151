package version

import (
	"cmp"
	"strings"
)

// Requested are the versions that a request as written on a command line may be
// answered with, or a few more: one exact version, a range of npm, a version
// specifier of PyPI, a version prefix of Go. ok is false for a tag ("latest"),
// for no version and for what is neither.
func Requested(s Scheme, text string) (set Set, ok bool) {
	text = strings.TrimSpace(text)
	if text == "" || len(text) > maxRange {
		return nil, false
	}
	if s == PEP440 {
		return specifiers(text)
	}
	var spans []span
	for alternative := range strings.SplitSeq(text, "||") {
		whole, ok := comparators(strings.TrimSpace(alternative))
		if !ok {
			return nil, false
		}
		spans = append(spans, whole)
	}
	set = union(spans)
	return set, len(set) > 0
}

// comparators reads one alternative of an npm range: "^1.2", ">=1 <2",
// "1.2 - 1.4", "1.x", "*".
func comparators(s string) (whole span, ok bool) {
	whole = all()[0]
	if from, to, ok := strings.Cut(s, " - "); ok {
		low, okLow := comparator(">=", strings.TrimSpace(from))
		high, okHigh := comparator("<=", strings.TrimSpace(to))
		return low.and(high), okLow && okHigh
	}
	for s != "" {
		op, rest, _ := oneOf(s, ">=", "<=", ">", "<", "=", "^", "~>", "~")
		word, more, _ := strings.Cut(strings.TrimLeft(rest, " "), " ")
		c, ok := comparator(op, word)
		if !ok {
			return whole, false
		}
		whole, s = whole.and(c), strings.TrimLeft(more, " ")
	}
	return whole, true
}

// comparator reads one comparison of npm, in which numbers may be missing.
func comparator(op, word string) (span, bool) {
	word = strings.TrimPrefix(word, "v")
	wild := false
	for _, x := range []string{".x", ".X", ".*"} {
		for strings.HasSuffix(word, x) {
			word, wild = strings.TrimSuffix(word, x), true
		}
	}
	if word == "x" || word == "X" || word == "*" {
		return all()[0], op != "<" && op != ">"
	}
	v, rest, ok := parseSemVer(word)
	if !ok || rest != "" || wild && v.parts == 3 {
		return span{}, false
	}
	if v.parts == 3 && !strings.HasPrefix(op, "^") && !strings.HasPrefix(op, "~") {
		return compared(cmp.Or(op, "="), v), true
	}
	from, behind := v, v.next(v.parts-1)
	switch op {
	case "<":
		return compared("<", v.least()), true
	case "<=":
		return compared("<", behind), true
	case ">":
		return compared(">=", behind), true
	case ">=":
		return compared(">=", v), true
	case "^":
		behind = v.caret()
	case "~", "~>":
		behind = v.next(min(1, v.parts-1))
	}
	return compared(">=", from).and(compared("<", behind)), true
}

// caret is where ^v ends: behind its first number that is not 0.
func (v Version) caret() Version {
	part := 0
	for part < v.parts-1 && v.release[part] == 0 {
		part++
	}
	return v.next(part)
}

// specifiers reads comparisons of PyPI that commas join; a bare version is
// exact. Versions that != takes out are left in.
func specifiers(s string) (set Set, ok bool) {
	whole := all()[0]
	for c := range strings.SplitSeq(s, ",") {
		op, rest, _ := oneOf(strings.TrimSpace(c), "===", "==", "~=", "!=", "<=", ">=", "<", ">")
		word, wild := strings.CutSuffix(strings.TrimSpace(rest), ".*")
		v, ok := Parse(PEP440, word)
		if !ok || wild && op != "==" && op != "!=" || op == "~=" && v.parts < 2 {
			return nil, false
		}
		switch {
		case op == "!=":
			continue
		case op == "~=":
			whole = whole.and(compared(">=", v)).and(compared("<", v.next(v.parts-2)))
		case wild:
			whole = whole.and(compared(">=", v.least())).and(compared("<", v.next(v.parts-1)))
		case op == "":
			whole = whole.and(exactly(v))
		default:
			whole = whole.and(compared(op, v))
		}
	}
	return union([]span{whole}), !whole.empty()
}

// next is the least version behind all that begin with the numbers up to part:
// of 1.2.3 and part 0 it is the first of 2.0.0.
func (v Version) next(part int) Version {
	n := Version{scheme: v.scheme, epoch: v.epoch, parts: len(v.release)}
	copy(n.release[:part+1], v.release[:part+1])
	n.release[part]++
	return n.least()
}

// least is the least version of the same numbers.
func (v Version) least() Version {
	if v.scheme == PEP440 {
		v.stage = [3]int64{before, before, 0}
	} else {
		v.stage, v.label = [3]int64{}, first
	}
	return v
}
