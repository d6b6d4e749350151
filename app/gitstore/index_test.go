package gitstore

import (
	"encoding/binary"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// buildIndex writes an index of any version, the reverse of parseIndex.
func buildIndex(version uint32, entries []indexEntry) []byte {
	slices.SortFunc(entries, func(a, b indexEntry) int { return strings.Compare(a.path, b.path) })
	out := binary.BigEndian.AppendUint32([]byte("DIRC"), version)
	out = binary.BigEndian.AppendUint32(out, uint32(len(entries)))
	previous := ""
	for _, e := range entries {
		start := len(out)
		head := make([]byte, 62)
		binary.BigEndian.PutUint32(head[24:], e.mode)
		copy(head[40:], e.id[:])
		flags := uint16(e.stage)<<12 | uint16(min(len(e.path), 0xfff))
		if e.intended {
			flags |= 0x4000
		}
		binary.BigEndian.PutUint16(head[60:], flags)
		out = append(out, head...)
		if e.intended {
			out = append(out, 0x20, 0)
		}
		if version == 4 {
			shared := 0
			for shared < len(previous) && shared < len(e.path) && previous[shared] == e.path[shared] {
				shared++
			}
			out = append(out, byte(len(previous)-shared)) // below 128 in the tests
			out = append(append(out, e.path[shared:]...), 0)
			previous = e.path
			continue
		}
		out = append(out, e.path...)
		for pad := 8 - (len(out)-start)%8; pad > 0; pad-- {
			out = append(out, 0)
		}
	}
	return append(out, make([]byte, 20)...)
}

func TestParseIndex(t *testing.T) {
	t.Parallel()
	for version := uint32(2); version <= 4; version++ {
		want := []indexEntry{
			{path: "a", mode: 0o100644}, {path: "a/b", mode: 0o120000, stage: 2}, {path: "abcdefg", mode: 0o160000},
			{path: "abcdefgh", mode: 0o100755}, {path: "n\n", mode: 0o100644, intended: version > 2},
		}
		got, err := parseIndex(buildIndex(version, want))
		if err != nil {
			t.Fatalf("version %d: %v", version, err)
		}
		if d := cmp.Diff(want, got, cmp.AllowUnexported(indexEntry{})); d != "" {
			t.Errorf("version %d (-want +got) %s", version, d)
		}
	}
}

func TestParseIndexRefuses(t *testing.T) {
	t.Parallel()
	good := buildIndex(2, []indexEntry{{path: "a", mode: 0o100644}})
	huge := slices.Clone(good)
	binary.BigEndian.PutUint32(huge[8:], 1<<31)
	split := slices.Concat(good[:len(good)-20], []byte("link\x00\x00\x00\x00"), good[len(good)-20:])
	for name, data := range map[string][]byte{
		"empty": nil, "magic": append([]byte("XXXX"), good[4:]...), "count": huge, "cut": good[:40], "split": split,
		"version": buildIndex(9, nil), "escape": buildIndex(2, []indexEntry{{path: "../x"}}), "git": buildIndex(2, []indexEntry{{path: ".git/x"}}),
		"absolute": buildIndex(2, []indexEntry{{path: "/x"}}),
	} {
		if got, err := parseIndex(data); err == nil {
			t.Errorf("%s: accepted as %v", name, got)
		}
	}
}

func FuzzParseIndex(f *testing.F) {
	for version := uint32(2); version <= 4; version++ {
		f.Add(buildIndex(version, []indexEntry{{path: "a/b", mode: 0o100644}, {path: "a/c", mode: 0o120000, intended: version > 2}}))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		entries, err := parseIndex(data)
		if err != nil {
			return
		}
		if len(entries) > len(data)/62 {
			t.Fatalf("%d entries out of %d bytes", len(entries), len(data))
		}
		for _, e := range entries {
			if !validPath(e.path) {
				t.Fatalf("path %q", e.path)
			}
		}
	})
}

func FuzzParseTree(f *testing.F) {
	f.Add([]byte("100644 a\x00" + strings.Repeat("x", 20) + "40000 b\x00" + strings.Repeat("y", 20)))
	f.Fuzz(func(t *testing.T, data []byte) {
		entries, err := parseTree(data)
		if err != nil {
			return
		}
		for _, e := range entries {
			if !validName(e.name) {
				t.Fatalf("name %q", e.name)
			}
		}
	})
}

func FuzzParseCommit(f *testing.F) {
	f.Add([]byte("tree " + strings.Repeat("a", 40) + "\nparent " + strings.Repeat("b", 40) + "\nauthor A <a@b> 1 +0000\n\nm"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := parseCommit(data)
		if err != nil {
			return
		}
		if plain(c.author) != c.author {
			t.Fatalf("author %q", c.author)
		}
	})
}
