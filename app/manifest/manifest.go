// Package manifest is the GitHub App's manifest, app.yml, as the program knows
// it: what /setup registers and `castellan doctor` compares with.
//
// The file people read and change is app.yml at the top of the repository. Go
// embeds nothing from above a package's own folder, so a copy lies here:
// `go generate` makes it, and a test keeps the two equal. The binary thus
// always carries the manifest it was tested with.
package manifest

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners/doctree"
)

//go:generate cp ../../app.yml app.yml

//go:embed app.yml
var source []byte

// Permission is asked of every installation. Reason is the comment beside it.
type Permission struct{ Name, Level, Reason string }

// Event is subscribed to.
type Event struct{ Name, Reason string }

// Manifest is app.yml, read.
type Manifest struct {
	Name, Description, URL string
	Public                 bool
	Permissions            []Permission
	Events                 []Event
}

// Default is the manifest of this version.
func Default() (*Manifest, error) { return Parse(source) }

// Parse reads a manifest, strictly: an unknown key, a level that is neither
// read nor write, or a permission or event without its reason is an error.
func Parse(data []byte) (*Manifest, error) {
	doc := doctree.Parse(doctree.YAML, data, doctree.Limits{Bytes: 64 << 10, Depth: 4, Nodes: 1000})
	if len(doc.Errors) > 0 || len(doc.Roots) != 1 || doc.Roots[0].Kind != doctree.Map {
		return nil, errors.New("read app.yml: it is not one YAML map")
	}
	m, r := &Manifest{}, &reader{doc: doc}
	for i := range doc.Roots[0].Members {
		r.key(m, &doc.Roots[0].Members[i])
	}
	if m.Name == "" || m.URL == "" {
		r.fail(doc.Roots[0], "name and url are required")
	}
	return m, errors.Join(r.errs...)
}

type reader struct {
	doc  *doctree.Document
	errs []error
}

func (r *reader) fail(n *doctree.Node, format string, args ...any) {
	line, _ := r.doc.Position(n.Span.Start)
	r.errs = append(r.errs, fmt.Errorf("read app.yml, line %d: %s", line, fmt.Sprintf(format, args...)))
}

func (r *reader) key(m *Manifest, member *doctree.Member) {
	v := member.Value
	switch member.Key {
	case "name":
		m.Name = v.Text
	case "description":
		m.Description = v.Text
	case "url":
		m.URL = v.Text
	case "public":
		m.Public = v.Text == "true"
	case "default_permissions":
		for i := range v.Members {
			p := &v.Members[i]
			if p.Value.Text != "read" && p.Value.Text != "write" {
				r.fail(p.Value, "%s is neither read nor write", p.Key)
			}
			m.Permissions = append(m.Permissions, Permission{p.Key, p.Value.Text, r.reason(p.Value)})
		}
	case "default_events":
		for _, e := range v.Items {
			m.Events = append(m.Events, Event{e.Text, r.reason(e)})
		}
	default:
		r.fail(v, "%s is no key of a manifest", member.Key)
	}
}

// reason is the comment behind a value, on its line.
func (r *reader) reason(n *doctree.Node) string {
	rest, _, _ := strings.Cut(string(r.doc.Source[n.Span.End:]), "\n")
	_, comment, ok := strings.Cut(rest, "# ")
	if !ok || strings.TrimSpace(comment) == "" {
		r.fail(n, "%s has no reason: write it behind, after #", n.Text)
	}
	return strings.TrimSpace(comment)
}

// Without is the manifest without a permission and an event: for a GitHub
// Enterprise Server that does not know them.
func (m *Manifest) Without(permission, event string) *Manifest {
	c := *m
	c.Permissions = slices.DeleteFunc(slices.Clone(m.Permissions), func(p Permission) bool { return p.Name == permission })
	c.Events = slices.DeleteFunc(slices.Clone(m.Events), func(e Event) bool { return e.Name == event })
	return &c
}

// Granted are the permissions as GitHub writes them: {"checks": "write", …}.
func (m *Manifest) Granted() map[string]string {
	out := make(map[string]string, len(m.Permissions))
	for _, p := range m.Permissions {
		out[p.Name] = p.Level
	}
	return out
}

// Missing are the permissions that an installation which granted these lacks.
func (m *Manifest) Missing(granted map[string]string) []Permission {
	var out []Permission
	for _, p := range m.Permissions {
		if have := granted[p.Name]; have != p.Level && have != "write" && have != "admin" {
			out = append(out, p)
		}
	}
	return out
}

// Address is where a registered App sends and returns people to.
type Address struct {
	Name     string // of the App: unique at its GitHub, at most 34 characters; "" as in app.yml
	Homepage string // "" as in app.yml
	Webhook  string // where deliveries go
	Redirect string // where the browser returns to with the code
}

// JSON is the manifest as GitHub's App manifest flow takes it (docs.github.com,
// "Registering a GitHub App from a manifest").
func (m *Manifest) JSON(a Address) ([]byte, error) {
	events := make([]string, 0, len(m.Events))
	for _, e := range m.Events {
		events = append(events, e.Name)
	}
	first := func(a, b string) string {
		if a != "" {
			return a
		}
		return b
	}
	return json.Marshal(struct {
		Name        string            `json:"name"`
		URL         string            `json:"url"`
		Description string            `json:"description"`
		Public      bool              `json:"public"`
		Hook        map[string]any    `json:"hook_attributes"`
		Redirect    string            `json:"redirect_url"`
		Permissions map[string]string `json:"default_permissions"`
		Events      []string          `json:"default_events"`
	}{
		Name: first(a.Name, m.Name), URL: first(a.Homepage, m.URL), Description: m.Description, Public: m.Public,
		Hook: map[string]any{"url": a.Webhook, "active": true}, Redirect: a.Redirect, Permissions: m.Granted(), Events: events,
	})
}
