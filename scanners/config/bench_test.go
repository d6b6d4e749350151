package config

import (
	"fmt"
	"strings"
	"testing"

	"github.com/castellan-app/castellan/scanners"
)

// manyServers is a legal file of n servers on lines of their own.
func manyServers(n int) []byte {
	var b strings.Builder
	b.WriteString("{\"mcpServers\": {\n")
	for i := range n {
		if i > 0 {
			b.WriteString(",\n")
		}
		fmt.Fprintf(&b, "  \"server-%d\": {\"command\": \"npx\", \"args\": [\"-y\", \"pkg-mcp-%d@1.0.%d\", \"--verbose\"], \"env\": {\"LOG_LEVEL\": \"info\", \"API_TOKEN\": \"${API_TOKEN_%d}\"}}", i, i, i%10, i)
	}
	b.WriteString("\n}}\n")
	return []byte(b.String())
}

// What is not said any more is masked all the same: in excerpts and in
// sightings.
func TestCredentialsBeyondTheBoundAreMasked(t *testing.T) {
	t.Parallel()
	secret := func(i int) string { return fmt.Sprintf("Zk8vQ2mN7x%05dtLpW9sYc3Hd6", i) }
	var b strings.Builder
	b.WriteString(`{"mcpServers":{`)
	for i := range maxHits {
		fmt.Fprintf(&b, `"s%d":{"command":"x","args":["--pin",%q,"--token",%q]},`, i, secret(2*i), secret(2*i+1))
	}
	b.WriteString(`"z":{"command":"x"}}}`)
	r := scan(t, ".mcp.json", b.String())
	if len(r.Findings) != maxHits || !strings.Contains(r.Incomplete, "findings") {
		t.Errorf("%d findings, incomplete %q", len(r.Findings), r.Incomplete)
	}
	shown := fmt.Sprintf("%+v", r)
	for i := range 2 * maxHits {
		if strings.Contains(shown, secret(i)) {
			t.Fatalf("credential %d is shown", i)
		}
	}
}

func TestServersBeyondTheBoundAreTold(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]bool{maxServers: false, maxServers + 1: true} {
		r := scan(t, ".mcp.json", string(manyServers(n)))
		if got := strings.Contains(r.Incomplete, "servers"); got != want || len(r.Sightings) != maxServers+1 {
			t.Errorf("%d servers: %d sightings, incomplete %q", n, len(r.Sightings), r.Incomplete)
		}
	}
}

func BenchmarkManyServers(b *testing.B) {
	h := hasher(b)
	for _, n := range []int{4000, 20000} {
		data := manyServers(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				New().Scan(scanners.File{Path: ".mcp.json", Data: data}, h)
			}
		})
	}
}
