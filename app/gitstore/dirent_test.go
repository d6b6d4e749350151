package gitstore

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The reader says what os.ReadDir says, folder after folder.
func TestDirentsAreThoseOfReadDir(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for i := range 3000 { // more than a buffer holds
		write(t, dir, map[string]string{fmt.Sprintf("many/%s-%d", strings.Repeat("n", i%40), i): ""})
	}
	write(t, dir, map[string]string{"few/a": "", "few/b/c": "", "few/\xff\n": ""})
	symlink(t, "a", filepath.Join(dir, "few/link"))
	if err := os.Mkdir(filepath.Join(dir, "empty"), 0o755); err != nil {
		t.Fatal(err)
	}
	var r direntReader
	for _, name := range []string{"few", "many", "empty", "few"} {
		path := filepath.Join(dir, name)
		got, err := r.read(path)
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadDir(path)
		if err != nil {
			t.Fatal(err)
		}
		same := slices.EqualFunc(want, got, func(w os.DirEntry, g dirent) bool { return w.Name() == g.name && w.Type() == g.kind })
		if !same {
			t.Errorf("%s: %d names, ReadDir has %d", name, len(got), len(want))
		}
	}
	for _, name := range []string{"none", "few/a"} {
		if _, err := r.read(filepath.Join(dir, name)); err == nil || cause(err) == err {
			t.Errorf("%s: %v", name, err)
		}
	}
}
