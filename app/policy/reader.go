package policy

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/castellan-app/castellan/scanners/doctree"
)

// mostProblems bounds what is reported of one file.
const mostProblems = 50

// longestText bounds a text in a policy, in bytes.
const longestText = 500

// reader walks one file and collects everything wrong with it.
type reader struct {
	name     string
	doc      *doctree.Document
	problems []*Problem
	known    []string // rule ids
	checked  []string // rule ids this version checks; nil: not told
	notices  []string
	scan     bool // ReadOptions.Scan

	approvers []*doctree.Node // of the waivers
}

// fail reports a problem at a node.
func (r *reader) fail(n *doctree.Node, format string, args ...any) {
	r.failAt(n.Span.Start, format, args...)
}

func (r *reader) failAt(offset int, format string, args ...any) {
	if r.full() {
		return
	}
	line, column := r.doc.Position(offset)
	r.problems = append(r.problems, &Problem{Name: r.name, Line: line, Column: column, Message: fmt.Sprintf(format, args...)})
}

func (r *reader) full() bool { return len(r.problems) >= mostProblems }

// err joins the problems in order of their places.
func (r *reader) err() error {
	if len(r.problems) == 0 {
		return nil
	}
	slices.SortStableFunc(r.problems, func(a, b *Problem) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
	errs := make([]error, len(r.problems))
	for i, p := range r.problems {
		errs[i] = p
	}
	if r.full() {
		errs = append(errs, fmt.Errorf("%s: more problems may follow: mend these first (%w)", r.name, ErrInvalid))
	}
	return errors.Join(errs...)
}

// label names a value in a message.
func label(n *doctree.Node) string {
	if i := n.Index(); i >= 0 {
		return "entry " + strconv.Itoa(i+1) + " of " + quote(n.Parent().Key())
	}
	return quote(n.Key())
}

// is reports a node that is not of a kind; want says what to write.
func (r *reader) is(n *doctree.Node, kind doctree.Kind, want string) bool {
	switch n.Kind {
	case kind:
		return true
	case doctree.Alias:
		r.fail(n, "%s is an alias: aliases are not read here, write the value out", label(n))
	case doctree.Null:
		r.fail(n, "%s has no value: %s, or leave it out", label(n), want)
	default:
		r.fail(n, "%s is %s: %s", label(n), words[n.Kind], want)
	}
	return false
}

var words = map[doctree.Kind]string{
	doctree.Invalid: "not readable",
	doctree.Bool:    "true or false",
	doctree.Number:  "a number",
	doctree.String:  "text",
	doctree.Map:     "a map",
	doctree.List:    "a list",
}

// field is one key a map may have.
type field struct {
	key      string
	required bool
	read     func(*doctree.Node)
}

// object reads a map of fixed keys.
func (r *reader) object(n *doctree.Node, want string, fields ...field) {
	if !r.is(n, doctree.Map, want) {
		return
	}
	r.fields(n, func(m *doctree.Member) string { return "unknown key " + quote(m.Key) }, fields)
}

// fields reads the members of a map; strange begins the message about a key
// that is none of the fields.
func (r *reader) fields(n *doctree.Node, strange func(*doctree.Member) string, fields []field) {
	keys := make([]string, len(fields))
	for i, f := range fields {
		keys[i] = f.key
	}
	seen := r.members(n, func(m *doctree.Member) {
		if i := slices.Index(keys, m.Key); i >= 0 {
			fields[i].read(m.Value)
			return
		}
		if r.full() {
			return
		}
		if like := near(m.Key, keys); like != nil {
			r.failAt(m.KeySpan.Start, "%s: did you mean %s?", strange(m), either(like))
		} else {
			r.failAt(m.KeySpan.Start, "%s: the keys here are %s", strange(m), strings.Join(keys, ", "))
		}
	})
	for _, f := range fields {
		if f.required && !seen[f.key] {
			r.fail(n, "%q is missing: add it", f.key)
		}
	}
}

// members visits the members of a map and reports those that repeat a key.
func (r *reader) members(n *doctree.Node, visit func(*doctree.Member)) map[string]bool {
	seen := make(map[string]bool, len(n.Members))
	for i := range n.Members {
		m := &n.Members[i]
		if seen[m.Key] {
			r.failAt(m.KeySpan.Start, "the key %s is here twice: keep one", quote(m.Key))
			continue
		}
		seen[m.Key] = true
		visit(m)
	}
	return seen
}

// list reads every item of a list.
func (r *reader) list(n *doctree.Node, read func(*doctree.Node)) {
	if r.is(n, doctree.List, "write a list, as in [a, b]") {
		for _, item := range n.Items {
			read(item)
		}
	}
}

// text reads one line of text; "" if it is none, which is reported.
func (r *reader) text(n *doctree.Node) string {
	if !r.is(n, doctree.String, "write text in quotes") {
		return ""
	}
	s := strings.TrimSpace(n.Text)
	switch {
	case s == "":
		r.fail(n, "%s is empty: write it, or leave it out", label(n))
	case len(s) > longestText:
		r.fail(n, "%s is longer than %d bytes: shorten it", label(n), longestText)
	case !printable(s):
		r.fail(n, "%s has a line break or a character that does not show: write one line of plain text", label(n))
	default:
		return s
	}
	return ""
}

// parsed reads a text and what it means; the error of parse is the message.
func parsed[T any](r *reader, n *doctree.Node, parse func(string) (T, error)) (v T) {
	s := r.text(n)
	if s == "" {
		return v
	}
	got, err := parse(s)
	if err != nil {
		r.fail(n, "%s: %v", label(n), err)
		return v
	}
	return got
}

// checkedText reads a text that must pass a check.
func (r *reader) checkedText(n *doctree.Node, check func(string) error) string {
	return parsed(r, n, func(s string) (string, error) { return s, check(s) })
}

// oneOf reads one word of a closed list.
func oneOf[T ~string](r *reader, n *doctree.Node, list ...T) T {
	return parsed(r, n, func(s string) (T, error) {
		if slices.Contains(list, T(s)) {
			return T(s), nil
		}
		all := make([]string, len(list))
		for i, w := range list {
			all[i] = string(w)
		}
		return "", fmt.Errorf("%s is not known: write %s", quote(s), either(all))
	})
}

func (r *reader) flag(n *doctree.Node) bool {
	return r.is(n, doctree.Bool, "write true or false") && strings.EqualFold(n.Text, "true")
}

// mostCount bounds a count.
const mostCount = 10_000

func (r *reader) count(n *doctree.Node) int {
	want := fmt.Sprintf("write a whole number from 0 to %d", mostCount)
	if !r.is(n, doctree.Number, want) {
		return 0
	}
	i, err := strconv.Atoi(n.Text)
	if err != nil || i < 0 || i > mostCount {
		r.fail(n, "%s is %s: %s", label(n), quote(n.Text), want)
		return 0
	}
	return i
}
