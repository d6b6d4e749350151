package builder

import (
	"regexp"
	"slices"
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
	part  string // of the value's text, "" for all of it
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
			n.secrets = append(n.secrets, found{name: m.Key, place: credential.InField, value: v})
		}
	}
}

// difySecrets keeps the variables of an app that are secret and were exported
// with their values.
func (s *scan) difySecrets(root *doctree.Node) {
	for _, v := range items(root.Get("workflow").Get("environment_variables"), 200) {
		if text(v.Get("value_type")) == "secret" && text(v.Get("value")) != "" {
			s.loose = append(s.loose, found{name: text(v.Get("name")), place: credential.InEnv, value: v.Get("value")})
		}
	}
	for _, n := range items(root.Get("workflow").Get("graph").Get("nodes"), maxNodes) {
		if key := n.Get("data").Get("authorization").Get("config").Get("api_key"); text(key) != "" {
			s.loose = append(s.loose, found{name: "api_key", place: credential.InHeader, value: key})
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
			all = append(all, s.secretsIn(n.node)...)
		}
	}
	if f.root != nil {
		for _, v := range s.secretsIn(f.root.Get("pinData")) { // requests and answers, with headers of all kinds
			if low := strings.ToLower(v.name); isKeyLike(low) || low == "authorization" || low == "cookie" || low == "x-api-key" {
				all = append(all, v)
			}
		}
	}
	type place struct {
		node *doctree.Node
		part string
	}
	seen := map[place]bool{}
	for _, v := range all {
		if v.value == nil || v.value.Kind != doctree.String || seen[place{v.value, v.part}] {
			continue
		}
		seen[place{v.value, v.part}] = true
		held, offset := v.value.Text, 0
		if v.part != "" {
			if offset = strings.Index(held, v.part); offset < 0 {
				continue // written with escapes of its own
			}
			held = v.part
		}
		if strings.HasPrefix(held, "=") || strings.HasPrefix(held, "{{") {
			continue
		}
		for _, j := range credential.Judge(credential.Context{Place: v.place, Name: v.name, AnyReference: true}, held) {
			if j.Class == credential.Literal && j.Confidence != credential.Low {
				s.saySecret(f, v, offset, &j)
			}
		}
	}
}

// Bounds of the search for secrets in one file.
const (
	maxLooked = 500_000
	maxInner  = 20000 // bytes of a document within a string
)

// keyLike are names of fields that hold a credential, without punctuation and in
// lower case: what they end in.
var keyLike = []string{"apikey", "accesskey", "secretkey", "privatekey", "password", "passphrase", "secret", "token", "accesstoken", "bearer"}

func isKeyLike(key string) bool {
	low := strings.NewReplacer("_", "", "-", "", " ", "").Replace(strings.ToLower(key))
	return slices.ContainsFunc(keyLike, func(k string) bool { return strings.HasSuffix(low, k) })
}

func isAddress(key string) bool {
	low := strings.ToLower(key)
	return strings.HasSuffix(low, "url") || strings.HasSuffix(low, "uri") || strings.HasSuffix(low, "dsn") || strings.HasSuffix(low, "endpoint") || strings.HasSuffix(low, "connectionstring")
}

// sqlPassword is a password that a statement sets.
var sqlPassword = regexp.MustCompile(`(?i)\b(?:set\s+password(?:\s+for\s+[^=]{1,80})?\s*=\s*(?:password\s*\(\s*)?|(?:with\s+)?(?:encrypted\s+)?password\s+|identified\s+by\s+)['"]([^'"]{6,200})['"]`)

// secretsIn are the places below a node where builders keep what may be a
// credential: headers, queries and environments as maps, as lists of names and
// values and as documents within a string, addresses, and fields named so.
func (s *scan) secretsIn(root *doctree.Node) []found {
	var out []found
	stack := []*doctree.Node{root}
	for len(stack) > 0 && s.looked < maxLooked {
		n := stack[len(stack)-1].Resolve()
		stack = stack[:len(stack)-1]
		if n == nil {
			continue
		}
		s.looked += 1 + len(n.Members) + len(n.Items) // an alias may lead to one list again and again
		stack = append(stack, n.Items...)
		for _, m := range n.Members {
			stack = append(stack, m.Value)
			v := m.Value.Resolve()
			switch low := strings.ToLower(m.Key); {
			case strings.Contains(low, "header"):
				out = append(out, pairsIn(v, credential.InHeader)...)
			case v.Kind == doctree.String && (low == "query" || low == "sql" || low == "statement"):
				if m := sqlPassword.FindStringSubmatch(v.Text[:min(len(v.Text), maxInner)]); m != nil {
					out = append(out, found{name: "password", place: credential.InField, value: v, part: m[1]})
				}
			case strings.HasPrefix(low, "query") || low == "qs":
				out = append(out, pairsIn(v, credential.InField)...)
			case low == "env":
				out = append(out, pairsIn(v, credential.InEnv)...)
			case strings.HasSuffix(low, "serverconfig"):
				out = append(out, innerIn(v, "/headers", credential.InHeader)...)
				out = append(out, innerIn(v, "/env", credential.InEnv)...)
			case v.Kind != doctree.String:
				if value := v.Get("value"); isAddress(m.Key) && text(value) != "" {
					out = append(out, found{name: m.Key, place: credential.InURL, value: value})
				}
			case isAddress(m.Key):
				out = append(out, found{name: m.Key, place: credential.InURL, value: v})
			case isKeyLike(m.Key):
				out = append(out, found{name: m.Key, place: credential.InField, value: v})
			}
		}
	}
	return out
}

// pairsIn are names and values: {name: value}, [{name, value}], either below
// parameters, or as a document within a string.
func pairsIn(n *doctree.Node, place credential.Place) []found {
	if n == nil {
		return nil
	}
	if n.Kind == doctree.String {
		return innerIn(n, "", place)
	}
	var out []found
	for _, holder := range []string{"parameters", "parameter"} {
		if inner := n.Get(holder).Resolve(); inner != nil {
			out = append(out, pairsIn(inner, place)...)
		}
	}
	for _, h := range items(n, 100) {
		if v := h.Get("value"); v != nil {
			out = append(out, found{name: strings.TrimPrefix(text(h.Get("name"))+text(h.Get("key")), "="), place: place, value: v.Resolve()})
		}
	}
	for _, m := range membersOf(n) {
		if v := m.Value.Resolve(); v.Kind == doctree.String {
			out = append(out, found{name: m.Key, place: place, value: v})
		}
	}
	return out
}

// innerIn are the pairs at a pointer of a document that stands in a string.
func innerIn(n *doctree.Node, pointer string, place credential.Place) []found {
	if n == nil || n.Kind != doctree.String || len(n.Text) > maxInner || !strings.HasPrefix(strings.TrimSpace(n.Text), "{") {
		return nil
	}
	var out []found
	doc := doctree.Parse(doctree.JSON, []byte(n.Text), doctree.Limits{Bytes: maxInner, Depth: 20, Nodes: 2000})
	for _, at := range doc.At(pointer) {
		for _, m := range membersOf(at.Resolve()) {
			if v := m.Value.Resolve(); v.Kind == doctree.String {
				out = append(out, found{name: m.Key, place: place, value: n, part: v.Text})
			}
		}
	}
	return out
}

func (s *scan) saySecret(f *flow, v found, offset int, j *credential.Judgement) {
	at := s.doc.Locate(v.value, offset+j.Start, offset+j.End)
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
