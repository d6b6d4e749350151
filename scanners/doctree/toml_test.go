package doctree

import "testing"

func TestTOMLReading(t *testing.T) {
	t.Parallel()
	checkReadings(t, TOML, []readingCase{
		{"empty", "", "{}\n", 0},
		{"kinds", "a = 1\nb = 1.5\nc = true\nd = \"x\"\ne = 'y'\nf = 1979-05-27\n", `{a:n"1" b:n"1.5" c:b"true" d:s"x" e:s"y" f:s"1979-05-27"}` + "\n", 0},
		{"tables", "[a.b]\nx = 1\n[a]\ny = 2\nz.q = 3\n", `{a:{b:{x:n"1"} y:n"2" z:{q:n"3"}}}` + "\n", 0},
		{"lists of tables", "[[s]]\nn = 1\n[s.env]\nK = 'v'\n[[s]]\nn = 2\n[[s.t]]\nm = 3\n", `{s:[{n:n"1" env:{K:s"v"}} {n:n"2" t:[{m:n"3"}]}]}` + "\n", 0},
		{"inline", "a = {b.c = 1, b.d = [2, {e = 3}], f = {}}\n", `{a:{b:{c:n"1" d:[n"2" {e:n"3"}]} f:{}}}` + "\n", 0},
		{"strings", "a = \"\"\"\nx\\\n   y\\u00e9\"\"\"\nb = '''p\nq'''\n", `{a:s"xyé" b:s"p\nq"}` + "\n", 0},
		{"repeated key", "a = 1\na = 2\n", `{a:n"1" a:n"2"}` + "\n", DuplicateKeys},
		{"table twice", "[a]\nx = 1\n[a]\ny = 2\n", `{a:{x:n"1" y:n"2"}}` + "\n", DuplicateKeys},
		{"quoted keys", "\"a.b\".'c' = 1\n", `{a.b:{c:n"1"}}` + "\n", 0},
	})
}

func TestTOMLRepair(t *testing.T) {
	t.Parallel()
	checkReadings(t, TOML, []readingCase{
		{"no value", "a = 1\nb =\nc = 3\n", "{a:n\"1\" b:! c:n\"3\"}\n2:4 unexpected character U+000A at start of value\n", 0},
		{"open string", "a = \"x\nb = 2\n", "{a:s\"x\" b:n\"2\"}\n1:7 basic strings cannot have new lines\n", 0},
		{"bare value", "a = npx -y # c\nb = 2\n", "{a:s\"npx -y\" b:n\"2\"}\n1:5 expected keyword \"nan\"\n", 0},
		{"open header", "[a\nb = 1\n", "{a:{b:n\"1\"}}\n1:3 expected ']' to close table name\n", 0},
		{"array without comma", "a = [\n \"x\"\n \"y\",\n]\nb = 2\n", "{a:[s\"x\" s\"y\"] b:n\"2\"}\n3:2 expected ',' or ']' after array value\n3:2 missing comma\n", 0},
		{"merge conflict", "<<<<<<< H\na = 1\n=======\na = 2\n>>>>>>> x\n", "{a:n\"1\" a:n\"2\"}\n1:1 unresolved merge conflict; both sides were read\n", DuplicateKeys | MergeMarkers},
	})
}

func TestTOMLPlaces(t *testing.T) {
	t.Parallel()
	src := "[a.b] # x\nk = [ 1, [ \"two\" ] ] # y\n[[c]]\nt = {u = 'v'}\n"
	d := Parse(TOML, []byte(src), Limits{})
	for pointer, want := range map[string]string{
		"/a/b/k": "[ 1, [ \"two\" ] ]", "/a/b/k/1": "[ \"two\" ]", "/a/b/k/1/0": `"two"`, "/c/0/t": "{u = 'v'}", "/c/0/t/u": "'v'",
	} {
		found := d.At(pointer)
		if len(found) != 1 {
			t.Errorf("At(%q) finds %d nodes", pointer, len(found))
			continue
		}
		if s := found[0].Span; src[s.Start:s.End] != want {
			t.Errorf("span of %s holds %q, want %q", pointer, src[s.Start:s.End], want)
		}
	}
}
