package gitstore

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// journal is a file in a mirror while packs are written into it or joined. It
// lists the files of packs that are to stay: a process that is killed may leave
// an index without its pack, or half of one, which nothing would ever replace.
const journal = "fetching"

// begin notes that the packs which are here stay, whatever becomes of a fetch.
func (m *Mirror) begin() error {
	names, err := packFiles(m.gitDir)
	if err == nil {
		err = note(m.gitDir, names)
	}
	if err != nil {
		return fmt.Errorf("begin to fetch: %w", err)
	}
	return nil
}

// note writes the journal, whole or not at all.
func note(dir string, stay []string) error {
	file := filepath.Join(dir, journal)
	if err := os.WriteFile(file+".new", []byte(strings.Join(stay, "\n")+"\n"), 0o600); err != nil {
		return err
	}
	return os.Rename(file+".new", file)
}

func (m *Mirror) finish() error {
	if err := os.Remove(filepath.Join(m.gitDir, journal)); err != nil {
		return fmt.Errorf("finish a fetch: %w", err)
	}
	return nil
}

// undo removes from a mirror what is not to stay, such as what a fetch left that
// did not finish.
func undo(dir string) error {
	data, err := os.ReadFile(filepath.Join(dir, journal))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	stay := map[string]bool{}
	for name := range strings.SplitSeq(string(data), "\n") {
		stay[name] = true
	}
	names, err := packFiles(dir)
	if err != nil {
		return err
	}
	for _, name := range names {
		if !stay[name] {
			err = errors.Join(err, os.Remove(filepath.Join(dir, "objects", "pack", name)))
		}
	}
	left, globErr := filepath.Glob(filepath.Join(dir, "tmp-*"))
	for _, name := range left {
		err = errors.Join(err, os.Remove(name))
	}
	return errors.Join(err, globErr, os.Remove(filepath.Join(dir, journal)))
}

func packFiles(dir string) ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(dir, "objects", "pack"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, nil
}
