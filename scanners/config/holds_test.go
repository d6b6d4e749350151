package config

import (
	"bytes"
	"testing"
)

func FuzzHolds(f *testing.F) {
	f.Add([]byte("a server_url b"), "server_url")
	f.Add([]byte("mcpServer mcpServers"), "mcpServers")
	f.Add([]byte("s"), "server")
	f.Add([]byte(""), "x")
	f.Fuzz(func(t *testing.T, text []byte, word string) {
		if word == "" {
			return
		}
		if got, want := holds(text, word), bytes.Contains(text, []byte(word)); got != want {
			t.Errorf("%q in %q: %v, want %v", word, text, got, want)
		}
	})
}
