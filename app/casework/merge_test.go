package casework

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestPeoplesTextIsKept(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.plan(head("a", 0, setting("a.json")))
	w.live.Body = strings.ReplaceAll("Before.\n\n"+strings.Replace(w.live.Body, box+"At", "- [x] At", 1)+"\n\nAfter: we are on it.", "\n", "\r\n")
	if got := w.plan(nil); got != "" {
		t.Errorf("text around ours, a ticked box and carriage returns: %q", got)
	}
	w.live.Body = strings.Replace(w.live.Body, "### Findings", "### Mine now", 1)
	if got := w.plan(nil); got != "update" || !strings.Contains(w.live.Body, "### Findings") {
		t.Errorf("our part is edited: %q", got)
	}
	w.plan(head("b", 1, setting("a.json"), setting("b.json")))
	body := w.live.Body
	if !strings.HasPrefix(body, "Before.\r\n\r\n"+start("c1")) || !strings.HasSuffix(body, markerEnd+"\r\n\r\nAfter: we are on it.") {
		t.Errorf("not kept:\n%q", body)
	}
	if !strings.Contains(body, "- [x] At `a.json:3`") || !strings.Contains(body, "- [ ] At `b.json:3`") {
		t.Errorf("boxes:\n%s", body)
	}
}

func TestRemovedMarkers(t *testing.T) {
	t.Parallel()
	for _, live := range []string{"", "all is mine", markerEnd, start("c1") + " no end", start("other") + "x" + markerEnd} {
		once := Merge(live, start("c1")+"ours"+markerEnd, "c1")
		if want := start("c1") + "ours" + markerEnd + "\n\n" + live; strings.TrimSpace(want) != once && want != once {
			t.Errorf("%q: %q", live, once)
		}
		if twice := Merge(once, start("c1")+"ours"+markerEnd, "c1"); twice != once {
			t.Errorf("%q: %q and then %q", live, once, twice)
		}
	}
}

// TestTitleIsPresentationOnly is lesson 2.
func TestTitleIsPresentationOnly(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.plan(head("a", 0, setting("a.json")))
	w.live.Title = "Ours since yesterday"
	if got := w.plan(head("b", 1, setting("a.json"), leakedKey("b.json", "k"))); got != "update" || w.live.Title != "Ours since yesterday" {
		t.Errorf("%q, title %q", got, w.live.Title)
	}
	if got := w.plan(nil); got != "" {
		t.Errorf("again %q", got)
	}
}

func TestNoRoomForOurs(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.plan(head("a", 0, setting("a.json")))
	w.live.Body += strings.Repeat("é", maxBody-minBody)
	if got := w.plan(head("b", 1, setting("b.json"))); got != "update" || len([]rune(w.live.Body)) > maxBody {
		t.Errorf("%q, %d characters", got, len([]rune(w.live.Body)))
	}
	w.live.Body += strings.Repeat("é", 1000)
	if got := w.plan(head("c", 2, setting("c.json"))); got != "" || w.c.Reason == "" {
		t.Errorf("%q, %q", got, w.c.Reason)
	}
}

func TestMarked(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"x " + start("c1") + " y": "c1",
		start("") + "x":           "",
		start("a b"):              "",
		start("<b>"):              "",
		markerStart + strings.Repeat("a", 65) + markerClose: "",
		markerStart + "c1": "",
		"none":             "",
		markerStart + strings.Repeat("a", 64) + markerClose: strings.Repeat("a", 64),
	} {
		if got, ok := Marked(body); ok != (want != "") || ok && got != want {
			t.Errorf("%.40q: %q %v", body, got, ok)
		}
	}
}

// TestMergeKeepsWhatIsNotOurs: whatever people leave, their text survives any
// number of updates, and a second one changes nothing.
func TestMergeKeepsWhatIsNotOurs(t *testing.T) {
	t.Parallel()
	piece := rapid.SampledFrom([]string{"text", "\r\n", "\n", start("c1"), markerEnd, box + "a\n", ticked + "a\n", "é", "<!--", "-->"})
	ours := start("c1") + "\n" + box + "a\n" + box + "b\n" + markerEnd
	rapid.Check(t, func(t *rapid.T) {
		live := strings.Join(rapid.SliceOfN(piece, 0, 12).Draw(t, "live"), "")
		before, old, after := parts(live, "c1")
		if before+old+after != live {
			t.Fatalf("%q is cut into %q %q %q", live, before, old, after)
		}
		once := Merge(live, ours, "c1")
		if !strings.HasPrefix(once, before) || !strings.HasSuffix(once, after) {
			t.Fatalf("%q became %q", live, once)
		}
		if diff := cmp.Diff(once, Merge(once, ours, "c1")); diff != "" {
			t.Fatalf("%q (-once +twice):\n%s", live, diff)
		}
	})
}
