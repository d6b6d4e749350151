package policy

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/castellan-app/castellan/scanners/doctree"
)

// Limits of a policy file.
const (
	MaxBytes = 256 << 10
	maxDepth = 16
	maxNodes = 50_000
)

// ReadOptions say what the caller knows.
type ReadOptions struct {
	// Rules are the ids of the rules this version checks. Ids that are known
	// but not among them are told in Policy.Notices. Empty: not told.
	Rules []string
	// Scan says that the policy is for `castellan scan`, which tells of each waiver
	// without a repository that it keeps from applying: none is told beforehand.
	Scan bool
}

// Read reads the organisation's castellan.yml; what it leaves out is as in
// Defaults. name is for messages. nil data is an absent file.
//
// The policy is nil if there is an error: ErrAbsent, ErrUnreadable (too large,
// no UTF-8 text), or every Problem at once, joined, each an ErrInvalid.
func Read(name string, data []byte, opts ...ReadOptions) (*Policy, error) {
	return read(name, data, opts, (*reader).organisation)
}

// ReadRepository reads a repository's own .github/castellan.yml, for Tighten.
// It may raise actions and add owners; anything else in it is a Problem. Of
// the policy only Name, Rules, Owners and Notices are set. Errors are as with
// Read.
func ReadRepository(name string, data []byte, opts ...ReadOptions) (*Policy, error) {
	return read(name, data, opts, (*reader).repository)
}

func read(name string, data []byte, opts []ReadOptions, top func(*reader, *doctree.Node) *Policy) (*Policy, error) {
	switch {
	case data == nil:
		return nil, fmt.Errorf("%s: %w", name, ErrAbsent)
	case len(data) > MaxBytes:
		return nil, fmt.Errorf("%s: %w: it is larger than %d KiB", name, ErrUnreadable, MaxBytes>>10)
	case !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0:
		return nil, fmt.Errorf("%s: %w: it is no UTF-8 text", name, ErrUnreadable)
	}
	r := &reader{name: name, known: stable}
	for _, o := range opts {
		r.checked = append(r.checked, o.Rules...)
		r.scan = r.scan || o.Scan
	}
	r.known = slices.Concat(stable, r.checked)
	r.doc = doctree.Parse(doctree.YAML, data, doctree.Limits{Bytes: MaxBytes, Depth: maxDepth, Nodes: maxNodes})
	var p *Policy
	if root := r.root(); root != nil {
		p = top(r, root)
	}
	if err := r.err(); err != nil {
		return nil, err
	}
	p.Name, p.Notices = name, r.notices
	return p, nil
}

// root is the one map of a file, nil if there is something wrong with it.
func (r *reader) root() *doctree.Node {
	for _, e := range r.doc.Errors {
		r.failAt(e.Offset, "the YAML cannot be read here: %s%s", shown(e.Message), hint(e.Message))
	}
	if len(r.problems) > 0 {
		return nil
	}
	switch roots := r.doc.Roots; {
	case len(roots) == 0 || len(roots) == 1 && roots[0].Kind == doctree.Null:
		r.failAt(0, "the file is empty: write at least \"version: 1\", or remove it")
	case r.doc.Truncated:
		r.failAt(0, "the file is nested too deeply or has too many values: simplify it")
	case len(roots) > 1:
		r.fail(roots[1], "a second document begins here: keep one")
	case roots[0].Kind != doctree.Map:
		r.fail(roots[0], "the file is no map: begin with \"version: 1\"")
	case r.version(roots[0]):
		return roots[0]
	}
	return nil
}

// hint tells of the mistake behind a parser's message that people of this file
// make most: names that begin with @.
func hint(message string) string {
	if strings.Contains(message, "cannot start any token") {
		return " (put names that begin with @ in quotes, and indent with spaces)"
	}
	return ""
}

// version says whether the rest of the file can be understood. Keys of another
// version would only be reported as mistakes.
func (r *reader) version(root *doctree.Node) bool {
	v := root.Get("version")
	switch {
	case v == nil:
		r.fail(root, "\"version\" is missing: begin with \"version: 1\"")
	case v.Kind != doctree.Number:
		r.fail(v, "\"version\" is no number: write 1, without quotes")
	case v.Text != "1":
		r.fail(v, "version %s is not known to this Castellan: write 1, or update Castellan", quote(v.Text))
	default:
		return true
	}
	return false
}

// isVersion is the field that root has read already.
func isVersion() field { return field{key: "version", read: func(*doctree.Node) {}} }

func (r *reader) repository(root *doctree.Node) *Policy {
	p := &Policy{Rules: map[string]Action{}}
	fields := []field{
		isVersion(),
		{key: "rules", read: func(n *doctree.Node) { r.rules(n, p.Rules) }},
		{key: "owners", read: func(n *doctree.Node) {
			p.Owners = r.owners(n)
			r.ownPathsOnly(n)
		}},
	}
	r.fields(root, func(m *doctree.Member) string {
		if slices.Contains(organisationKeys, m.Key) {
			return quote(m.Key) + " is the organisation's to set, a repository may only raise actions and add owners"
		}
		return "unknown key " + quote(m.Key)
	}, fields)
	return p
}

// ownPathsOnly reports owners that a repository names for another one.
func (r *reader) ownPathsOnly(list *doctree.Node) {
	for _, item := range list.Items {
		if m := item.Get("match"); m != nil && m.Kind == doctree.String && strings.Contains(m.Text, ":") {
			r.fail(m, "\"match\" names a repository: a repository names owners of its own paths only, write %s", quote(m.Text[strings.IndexByte(m.Text, ':')+1:]))
		}
	}
}
