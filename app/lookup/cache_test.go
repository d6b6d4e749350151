package lookup

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/castellan-app/castellan/db"
	"github.com/castellan-app/castellan/db/dbtest"
)

// conform is what every cache has to do.
func conform(t *testing.T, c Cache) {
	t.Helper()
	ctx := t.Context()
	if _, ok, err := c.Get(ctx, "npm/a"); ok || err != nil {
		t.Errorf("an empty cache has %t, %v", ok, err)
	}
	for _, e := range []Entry{
		{Key: "npm/a", Body: `{"State":"present"}`, FetchedAt: noon},
		{Key: "npm/a", Body: `{"State":"absent"}`, FetchedAt: noon.Add(time.Hour), FirstAbsent: noon, LastAbsent: noon.Add(time.Hour)},
		{Key: "github/a/b", FetchedAt: noon},
	} {
		if err := c.Put(ctx, e); err != nil {
			t.Fatal(err)
		}
		got, ok, err := c.Get(ctx, e.Key)
		if diff := cmp.Diff(e, got); !ok || err != nil || diff != "" {
			t.Errorf("%t, %v: %s", ok, err, diff)
		}
	}
}

func TestMemory(t *testing.T) {
	t.Parallel()
	conform(t, &Memory{})
}

func TestStored(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *db.Store) {
		c := Stored{Store: s}
		conform(t, c)
		put := func(key string, first, last time.Duration) {
			t.Helper()
			if err := c.Put(t.Context(), Entry{Key: key, FetchedAt: noon, FirstAbsent: noon.Add(first), LastAbsent: noon.Add(last)}); err != nil {
				t.Fatal(err)
			}
		}
		put("npm/once", -11*time.Minute, -11*time.Minute)
		put("npm/just", -9*time.Minute, -9*time.Minute)
		put("npm/twice", -time.Hour, -time.Minute)
		got, err := c.Waiting(t.Context(), noon)
		if diff := cmp.Diff([]string{"npm/once"}, got); diff != "" || err != nil {
			t.Errorf("%v: %s", err, diff)
		}
	})
}

func TestDisk(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "cache", "lookup")
	d, err := OpenDisk(dir, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	conform(t, d)
	for name, want := range map[string]os.FileMode{dir: 0o700, d.file("npm/a"): 0o600} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	if err := os.WriteFile(d.file("npm/a"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := d.Get(t.Context(), "npm/a"); ok || err != nil {
		t.Errorf("damaged: %t, %v", ok, err)
	}
	if err := os.WriteFile(d.file("npm/a"), []byte(`{"key": "npm/b"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, ok, _ := d.Get(t.Context(), "npm/a"); ok {
		t.Error("the row of another key is taken")
	}
}

func TestDiskIsBounded(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	d, err := OpenDisk(dir, noon)
	if err != nil {
		t.Fatal(err)
	}
	old := filepath.Join(dir, "old.json")
	for i := range diskRows + 5 {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%05d.json", i)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(old, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(old, noon, noon.Add(-diskAge-time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := d.prune(noon); err != nil {
		t.Fatal(err)
	}
	list, err := os.ReadDir(dir)
	if err != nil || len(list) != diskRows {
		t.Errorf("%d rows are left, %v", len(list), err)
	}
	if _, err := os.Stat(old); err == nil {
		t.Error("an old row is left")
	}
}

// failing is a cache that cannot be used.
type failing struct{}

func (failing) Get(context.Context, string) (Entry, bool, error) {
	return Entry{}, false, os.ErrPermission
}
func (failing) Put(context.Context, Entry) error { return os.ErrPermission }

func TestACacheThatFails(t *testing.T) {
	t.Parallel()
	l, f, _ := newLooker(t, good())
	l.cache = failing{}
	got := look(t, l, server(npm, "example-orders-mcp", "1.4.2"))
	if rulesOf(got)[0] != nil || got.Notice == "" || len(f.takeAsked()) > 0 {
		t.Errorf("%+v", got)
	}
}
