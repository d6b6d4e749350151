package compile

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// kept are pointers of one container.
type kept struct {
	container string
	pointers  []string
}

// places are where a row's servers lie, in the order in which they are read.
func (f *formatRow) places() []kept {
	return []kept{
		{"Map", f.Map}, {"List", f.List}, {"Bare", f.Bare}, {"Single", f.Single}, {"Text", f.Text}, {"Flags", f.Flags}, {"Services", f.Services},
		{"Nodes", f.Nodes}, {"Runtimes", f.Runtimes}, {"Packages", f.Packages}, {"Images", f.Images}, {"Image", f.Image}, {"Function", f.Function}, {"Resource", f.Resource},
	}
}

// searched says whether the row's files are only searched, not parsed.
func (f *formatRow) searched() bool { return f.Role == "docs" || f.Role == "code" }

func (f *formatRow) check() error {
	_, syntax := syntaxes[f.Syntax]
	_, role := roles[f.Role]
	_, evidence := evidences[f.Evidence]
	switch {
	case !syntax || !role || !evidence:
		return fmt.Errorf("syntax %q, role %q or evidence %q is unknown", f.Syntax, f.Role, f.Evidence)
	case (len(f.Paths) == 0) != (f.Role == "none"):
		return errors.New("a row has no paths exactly if its role is none")
	case f.Role == "none" && f.Off == "":
		return errors.New("a row without paths is off")
	case f.Source == "":
		return errors.New("no source")
	case strings.Count(f.Fix, "`")%2 != 0:
		return errors.New("the fix has an odd number of backquotes")
	case f.Off != "" && f.Evidence == "":
		return errors.New("a verified row is read: off is for what is doc-only or inferred")
	case f.Count < 0:
		return errors.New("the count is negative")
	}
	if err := f.checkWords(); err != nil {
		return err
	}
	return f.checkPlaces()
}

func (f *formatRow) checkWords() error {
	if len(f.Words) == 0 && (f.Wide && len(f.Gate) == 0 || f.searched()) {
		return errors.New("docs and code need words, and a wide path words or a gate: without one of them the file is left alone")
	}
	for _, w := range f.Words {
		if len(w) < 4 {
			return fmt.Errorf("word %q is too short to tell anything", w)
		}
	}
	return nil
}

func (f *formatRow) checkPlaces() error {
	for _, p := range f.Paths {
		if _, err := newPattern(p); err != nil {
			return err
		}
	}
	all := append(f.places(), kept{"", f.Gate}, kept{"", f.Foreign})
	for _, place := range all {
		for _, pointer := range place.pointers {
			if pointer != "" && pointer[0] != '/' {
				return fmt.Errorf("%q is no pointer", pointer)
			}
			if place.container != "" && f.searched() {
				return fmt.Errorf("%q: docs and code are not parsed", pointer)
			}
		}
	}
	for _, pointer := range f.Foreign {
		if slices.Contains(f.Map, pointer) {
			return fmt.Errorf("%q is both the client's own and foreign", pointer)
		}
	}
	return nil
}

func (s *source) writeFormats(b *bytes.Buffer) {
	b.WriteString("\nvar formats = []Format{\n")
	for i := range s.formats {
		s.writeFormat(b, &s.formats[i])
	}
	b.WriteString("}\n")
}

func (s *source) writeFormat(b *bytes.Buffer, f *formatRow) {
	refs, fix := s.inherited(f)
	fmt.Fprintf(b, "{ID: %q, Client: %q, Paths: %s, Syntax: %s, Role: %s, Fix: %q, Evidence: %s, Source: %q%s%s",
		f.ID, f.Client, list(f.globs()), syntaxes[f.Syntax], roles[f.Role], fix, evidences[f.Evidence], f.Source, flag("AnyReference", refs.any), flag("Wide", f.Wide))
	if c := s.client(f.Client); f.Fix == "" && c.Remote != "" { // the remote text continues the client's own
		fmt.Fprintf(b, ", FixRemote: %q", c.Remote)
	}
	if f.Off != "" {
		fmt.Fprintf(b, ", Off: %q", f.Off)
	}
	if f.Count > 0 {
		fmt.Fprintf(b, ", Count: %d", f.Count)
	}
	for _, l := range []struct {
		field string
		words []string
	}{{"References", refs.ids}, {"Gate", f.Gate}, {"Words", f.Words}, {"Foreign", f.Foreign}, {"Generates", f.Generates}} {
		if len(l.words) > 0 {
			fmt.Fprintf(b, ", %s: %s", l.field, list(l.words))
		}
	}
	b.WriteString(", Servers: []Place{")
	for _, p := range f.places() {
		for _, pointer := range p.pointers {
			fmt.Fprintf(b, "{%q, %s}, ", pointer, p.container)
		}
	}
	b.WriteString("}},\n")
}
