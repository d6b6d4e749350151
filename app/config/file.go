package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners/doctree"
)

// readFile reads the settings file, strictly: a YAML map of the settings' keys
// (listen, database_url, private_key_file …), each at most once. It may name
// the files of secrets, but hold none: it is made to be shared.
func (s *sources) readFile() {
	s.file = map[string]value{}
	from := s.plain("config")
	if !from.set() {
		return
	}
	data, err := readWhole(from.text)
	if err != nil {
		s.fail(from.where, "%v", err)
		return
	}
	doc := doctree.Parse(doctree.YAML, []byte(data), doctree.Limits{Bytes: maxSecretFile, Depth: 4, Nodes: 1000})
	at := func(offset int) string {
		line, column := doc.Position(offset)
		return fmt.Sprintf("%s:%d:%d", from.text, line, column)
	}
	for _, e := range doc.Errors {
		s.fail(at(e.Offset), "the YAML cannot be read here")
	}
	switch {
	case len(doc.Errors) > 0 || len(doc.Roots) == 0:
		return
	case len(doc.Roots) > 1 || doc.Roots[0].Kind != doctree.Map:
		s.fail(at(0), "the file is not one map of settings: write lines as \"listen: 127.0.0.1:8080\"")
		return
	}
	for i := range doc.Roots[0].Members {
		m := &doc.Roots[0].Members[i]
		s.member(at(m.KeySpan.Start), m)
	}
}

func (s *sources) member(where string, m *doctree.Member) {
	name, problem := fileKey(m)
	switch {
	case problem != "":
		s.fail(where, "%s", problem)
	case s.file[name].set():
		s.fail(where, "%s stands here twice: keep one", m.Key)
	default:
		s.file[name] = value{strings.TrimSpace(m.Value.Text), where + ": " + m.Key}
	}
}

// fileKey is the setting a member sets, or what is wrong with it.
func fileKey(m *doctree.Member) (name, problem string) {
	all := Flags()
	i := slices.IndexFunc(all, func(s Setting) bool { return s.Key() == m.Key && s.Name != "config" })
	switch {
	case i < 0:
		keys := make([]string, 0, len(all))
		for _, s := range all {
			if !s.Refused() && s.Name != "config" {
				keys = append(keys, s.Key())
			}
		}
		return "", "this is no setting: the settings are " + strings.Join(keys, ", ")
	case all[i].Refused():
		return "", fmt.Sprintf("a settings file holds no secrets: use %s_file, or the variable %s", m.Key, all[i].Env())
	case m.Value.Kind != doctree.String && m.Value.Kind != doctree.Number && (m.Value.Kind != doctree.Bool || m.Value.Text != "off"):
		return "", "the value is no text: write it on the same line, in quotes if need be"
	}
	return all[i].Name, ""
}
