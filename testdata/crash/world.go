package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/castellan-app/castellan/app/github/ghsim"
)

// world is what people do on GitHub, and what must come of it.
type world struct {
	sim   *ghsim.Sim
	rand  *rand.Rand
	repos []*repository
	keys  int
}

type repository struct {
	*ghsim.Repo
	branches []*branch
	want     map[string]string // conclusion by head; "" is any: it depends on what was merged when it was judged
	leaked   map[string]bool   // servers whose key the default branch had
}

// branch is one with an open pull request.
type branch struct {
	name   string
	pull   *ghsim.PR
	heads  []string
	leaked map[string]bool
}

const repositories = 4 // each with an owner of its own, as issues per owner and day are capped

var servers = []string{"orders", "lab"}

func newWorld(sim *ghsim.Sim, r *rand.Rand) *world {
	w := &world{sim: sim, rand: r}
	sim.Org("acme", "alice")
	for i := range repositories {
		login := fmt.Sprint("dev", i)
		sim.AddMember("acme", login, "member")
		repo := sim.CreateRepo("acme", fmt.Sprint("app", i), ghsim.RepoOptions{Files: map[string]string{"README.md": "app\n", "CODEOWNERS": "* @" + login + "\n"}})
		sim.SetCollaborator(repo, login, "write")
		w.repos = append(w.repos, &repository{Repo: repo, want: map[string]string{}, leaked: map[string]bool{}})
	}
	return w
}

// settle installs the App and pushes once, so that each repository is known: the
// first push on one that is not opens cases for what it brings only.
func (w *world) settle() {
	w.sim.Install("acme")
	for _, r := range w.repos {
		r.want[w.sim.Push(r.Repo, "main", map[string]string{"a.txt": "1\n"}, "Begin")] = "success"
	}
}

// change is one thing a person does.
func (w *world) change() {
	r := w.repos[w.rand.IntN(len(w.repos))]
	files, leak := w.files()
	switch n := w.rand.IntN(10); {
	case n < 3 || len(r.branches) == 0:
		b := &branch{name: fmt.Sprint("b", w.rand.Uint32()), leaked: map[string]bool{}}
		b.push(w, r, files, leak)
		b.pull = w.sim.OpenPR(r.Repo, ghsim.PROptions{From: b.name, User: "alice"})
		r.branches = append(r.branches, b)
	case n < 5:
		sha := w.sim.Push(r.Repo, "main", files, "Change")
		r.want[sha] = conclusion(leak != "")
		if leak != "" {
			r.leaked[leak] = true
		}
	case n < 8:
		r.branches[w.rand.IntN(len(r.branches))].push(w, r, files, leak)
	default:
		w.finish(r, w.rand.IntN(len(r.branches)), n == 8)
	}
}

func (b *branch) push(w *world, r *repository, files map[string]string, leak string) {
	if leak != "" {
		b.leaked[leak] = true
	}
	sha := w.sim.Push(r.Repo, b.name, files, "Change")
	r.want[sha] = conclusion(len(b.leaked) > 0)
	b.heads = append(b.heads, sha)
}

// finish merges a pull request or closes it. Either way what it leaked has
// leaked; heads that were not judged before are judged against what is there now.
func (w *world) finish(r *repository, i int, merge bool) {
	b := r.branches[i]
	r.branches = append(r.branches[:i], r.branches[i+1:]...)
	sha := w.sim.ClosePR(b.pull, merge)
	if merge {
		r.want[sha] = ""
		for _, head := range b.heads {
			r.want[head] = ""
		}
	}
	for s := range b.leaked {
		if merge {
			r.leaked[s] = true
		}
	}
}

func conclusion(leak bool) string {
	if leak {
		return "failure"
	}
	return "success"
}

// files of a change: half of them touch nothing of AI, some leak a new key.
func (w *world) files() (files map[string]string, leak string) {
	text := fmt.Sprint(w.rand.Uint64(), "\n")
	switch n := w.rand.IntN(10); {
	case n < 5:
		return map[string]string{fmt.Sprintf("src/%d.txt", w.rand.IntN(20)): text}, ""
	case n < 7:
		return map[string]string{"docs/.mcp.json": config(servers[0], "${TOKEN}"), "src/x.txt": text}, ""
	default:
		s := servers[n%2]
		w.keys++
		return map[string]string{s + "/.mcp.json": config(s, w.key())}, s
	}
}

// key is a made-up key, put together so that no scanner takes it for a real one.
func (w *world) key() string {
	const letters = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
	var b strings.Builder
	b.WriteString("ghp_")
	for range 36 {
		b.WriteByte(letters[w.rand.IntN(len(letters))])
	}
	return b.String()
}

func config(server, token string) string {
	return `{
  "mcpServers": {
    "` + server + `": {"command": "npx", "args": ["-y", "acme-` + server + `-mcp@1.0.0"], "env": {"TOKEN": "` + token + `"}}
  }
}
`
}

// redeliver sends again what was not acknowledged, as a person or the gap sweep
// does, and returns how many that were.
func (w *world) redeliver() int {
	w.sim.Wait()
	last := map[string]ghsim.Delivery{}
	taken := map[string]bool{}
	for _, d := range w.sim.Deliveries() {
		last[d.GUID] = d
		taken[d.GUID] = taken[d.GUID] || d.Status == 202
	}
	n := 0
	for guid, d := range last {
		if !taken[guid] {
			w.sim.Redeliver(d.ID)
			n++
			time.Sleep(time.Millisecond)
		}
	}
	return n
}
