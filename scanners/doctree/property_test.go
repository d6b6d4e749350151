package doctree

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// printer writes a random JSON document with random spelling and notes the
// text of every scalar by its pointer.
type printer struct {
	t     *rapid.T
	out   strings.Builder
	texts map[string]string
}

func (p *printer) space() {
	p.out.WriteString(rapid.SampledFrom([]string{"", "", " ", "\n", "\t", "\r\n", "/* c */", "// c\n", "# c\n"}).Draw(p.t, "space"))
}

func (p *printer) value(pointer string, depth int) {
	kind := rapid.IntRange(0, 5).Draw(p.t, "kind")
	if depth == 0 {
		kind %= 4
	}
	switch kind {
	case 0:
		p.word(pointer, rapid.SampledFrom([]string{"true", "false", "null", "NaN", "0x1F"}).Draw(p.t, "word"))
	case 1:
		p.word(pointer, fmt.Sprint(rapid.Int().Draw(p.t, "number")))
	case 2, 3:
		text := rapid.String().Draw(p.t, "text")
		p.texts[pointer] = text
		p.quote(text)
	case 4:
		p.list(pointer, depth)
	default:
		p.object(pointer, depth)
	}
}

func (p *printer) word(pointer, text string) {
	p.texts[pointer] = text
	p.out.WriteString(text)
}

func (p *printer) list(pointer string, depth int) {
	p.out.WriteByte('[')
	n := rapid.IntRange(0, 4).Draw(p.t, "items")
	for i := range n {
		p.space()
		p.value(fmt.Sprintf("%s/%d", pointer, i), depth-1)
		p.space()
		p.comma(i, n)
	}
	p.space()
	p.out.WriteByte(']')
}

func (p *printer) object(pointer string, depth int) {
	p.out.WriteByte('{')
	n := rapid.IntRange(0, 4).Draw(p.t, "members")
	for i := range n {
		key := fmt.Sprintf("%d%s", i, rapid.String().Draw(p.t, "key"))
		p.space()
		p.quote(key)
		p.space()
		p.out.WriteByte(':')
		p.space()
		p.value(pointer+"/"+strings.NewReplacer("~", "~0", "/", "~1").Replace(key), depth-1)
		p.space()
		p.comma(i, n)
	}
	p.space()
	p.out.WriteByte('}')
}

func (p *printer) comma(i, n int) {
	if i+1 < n || rapid.Bool().Draw(p.t, "trailing comma") {
		p.out.WriteByte(',')
	}
}

// quote writes a string in either quotes with escapes chosen at random.
func (p *printer) quote(text string) {
	quote := rapid.SampledFrom([]rune{'"', '"', '\''}).Draw(p.t, "quote")
	p.out.WriteRune(quote)
	for _, r := range text {
		switch {
		case r == quote || r == '\\':
			p.out.WriteByte('\\')
			p.out.WriteRune(r)
		case r < ' ' || r < 0x10000 && r != 0xFFFD && rapid.IntRange(0, 7).Draw(p.t, "escape") == 0:
			fmt.Fprintf(&p.out, `\u%04x`, r)
		default:
			p.out.WriteRune(r)
		}
	}
	p.out.WriteRune(quote)
}

func TestRandomJSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := printer{t: t, texts: map[string]string{}}
		p.value("", 4)
		src := p.out.String()
		d := Parse(JSON, []byte(src), Limits{})
		if len(d.Errors) > 0 || len(d.Roots) != 1 {
			t.Fatalf("%q: %d roots, errors %v", src, len(d.Roots), messages(d))
		}
		got := map[string]string{}
		d.Walk(func(n *Node) bool {
			if n.Kind != Map && n.Kind != List {
				got[n.Pointer()] = n.Text
				checkPart(t, d, n)
			}
			return true
		})
		if diff := cmp.Diff(p.texts, got); diff != "" {
			t.Fatalf("reading %q (-printed +read):\n%s", src, diff)
		}
	})
}

func messages(d *Document) []string {
	var all []string
	for _, e := range d.Errors {
		all = append(all, e.Message)
	}
	return all
}

// checkPart locates a random part of whole runes and decodes what is there.
func checkPart(t *rapid.T, d *Document, n *Node) {
	runes := []rune(n.Text)
	i := rapid.IntRange(0, len(runes)).Draw(t, "from")
	j := rapid.IntRange(i, len(runes)).Draw(t, "to")
	from, to := len(string(runes[:i])), len(string(runes[:j]))
	s := d.Locate(n, from, to)
	if n.Kind != String {
		if got := string(d.Source[s.Start:s.End]); got != n.Text[from:to] {
			t.Fatalf("%q located at %q", n.Text[from:to], got)
		}
		return
	}
	var out sink
	unescapeJSON(string(d.Source), s.Start, s.End, &out)
	if string(out.text) != n.Text[from:to] {
		t.Fatalf("%q of %q located at %q", n.Text[from:to], n.Text, d.Source[s.Start:s.End])
	}
}

// Any JSON is YAML, bar what YAML does not let into its text; so both readers
// must agree on what encoding/json writes.
func TestReadersAgree(t *testing.T) {
	t.Parallel()
	word := rapid.StringMatching(`[ -~é]{0,12}`)
	rapid.Check(t, func(t *rapid.T) {
		value := map[string]any{
			"m": rapid.MapOf(word, word).Draw(t, "map"),
			"l": rapid.SliceOf(word).Draw(t, "list"),
			"n": rapid.IntRange(-9, 9).Draw(t, "number"),
		}
		src, err := json.MarshalIndent(value, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		want := outlines(Parse(JSON, src, Limits{}))
		d := Parse(YAML, src, Limits{})
		if got := outlines(d); got != want {
			t.Fatalf("%s\nYAML %s\nJSON %s\n%v", src, got, want, messages(d))
		}
	})
}

func TestDeterminism(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		src := []byte(rapid.StringMatching("([a-c:\\-{}\\[\\]\",'|>&*#= \n\t]|\\\\|<<: ){0,60}").Draw(t, "source"))
		for _, syntax := range []Syntax{JSON, YAML, TOML, FrontMatter} {
			if a, b := report(Parse(syntax, src, Limits{})), report(Parse(syntax, src, Limits{})); a != b {
				t.Fatalf("%q reads as\n%s\nand as\n%s", src, a, b)
			}
		}
	})
}
