package casework

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/castellan-app/castellan/app/owner"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
)

var update = flag.Bool("update", false, "write the golden files")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got; run with -update if it is meant):\n%s", path, diff)
	}
}

func TestGolden(t *testing.T) {
	t.Parallel()
	open := func() *world {
		w := newWorld()
		w.plan(head("a", 0, leakedKey(".cursor/mcp.json", "k"), leakedKey("other.json", "k"), setting(".mcp.json")))
		return w
	}
	for name, make := range map[string]func() *world{
		"open.md": open,
		"rotation.md": func() *world {
			w := open()
			w.plan(head("b", 1))
			return w
		},
		"attested.md": func() *world {
			w := open()
			w.plan(head("b", 1))
			w.closeAs("mia", "completed", 2)
			w.plan(nil)
			return w
		},
		"changed.md": func() *world {
			w := open()
			o := head("a", 1, leakedKey(".cursor/mcp.json", "k"))
			o.Version, o.Blobs[".mcp.json"] = "v2", "blob of a"
			w.plan(o)
			return w
		},
		"unowned.md": func() *world {
			w := newWorld()
			w.ctx.Owner = owner.Resolution{Status: owner.None}
			w.plan(elsewhere(PullRequest, func(o *Observation) { o.Unmerged = true }, leakedKey("a.json", "k")))
			return w
		},
	} {
		w := make()
		golden(t, name, w.live.Title+"\n\n"+w.live.Body+"\n")
	}
	w := open()
	w.closeAs("mia", "completed", 1)
	w.plan(head("b", 2, setting(".mcp.json")))
	golden(t, "persisting.md", w.says[0])
	w = open()
	w.closeAs("mia", "not_planned", 1)
	w.plan(nil)
	w.plan(head("b", 2, setting("new.json")))
	golden(t, "declined.md", w.says[0])
	golden(t, "reopened.md", w.says[1])
	w = open()
	w.closeAs("mia", "completed", 1)
	w.plan(head("b", 2))
	golden(t, "unconfirmed.md", w.says[0])
}

// TestNeitherHashLengthExcerptNorAuthorIsTold is lesson 27.
func TestNeitherHashLengthExcerptNorAuthorIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.plan(head("a", 0, leakedKey("a.json", "k")))
	w.plan(head("b", 1))
	w.closeAs("mia", "not_planned", 2)
	w.plan(nil)
	all := w.live.Title + strings.Join(w.bodys, "") + strings.Join(w.says, "")
	for _, canary := range []string{sum("k"), "k00000000", "31337", "canary"} {
		if strings.Contains(all, canary) {
			t.Errorf("%s is told:\n%s", canary, all)
		}
	}
	if stored := fmt.Sprintf("%+v", w.c); strings.Contains(stored, "canary") {
		t.Errorf("stored: %s", stored)
	}
}

// hostile are strings as a stranger would choose them; all hold EVIL.
func hostile() []string {
	return []string{
		"\x1b[2JEVIL\x07", "EVIL\r\n- [x] EVIL\n# EVIL\n", "EVIL\u202egnp\u2066\u200b", "EVIL\x00\xff\xfe",
		"`EVIL` `` ``` EVIL`", "``EVIL", " EVIL ", "@EVIL/team #1 GH-1 EVIL/repo#2 1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d",
		"<script>EVIL</script><!-- EVIL", "<!-- castellan:end -->EVIL<!-- castellan:case=EVIL -->", "![EVIL](https://evil.example/x.png) www.evil.example",
		"</details>EVIL\n\n---\n", strings.Repeat("EVIL ", 4000), strings.Repeat("`", 300) + "EVIL", "\\EVIL\\", "/EVIL approve\n/approve", "検索EVIL🧨",
	}
}

// stained is a world in which s stands wherever a stranger can put it.
func stained(s string) *world {
	w := newWorld()
	w.c.Name = s
	f, g := leakedKey(s, "k"), setting(s)
	for _, f := range []*scan.Finding{&f, &g} {
		f.Server, f.Slot, f.Client, f.Pointer = s, s, s, s
		f.Message = scanners.Text{{Text: "The server "}, {Text: s, Code: true}, {Text: s, Code: true}, {Text: " of "}, {Text: s, Code: true}}
		f.Fix = f.Message
		f.Origin.Commit = s
		f.Fingerprint = f.Finding.Fingerprint()
	}
	f.Credential.Provider, f.Credential.Kind = s, s
	w.ctx.Owner.Why, w.ctx.Owner.Mentions[0].Name, w.ctx.Owner.Assignees[0].Name = s, s, s
	w.ctx.Owner.Trace = []owner.Outcome{{Source: owner.FromCodeowners, Entry: s, Why: "line 3", Result: "no user and no team", Dead: true}}
	w.ctx.Owner.Why = "line 3 of CODEOWNERS"
	w.plan(head("a", 0, f, g))
	return w
}

// outsideCode is a line without its code spans, read as CommonMark 6.1 says.
func outsideCode(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		if s[i] != '`' {
			b.WriteByte(s[i])
			i++
			continue
		}
		n := run(s[i:])
		end := -1
		for j := i + n; j < len(s); j++ {
			if s[j] == '`' {
				m := run(s[j:])
				if m == n {
					end = j
					break
				}
				j += m - 1
			}
		}
		if end < 0 {
			b.WriteString(s[i : i+n])
			i += n
		} else {
			i = end + n
		}
	}
	return b.String()
}

