package github

import (
	"io"
	"net/http"
	"testing"
)

// BenchmarkCall is one call down the whole stack to a server in this process,
// beside the same request by net/http alone.
func BenchmarkCall(b *testing.B) {
	f := newFake(b)
	body := `{"id":5,"name":"shop","owner":{"login":"acme"},"default_branch":"main"}`
	var full, unchanged int
	f.handle("GET /repos/acme/shop", tagged(&body, true, "W/", &full, &unchanged))
	f.handle("GET /repos/acme/shop/issues/1", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) })
	c := f.app(b).Installation(1)
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			if _, err := c.Issue(b.Context(), acme, 1); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("unchanged", func(b *testing.B) {
		for b.Loop() {
			if _, err := c.Repository(b.Context(), "acme", "shop"); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("net-http", func(b *testing.B) {
		for b.Loop() {
			resp, err := http.Get(f.url + apiPrefix + "/repos/acme/shop/issues/1")
			if err != nil {
				b.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
		}
	})
}
