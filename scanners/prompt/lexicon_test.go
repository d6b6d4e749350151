package prompt

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestWordsOfRulesAreInTheLexicon: a word that a rule compares with is found
// only if the lexicon has it.
func TestWordsOfRulesAreInTheLexicon(t *testing.T) {
	t.Parallel()
	call := regexp.MustCompile(`\.(?:same|phrase)\(([^()]*(?:\([^()]*\))?[^()]*)\)|form [!=]= ("[a-z]+")|w [!=]= ("[a-z]+")`)
	literal := regexp.MustCompile(`"([^"]+)"`)
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range call.FindAllString(string(src), -1) {
			for _, w := range literal.FindAllStringSubmatch(c, -1) {
				if lexicon[w[1]].form == "" {
					t.Errorf("%s: %s, but the lexicon lacks %q", name, c, w[1])
				}
			}
		}
	}
	for _, p := range freedoms {
		for _, w := range p {
			if lexicon[w].form == "" {
				t.Errorf("the lexicon lacks %q", w)
			}
		}
	}
}

// An idiom with a group that is not there would match nothing, and fall over.
func TestIdiomsAreWhole(t *testing.T) {
	t.Parallel()
	for _, i := range idioms {
		named := false
		for _, e := range elementsOf(i.phrase) {
			if len(e.words)+len(e.groups) == 0 && e.gap <= 0 {
				t.Errorf("%q has an element that matches nothing", i.phrase)
			}
			for _, group := range e.groups {
				if group == nil {
					t.Errorf("%q names a group that is not there", i.phrase)
				}
			}
			named = named || len(e.words) > 0
		}
		if !named {
			t.Errorf("%q has no word to be found by", i.phrase)
		}
	}
}
