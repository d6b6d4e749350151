package ghsim_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"testing"

	"github.com/castellan-app/castellan/app/github/ghsim"
)

// What the simulation itself costs: to be taken off what a benchmark over it
// measures.
func BenchmarkSim(b *testing.B) {
	s := ghsim.New(b, ghsim.Options{Quiet: true})
	r := s.CreateRepo("acme", "shop", ghsim.RepoOptions{})
	id := s.Install("acme")
	var commits []ghsim.Commit
	for i := range 1000 {
		commits = append(commits, ghsim.Commit{Files: map[string]string{fmt.Sprintf("d%d/f%d.txt", i%20, i%200): fmt.Sprint(i)}})
	}
	s.PushCommits(r, "main", commits...)
	c := installed(b, s, id, nil)
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte("x-access-token:"+c.auth))
	files := func(i int) map[string]string {
		out := map[string]string{}
		for n := range 10 {
			out[fmt.Sprintf("d%d/new%d", n, n)] = fmt.Sprint(i)
		}
		return out
	}
	b.Run("repository", func(b *testing.B) {
		for b.Loop() {
			c.call(http.StatusOK, "GET", "/repos/acme/shop", nil)
		}
	})
	b.Run("check run", func(b *testing.B) {
		head := r.Head("main")
		for b.Loop() {
			c.call(http.StatusCreated, "POST", "/repos/acme/shop/check-runs", object{"name": "Castellan", "head_sha": head})
		}
	})
	b.Run("push of 10 files", func(b *testing.B) {
		i := 0
		for b.Loop() {
			s.Push(r, "feature", files(i), "x")
			i++
		}
	})
	b.Run("git info/refs", func(b *testing.B) {
		for b.Loop() {
			c.call(http.StatusOK, "GET", s.URL+"/acme/shop.git/info/refs?service=git-upload-pack", nil, "Authorization", basic)
		}
	})
}
