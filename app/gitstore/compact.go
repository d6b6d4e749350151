package gitstore

import (
	"cmp"
	"crypto/sha1"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A mirror gains a pack with each fetch, and whoever opens it reads the index of
// each. So small packs are joined, as `git repack --geometric` does: each pack
// that is left is at least twice as large as all smaller ones together, and a
// byte is copied as often as the mirror doubles.
//
// Nothing is inflated for that: the objects of several packs, one pack after the
// other, are the objects of one. A delta names its base by id, or by how far back
// it is in the same pack, and both stay true.
const maxPacks = 4

// pack is one pack of a mirror.
type pack struct {
	name string // without its extension
	size int64
}

// compact joins the small packs in dir if there are more than maxPacks. A
// process that is killed meanwhile leaves the old packs or the new one.
func compact(dir string) error {
	packs, err := packsOf(dir)
	if err != nil {
		return err
	}
	small := crowd(packs)
	if len(packs) <= maxPacks || len(small) < 2 {
		return nil
	}
	stay, err := packFiles(dir)
	if err != nil {
		return err
	}
	if err := note(dir, stay); err != nil {
		return err
	}
	joined, err := joinPacks(filepath.Join(dir, "objects", "pack"), small)
	if err != nil {
		return errors.Join(fmt.Errorf("join packs: %w", err), undo(dir))
	}
	for _, p := range small {
		stay = slices.DeleteFunc(stay, func(name string) bool { return strings.TrimSuffix(name, filepath.Ext(name)) == p.name })
	}
	if err := note(dir, append(stay, joined+".pack", joined+".idx")); err != nil {
		return err
	}
	return undo(dir) // what is not to stay
}

// packsOf lists packs, the smallest first.
func packsOf(dir string) ([]pack, error) {
	files, err := filepath.Glob(filepath.Join(dir, "objects", "pack", "*.pack"))
	if err != nil {
		return nil, err
	}
	packs := make([]pack, len(files))
	for i, file := range files {
		info, err := os.Stat(file)
		if err != nil {
			return nil, err
		}
		packs[i] = pack{strings.TrimSuffix(filepath.Base(file), ".pack"), info.Size()}
	}
	slices.SortFunc(packs, func(a, b pack) int { return cmp.Compare(a.size, b.size) })
	return packs, nil
}

// crowd are those of packs, the smallest first, that are to be joined.
func crowd(packs []pack) []pack {
	below, n := int64(0), 0
	for i, p := range packs {
		if p.size < 2*below {
			n = i + 1
		}
		below += p.size
	}
	return packs[:n]
}

// joinPacks writes one pack with what is in packs, and its index, into dir.
func joinPacks(dir string, packs []pack) (name string, err error) {
	var entries []packEntry
	moved := uint64(0) // how far the body of a pack moves
	for _, p := range packs {
		data, err := os.ReadFile(filepath.Join(dir, p.name+".idx"))
		if err != nil {
			return "", err
		}
		own, err := parsePackIndex(data)
		if err != nil {
			return "", fmt.Errorf("%s: %w", p.name, err)
		}
		for _, e := range own {
			e.offset += moved
			entries = append(entries, e)
		}
		moved += uint64(p.size - packHeaderBytes - sha1.Size)
	}
	out, err := os.CreateTemp(dir, "tmp_pack_")
	if err != nil {
		return "", err
	}
	sum, err := copyPacks(out, dir, packs, len(entries))
	if err = errors.Join(err, out.Close()); err != nil {
		return "", err
	}
	name = packName(sum)
	if err := os.WriteFile(filepath.Join(dir, name+".idx"), formatPackIndex(entries, sum), 0o600); err != nil {
		return "", err
	}
	return name, os.Rename(out.Name(), filepath.Join(dir, name+".pack"))
}

// copyPacks writes the bodies of packs behind one header.
func copyPacks(out io.Writer, dir string, packs []pack, objects int) (sum [sha1.Size]byte, err error) {
	digest := sha1.New()
	both := io.MultiWriter(out, digest)
	if _, err := both.Write(packHeader(objects)); err != nil {
		return sum, err
	}
	for _, p := range packs {
		if err := copyBody(both, filepath.Join(dir, p.name+".pack"), p.size); err != nil {
			return sum, fmt.Errorf("%s: %w", p.name, err)
		}
	}
	copy(sum[:], digest.Sum(nil))
	_, err = out.Write(sum[:])
	return sum, err
}

func copyBody(out io.Writer, file string, size int64) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	body := size - packHeaderBytes - sha1.Size
	if body < 0 {
		return errors.New("it is cut short")
	}
	n, err := io.Copy(out, io.NewSectionReader(f, packHeaderBytes, body))
	if err == nil && n < body {
		err = io.ErrUnexpectedEOF
	}
	return err
}
