package doctree

import (
	"fmt"
	"strings"
	"testing"
)

// benchmarkSource repeats an entry, numbered, up to 512 KiB.
func benchmarkSource(head, entry, tail string) []byte {
	var b strings.Builder
	b.WriteString(head)
	for i := 0; b.Len() < 512<<10; i++ {
		fmt.Fprintf(&b, entry, i)
	}
	b.WriteString(tail)
	return []byte(b.String())
}

func BenchmarkParse(b *testing.B) {
	for _, c := range []struct {
		name   string
		syntax Syntax
		src    []byte
	}{
		{"JSON", JSON, benchmarkSource("{\"mcpServers\": {\n", "    \"server-%d\": {\n      \"command\": \"npx\",\n      \"args\": [\"-y\", \"@acme/server\"],\n      \"env\": {\"TOKEN\": \"${TOKEN}\", \"N\": 12}\n    },\n", "\"x\": 1}}")},
		{"YAML", YAML, benchmarkSource("mcpServers:\n", "  server-%d:\n    command: npx\n    args: [\"-y\", \"@acme/server\"]\n    env:\n      TOKEN: ${TOKEN}\n      N: 12\n", "")},
		{"YAML line by line", YAML, benchmarkSource("mcpServers:\n", "  server-%d:\n    command: npx\n    args: [\"-y\", \"@acme/server\"]\n    env:\n      TOKEN: ${TOKEN}\n      N: 12\n", "x: \"\n")},
		{"TOML", TOML, benchmarkSource("", "[mcp_servers.server-%d]\ncommand = \"npx\"\nargs = [\"-y\", \"@acme/server\"]\nenv = {TOKEN = \"${TOKEN}\", N = 12}\n", "")},
		{"FrontMatter", FrontMatter, []byte("---\nname: x\ntools: [a, b]\n---\n" + strings.Repeat("text\n", 100))},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.src)))
			b.ReportAllocs()
			for b.Loop() {
				Parse(c.syntax, c.src, Limits{})
			}
		})
	}
}

func BenchmarkLocate(b *testing.B) {
	d := Parse(JSON, []byte(`{"k":"`+strings.Repeat(`abc\n`, 1000)+`"}`), Limits{})
	n := d.Roots[0].Get("k")
	b.ReportAllocs()
	for b.Loop() {
		d.Locate(n, 2000, 2010)
	}
}
