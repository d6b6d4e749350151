// Package compile turns the YAML files of the catalogue into Go data. It is
// strict: what it does not understand is an error that names file and row.
package compile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Output is the file that Compile's result is kept in.
const Output = "tables_gen.go"

// references is a list of ids, or the word "any".
type references struct {
	given, any bool
	ids        []string
}

func (r *references) UnmarshalYAML(n *yaml.Node) error {
	r.given = true
	if n.Kind == yaml.ScalarNode {
		if n.Value != "any" {
			return fmt.Errorf("line %d: references are a list of ids, or any", n.Line)
		}
		r.any = true
		return nil
	}
	return n.Decode(&r.ids)
}

type client struct {
	ID, Name, Vendor, Product, Fix, Remote string
	References                             references
}

type reference struct{ ID, Pattern, Example string }

type key struct {
	ID, Provider, Product, Group, Pattern, Source string
	Literals, Context, Env                        []string
	Strong, Publishable, Distinct                 bool
}

type formatRow struct {
	ID, Client, Syntax, Role, Fix, Evidence, Source, Off string
	Paths, Gate, Words, Foreign, Generates               []string
	Map, List, Bare, Single, Text, Flags, Services       []string
	Nodes, Runtimes, Packages, Images, Image, Function   []string
	Resource                                             []string
	References                                           references
	Wide                                                 bool
	Count                                                int
}

// source is everything that was read.
type source struct {
	clients    []client
	references []reference
	keys       []key
	formats    []formatRow
	lines      map[string][]int // of the rows, by file
}

func read(dir fs.FS) (*source, error) {
	s := &source{lines: map[string][]int{}}
	err := errors.Join(
		s.decode(dir, "clients.yaml", &s.clients), s.decode(dir, "references.yaml", &s.references),
		s.decode(dir, "keys.yaml", &s.keys), s.decode(dir, "formats.yaml", &s.formats),
	)
	if err != nil {
		return nil, err
	}
	return s, s.check()
}

// decode reads one file, strictly, and notes on which line each row begins.
func (s *source) decode(dir fs.FS, name string, into any) error {
	data, err := fs.ReadFile(dir, name)
	if err != nil {
		return err
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	var more yaml.Node
	if err := d.Decode(&more); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%s: more than one document", name)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for _, row := range doc.Content[0].Content {
		s.lines[name] = append(s.lines[name], row.Line)
	}
	return nil
}

var (
	syntaxes  = map[string]string{"json": "JSON", "jsonc": "JSONC", "yaml": "YAML", "toml": "TOML", "front-matter": "FrontMatter", "plain": "Plain"}
	roles     = map[string]string{"": "RoleServers", "power": "RolePower", "publish": "RolePublish", "generator": "RoleGenerator", "user-file": "RoleUserFile", "template": "RoleTemplate", "docs": "RoleDocs", "code": "RoleCode", "none": "RoleNone"}
	evidences = map[string]string{"": "Verified", "doc-only": "DocOnly", "inferred": "Inferred"}
	groups    = map[string]string{"ai": "GroupAI", "tool": "GroupTool", "common": "GroupCommon"}
)

// check holds every row to what it must have.
func (s *source) check() error {
	var errs []error
	bad := func(file string, row int, id, format string, args ...any) {
		errs = append(errs, fmt.Errorf("%s:%d: %s: %s", file, s.lines[file][row], id, fmt.Sprintf(format, args...)))
	}
	known := map[string]bool{}
	unique := func(file, id string, row int) {
		if id == "" || known[file+id] {
			bad(file, row, fmt.Sprintf("row %d (%q)", row+1, id), "the id is missing or taken")
		}
		known[file+id] = true
	}
	for i, r := range s.references {
		unique("references.yaml", r.ID, i)
		if _, err := regexp.Compile(r.Pattern); err != nil || r.Pattern == "" || r.Example == "" {
			bad("references.yaml", i, r.ID, "a pattern and an example are needed: %v", err)
		}
	}
	refs := func(file string, row int, id string, r references) {
		for _, ref := range r.ids {
			if !known["references.yaml"+ref] {
				bad(file, row, id, "no reference %q", ref)
			}
		}
	}
	for i, c := range s.clients {
		unique("clients.yaml", c.ID, i)
		refs("clients.yaml", i, c.ID, c.References)
		if c.Name == "" || c.Fix == "" || !c.References.given || strings.Count(c.Fix, "`")%2 != 0 || strings.Count(c.Remote, "`")%2 != 0 {
			bad("clients.yaml", i, c.ID, "name, references and a fix with pairs of backquotes are needed")
		}
	}
	for i, k := range s.keys {
		unique("keys.yaml", k.ID, i)
		if err := k.check(); err != nil {
			bad("keys.yaml", i, k.ID, "%v", err)
		}
	}
	for i, f := range s.formats {
		unique("formats.yaml", f.ID, i)
		refs("formats.yaml", i, f.ID, f.References)
		if refs, fix := s.inherited(&f); len(refs.ids) > 0 && !strings.Contains(fix, "{NAME}") {
			bad("formats.yaml", i, f.ID, "the client has references, so the fix must hold {NAME}: %q", fix)
		}
		if !known["clients.yaml"+f.Client] {
			bad("formats.yaml", i, f.ID, "no client %q", f.Client)
		}
		if err := f.check(); err != nil {
			bad("formats.yaml", i, f.ID, "%v", err)
		}
		for _, id := range f.Generates {
			if !slices.ContainsFunc(s.formats, func(g formatRow) bool { return g.ID == id && id != f.ID }) {
				bad("formats.yaml", i, f.ID, "generates %q, which is no other format", id)
			}
		}
	}
	return errors.Join(errs...)
}

func (k *key) check() error {
	if k.Provider == "" || k.Product == "" || k.Source == "" {
		return errors.New("provider, product and source are needed")
	}
	if groups[k.Group] == "" {
		return fmt.Errorf("no group %q", k.Group)
	}
	if _, err := regexp.Compile(k.Pattern); err != nil || k.Pattern == "" {
		return fmt.Errorf("pattern: %v", err)
	}
	if k.Strong && len(k.Literals) == 0 {
		return errors.New("a strong shape needs literals")
	}
	if k.Strong && k.Distinct {
		return errors.New("a strong shape is distinct anyway")
	}
	if !k.Strong && len(k.Context) == 0 {
		return errors.New("a weak shape needs context")
	}
	for _, l := range k.Literals {
		if len(l) < 2 {
			return fmt.Errorf("literal %q is too short to look for", l)
		}
	}
	for _, c := range k.Context {
		if c != strings.ToLower(c) {
			return fmt.Errorf("context %q is not lower case", c)
		}
	}
	return nil
}
