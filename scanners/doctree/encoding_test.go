package doctree

import (
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"
)

// encode writes text in UTF-16 or UTF-32.
func encode(text string, order binary.AppendByteOrder, width int) []byte {
	var out []byte
	if width == 4 {
		for _, r := range text {
			out = order.AppendUint32(out, uint32(r))
		}
		return out
	}
	for _, u := range utf16.Encode([]rune(text)) {
		out = order.AppendUint16(out, u)
	}
	return out
}

func TestEncodings(t *testing.T) {
	t.Parallel()
	for syntax, c := range map[Syntax]struct{ text, want string }{
		JSON: {"{\"k\": \"é😀\"}", "{k:s\"é😀\"}\n"},
		YAML: {"# a note\nkey: é😀\n", "{key:s\"é😀\"}\n"},
		TOML: {"k = \"é😀\"\n", "{k:s\"é😀\"}\n"},
	} {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			for _, width := range []int{2, 4} {
				for mark, traits := range map[string]Trait{"": UTF16, "\ufeff": UTF16 | ByteOrderMark} {
					d := Parse(syntax, encode(mark+c.text, order, width), Limits{})
					if got := report(d); got != c.want || d.Traits != traits || string(d.Source) != c.text {
						t.Errorf("syntax %d, %v, %d bytes, mark %q: read %q with traits %b from %q", syntax, order, width, mark, got, d.Traits, d.Source)
					}
					checkTree(t, d)
					checkPlain(t, d)
				}
			}
		}
	}
}

func TestEncodingsWithoutManyNULBytes(t *testing.T) {
	t.Parallel()
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		src := encode("// "+strings.Repeat("設定ファイル。", 1000)+"\n{\"k\": 1}", order, 2)
		if got := outlines(Parse(JSON, src, Limits{})); got != `{k:n"1"}` {
			t.Errorf("%v, mostly another script: read %q", order, got)
		}
		src = append(encode("{\"k\": \"value\"}\n", order, 2), '\n')
		if got := outlines(Parse(JSON, src, Limits{})); got != `{k:s"value"}` {
			t.Errorf("%v, with an odd byte: read %q", order, got)
		}
	}
}

// What is not surely another encoding stays as it is, and NUL bytes in it are
// told.
func TestNULBytesAreNoEncoding(t *testing.T) {
	t.Parallel()
	for _, src := range []string{
		`{"k":1}` + strings.Repeat("\x00", 9), strings.Repeat("\x00", 8) + `{"k":1}`, "{\x00\"k\": \"a value\"}  ", "{\x00\x00\"k\x00\x00\":1} ",
		"{\"k\"\x00:\"abc\x00\x00\x00\"}", string(encode(`{"k":1}`, binary.LittleEndian, 2)) + `"more of it in another encoding"`,
	} {
		d := Parse(JSON, []byte(src), Limits{})
		if len(d.Errors) == 0 || d.Traits&UTF16 != 0 || string(d.Source) != src {
			t.Errorf("%q: errors %v, traits %b", src, d.Errors, d.Traits)
		}
	}
	for _, src := range []string{"", "\x00", "a\x00", "\x00a", "\xff\xfe", "\xff\xfe\x00\x00\x01", "\x00\x00\xfe\xff\x7f\xff\xff\xff"} {
		checkTree(t, Parse(JSON, []byte(src), Limits{}))
	}
}
