package casework

import (
	"fmt"
	"strings"
	"testing"

	"github.com/castellan-app/castellan/app/scan"
)

// TestGoldenRollUp: one more integration than the cap allows is fixed, two are
// not.
func TestGoldenRollUp(t *testing.T) {
	t.Parallel()
	e := newEstate(1, "npm:orders-mcp", "npm:@acme/search-mcp", "host:mcp.acme.example", "local:tools/mcp.json#db")
	key, set := about("npm:@acme/search-mcp", leakedKey(".cursor/mcp.json", "k")), about("local:tools/mcp.json#db", setting("mcp.json"))
	fixed, own := about("host:mcp.acme.example", setting(".mcp.json")), about("npm:orders-mcp", setting(".mcp.json"))
	for f, path := range map[*scan.Finding]string{&key: ".cursor/mcp.json", &set: "tools/mcp.json", &fixed: ".mcp.json", &own: ".vscode/mcp.json"} {
		f.Path = path
		f.Fingerprint = f.Finding.Fingerprint()
	}
	e.run(head("a", 0, own, key, set, fixed))
	e.run(head("b", 1, own, key, set))
	golden(t, "rollup.md", e.up.live.Title+"\n\n"+e.up.live.Body+"\n")
}

// TestTheRollUpNamesTen: whoever has hundreds finds all in the rows.
func TestTheRollUpNamesTen(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{
		1:  "1 further integration in `acme/app`: **1 high**.\n\nThis issue stands for `i00`, as",
		10: "`i08` and `i09`, as",
		11: "`i09` and `i10`, as",
		12: "`i09` and 2 more, as",
	} {
		e := newEstate(0)
		var all []scan.Finding
		for i := range n {
			id := fmt.Sprintf("i%02d", i)
			all = append(all, about(id, setting("mcp.json")))
			e.add(id)
		}
		e.run(head("a", 0, all...))
		if !strings.Contains(e.up.live.Body, want) {
			t.Errorf("%d do not say %q:\n%s", n, want, e.up.live.Body)
		}
	}
}

func TestHostileIntegrationsStayInCode(t *testing.T) {
	t.Parallel()
	for _, s := range hostile() {
		e := newEstate(0, s, "b")
		e.up.c.ID = "c1"
		e.run(head("a", 0, about(s, setting("x.json")), about(s, leakedKey("x.json", "k")), about("b", setting("x.json"))))
		e.run(head("b", 1, about("b", setting("x.json"))))
		e.up.closeAs("mia", "not_planned", 2)
		e.run(nil)
		for _, text := range append(append(e.up.bodys, e.up.says...), e.up.live.Title) {
			if bad := harmless(text); bad != "" {
				t.Errorf("%.40q: %s", s, bad)
			}
		}
	}
}

func TestTheRollUpIsWithinItsLimit(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"x", strings.Repeat("`", 190), strings.Repeat("é\u202e", 100)} {
		e := newEstate(0)
		e.up.c.ID = "c1"
		var all []scan.Finding
		for i, f := range many(100, s) {
			id := fmt.Sprint(s, i/2)
			if all = append(all, about(id, f)); i%2 == 0 {
				e.add(id)
			}
		}
		e.run(head("a", 0, all...))
		for limit := minBody; limit <= maxBody; limit += limit - 1 {
			p := &planner{c: e.up.c, ctx: e.up.ctx}
			_, body, _ := Render(p.view(limit))
			if len(body) > limit {
				t.Errorf("%.10q: %d bytes, limit %d", s, len(body), limit)
			}
			if bad := harmless(body); bad != "" {
				t.Errorf("%.10q at %d: %s", s, limit, bad)
			}
		}
	}
}