func run(s string) int { return len(s) - len(strings.TrimLeft(s, "`")) }

// harmless says what is wrong with a text; "" if nothing is.
func harmless(text string) string {
	if !utf8.ValidString(text) {
		return "not UTF-8"
	}
	if len(text) > maxBody {
		return fmt.Sprintf("%d bytes", len(text))
	}
	for line := range strings.SplitSeq(text, "\n") {
		rest := outsideCode(line)
		for _, own := range []string{start("c1"), markerEnd, "@acme/platform", "- [ ] ", "- [x] ", "### "} {
			rest = strings.ReplaceAll(rest, own, "")
		}
		if strings.Contains(rest, "EVIL") || strings.ContainsAny(rest, "`@#<>[]\x1b\x00\r") || strings.Contains(rest, "://") {
			return fmt.Sprintf("%.200q in %.300q", rest, line)
		}
	}
	return ""
}

func TestHostileStringsStayInCode(t *testing.T) {
	t.Parallel()
	for _, s := range hostile() {
		w := stained(s)
		w.plan(head("b", 1))
		w.closeAs(s, "not_planned", 2)
		w.plan(nil)
		for _, text := range append(append(w.bodys, w.says...), w.live.Title) {
			if bad := harmless(text); bad != "" {
				t.Errorf("%.40q: %s", s, bad)
			}
		}
		if len(w.live.Title) > 256 || len(w.says) != 1 {
			t.Errorf("%.40q: title of %d bytes, %d comments", s, len(w.live.Title), len(w.says))
		}
		if id, ok := Marked(w.live.Body); !ok || id != "c1" || strings.Count(w.live.Body, markerEnd) != 1 {
			t.Errorf("%.40q: marked %q", s, id)
		}
	}
}

func TestAnyStringStaysInCode(t *testing.T) {
	t.Parallel()
	alphabet := rapid.StringOfN(rapid.RuneFrom([]rune("`|\\ @#<>[]!*_~$-\n\r\tEVIL\u202e\x00é")), 1, 40, -1)
	rapid.Check(t, func(t *rapid.T) {
		s := alphabet.Draw(t, "s")
		w := stained(s)
		for _, text := range append(w.bodys, w.live.Title) {
			if mentionable(s) {
				text = strings.ReplaceAll(text, "@"+s+".", "")
			}
			if bad := harmless(text); bad != "" {
				t.Fatalf("%q: %s", s, bad)
			}
		}
	})
}

// many is n findings of each kind, each a key of its own.
func many(n int, s string) []scan.Finding {
	var all []scan.Finding
	for i := range n {
		f, g := leakedKey(fmt.Sprintf("dir/%d/%s/a.json", i, s), fmt.Sprint(i)), setting(fmt.Sprintf("dir/%d/%s/b.json", i, s))
		f.Rule = fmt.Sprintf("mcp-secret-in-env-%d", i)
		all = append(all, f, g)
	}
	return all
}

func TestBodyIsWithinItsLimit(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 20, 100, 600} {
		for _, s := range []string{"x", strings.Repeat("`", 190), strings.Repeat("é\u202e", 100)} {
			w := newWorld()
			w.plan(head("a", 0, many(n, s)...))
			w.ctx.Owner.Trace = make([]owner.Outcome, 60)
			for i := range w.ctx.Owner.Trace {
				w.ctx.Owner.Trace[i] = owner.Outcome{Entry: s, Why: s, Result: s, Dead: true}
			}
			for limit := minBody; limit <= maxBody; limit += limit - 1 {
				p := &planner{c: w.c, ctx: w.ctx}
				_, body, _ := Render(p.view(limit))
				if len(body) > limit {
					t.Errorf("%d of %.10q: %d bytes, limit %d", n, s, len(body), limit)
				}
				if !strings.HasPrefix(body, start("c1")) || !strings.HasSuffix(body, markerEnd) {
					t.Errorf("%d of %.10q at %d: no markers", n, s, limit)
				}
				if bad := harmless(body); bad != "" {
					t.Errorf("%d of %.10q at %d: %s", n, s, limit, bad)
				}
				if n == 600 && !strings.Contains(body, "Left out because GitHub takes no more: ") {
					t.Errorf("%d of %.10q at %d: does not say what was cut", n, s, limit)
				}
			}
			if n == 600 && w.c.Untracked != 200 {
				t.Errorf("%d untracked", w.c.Untracked)
			}
		}
	}
}

func TestRotationComesFirst(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.plan(head("a", 0, setting("a.json"), leakedKey("z.json", "k"), leakedKey("y.json", "k")))
	body := w.live.Body
	revoke, other := strings.Index(body, "- [ ] **Revoke**"), strings.Index(body, "- [ ] At `a.json:3`")
	if revoke < 0 || other < revoke || strings.Count(body, "**Revoke**") != 1 || !strings.Contains(body, "and 1 more place") || strings.Contains(body, "Revoke it at GitHub") {
		t.Errorf("%d %d:\n%s", revoke, other, body)
	}
}

func BenchmarkPlan(b *testing.B) {
	w := newWorld()
	w.plan(head("a", 0, many(500, "x")...))
	o := head("b", 1, many(500, "x")...)
	b.ReportAllocs()
	for b.Loop() {
		if actions, _ := Plan(w.c, o, w.live, w.ctx); len(actions) > 1 {
			b.Fatal(len(actions))
		}
	}
}
