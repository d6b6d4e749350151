package builder

import (
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
	"github.com/castellan-app/castellan/scanners/doctree"
)

// found is a value in a node that may be a credential.
type found struct {
	name  string // header, parameter or field
	place credential.Place
	value *doctree.Node
}

// literals keeps the fields of a Langflow template that hold a secret itself:
// load_from_db says that the value is the name of a stored one.
func (s *scan) literals(template *doctree.Node, n *node) {
	if template == nil {
		return
	}
	for _, m := range template.Members[:min(len(template.Members), 200)] {
		field := m.Value.Resolve()
		if text(field.Get("password")) != "true" || text(field.Get("load_from_db")) == "true" {
			continue
		}
		if v := field.Get("value"); text(v) != "" {
			n.secrets = append(n.secrets, found{m.Key, credential.InField, v})
		}
	}
}

// difySecrets keeps the variables of an app that are secret and were exported
// with their values.
func (s *scan) difySecrets(root *doctree.Node) {
	for _, v := range items(root.Get("workflow").Get("environment_variables"), 200) {
		if text(v.Get("value_type")) == "secret" && text(v.Get("value")) != "" {
			s.loose = append(s.loose, found{text(v.Get("name")), credential.InEnv, v.Get("value")})
		}
	}
	for _, n := range items(root.Get("workflow").Get("graph").Get("nodes"), maxNodes) {
		if key := n.Get("data").Get("authorization").Get("config").Get("api_key"); text(key) != "" {
			s.loose = append(s.loose, found{"api_key", credential.InHeader, key})
		}
	}
}

// checkSecrets judges what nodes hold: headers, query parameters, bodies and
// fields. What leads to a stored credential is none.
func (s *scan) checkSecrets(f *flow) {
	all := s.loose
	s.loose = nil
	for _, n := range f.nodes {
		all = append(all, n.secrets...)
		if n.node != nil {
			all = append(all, headersOf(n.node)...)
		}
	}
	seen := map[*doctree.Node]bool{}
	for _, v := range all {
		if v.value == nil || v.value.Kind != doctree.String || seen[v.value] || strings.HasPrefix(v.value.Text, "={{") || strings.HasPrefix(v.value.Text, "{{") {
			continue
		}
		seen[v.value] = true
		for _, j := range credential.Judge(credential.Context{Place: v.place, Name: v.name, AnyReference: true}, v.value.Text) {
			if j.Class == credential.Literal && j.Confidence != credential.Low {
				s.saySecret(f, v, &j)
			}
		}
	}
}

// headersOf are the headers and query parameters that a node sends: n8n's,
// Make's, Flowise's.
func headersOf(n *doctree.Node) []found {
	var out []found
	take := func(list *doctree.Node, place credential.Place) {
		for _, h := range items(list, 100) {
			if v := h.Get("value"); v != nil {
				out = append(out, found{text(h.Get("name")) + text(h.Get("key")), place, v})
			}
		}
	}
	for _, key := range []string{"parameters", "mapper", "data"} {
		p := n.Get(key)
		for _, h := range []string{"headerParameters", "headerParametersUi", "headers"} {
			take(p.Get(h).Get("parameters"), credential.InHeader)
			take(p.Get(h).Get("parameter"), credential.InHeader)
			take(p.Get(h), credential.InHeader)
		}
		for _, q := range []string{"queryParameters", "queryParametersUi", "qs"} {
			take(p.Get(q).Get("parameters"), credential.InField)
			take(p.Get(q).Get("parameter"), credential.InField)
			take(p.Get(q), credential.InField)
		}
		if url := p.Get("url"); text(url) != "" {
			out = append(out, found{"url", credential.InURL, url})
		}
		if headers := p.Get("jsonHeaders"); text(headers) != "" {
			out = append(out, found{"headers", credential.InText, headers})
		}
	}
	return out
}

func (s *scan) saySecret(f *flow, v found, j *credential.Judgement) {
	at := s.doc.Locate(v.value, j.Start, j.End)
	severity := scanners.Critical
	if j.Confidence == credential.Medium {
		severity = scanners.High
	}
	rule, what := ruleSecret, "A credential"
	if j.AI {
		rule = "ai-provider-key-committed"
		what = "A key of " + j.Provider
	}
	x := s.say(f, rule, severity, j.Confidence, v.name, v.value, at,
		scanners.Say(what+" stands in this flow in clear, under ", safe(v.name)),
		scanners.Say("Revoke it and issue a new one. Keep it in the builder's own store of credentials and refer to it from the node."))
	if x == nil {
		return
	}
	x.Credential = s.hasher.Identity(j)
	x.Excerpt = scanners.Excerpt{Line: x.Region.Line, Text: credential.Mask, End: len(credential.Mask)}
}
