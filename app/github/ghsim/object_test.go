package ghsim

import (
	"fmt"
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// flatten lists a tree's files with their blobs.
func (o *objects) flatten(prefix, tree string, into map[string]string) map[string]string {
	for _, e := range o.trees[tree] {
		if e.isDir() {
			o.flatten(prefix+e.name+"/", e.sha, into)
			continue
		}
		into[prefix+e.name] = e.sha
	}
	return into
}

// A tree built change by change has the files a plain map has, and diff finds
// what differs between two of them.
func TestTreesFollowAMap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o := newObjects("")
		tree, model := "", map[string]string{}
		for range rapid.IntRange(1, 6).Draw(t, "pushes") {
			before, old := tree, maps.Clone(model)
			changes := map[string]leaf{}
			for range rapid.IntRange(1, 5).Draw(t, "files") {
				// No name is a file here and a folder there.
				path := rapid.SampledFrom([]string{"f", "d/f", "d/e/f", "d/e/g", "d.x/f", "d0/f", "z"}).Draw(t, "path")
				if rapid.Bool().Draw(t, "delete") {
					changes[path] = leaf{deleted: true}
					delete(model, path)
					continue
				}
				sha := o.put("blob", []byte(rapid.SampledFrom([]string{"1", "2", "3"}).Draw(t, "content")))
				changes[path] = leaf{mode: "100644", sha: sha}
				model[path] = sha
			}
			var err error
			if tree, err = o.apply(tree, changes); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(model, o.flatten("", tree, map[string]string{})); d != "" {
				t.Fatal(d)
			}
			found := map[string]string{}
			for _, d := range o.diff(before, tree) {
				found[d.path] = d.old.sha + ">" + d.new.sha
			}
			want := map[string]string{}
			for _, side := range []map[string]string{old, model} {
				for path := range side {
					if old[path] != model[path] {
						want[path] = old[path] + ">" + model[path]
					}
				}
			}
			if d := cmp.Diff(want, found); d != "" {
				t.Fatal(d)
			}
		}
	})
}

func TestHistoryOfABranch(t *testing.T) {
	t.Parallel()
	o := newObjects("")
	at := func(parents ...string) string {
		return o.putCommit(commit{message: fmt.Sprint(len(o.commits)), parents: parents}).sha
	}
	root := at()
	a := at(root)
	b := at(a)
	side := at(a)
	merge := at(b, side)
	for _, tc := range []struct{ x, y, want string }{
		{b, side, a}, {merge, side, side}, {root, merge, root}, {merge, merge, merge}, {b, at(), ""},
	} {
		if got := o.mergeBase(tc.x, tc.y); got != tc.want {
			t.Errorf("merge base of %s and %s = %s, want %s", tc.x, tc.y, got, tc.want)
		}
	}
	var got []string
	for _, c := range o.between(b, merge) {
		got = append(got, c.sha)
	}
	if d := cmp.Diff([]string{side, merge}, got); d != "" {
		t.Error(d)
	}
}
