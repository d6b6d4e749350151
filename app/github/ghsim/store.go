package ghsim

import (
	"bytes"
	"cmp"
	"compress/zlib"
	"crypto/sha1"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// packFrom is how many new objects make a pack instead of loose files, as
// git's own receive.unpackLimit.
const packFrom = 100

// pending is an object that is not on disk yet.
type pending struct {
	sha, kind string
	body      []byte
}

// put stores one object, on disk with the next flush, and returns its name.
func (o *objects) put(kind string, body []byte) string {
	sum := sha1.New()
	fmt.Fprintf(sum, "%s %d\x00", kind, len(body))
	sum.Write(body)
	sha := hex.EncodeToString(sum.Sum(nil))
	if !o.seen[sha] {
		o.seen[sha] = true
		o.pending = append(o.pending, pending{sha, kind, body})
	}
	return sha
}

// flush writes what is pending. No reference leads to it yet, so that no
// reader sees half a file.
func (o *objects) flush() error {
	list := o.pending
	o.pending = nil
	if len(list) >= packFrom {
		return o.pack(list)
	}
	for _, p := range list {
		if err := o.loose(p); err != nil {
			return fmt.Errorf("store an object: %w", err)
		}
	}
	return nil
}

func (o *objects) deflate(parts ...[]byte) ([]byte, error) {
	var out bytes.Buffer
	if o.zlib == nil {
		z, err := zlib.NewWriterLevel(&out, zlib.BestSpeed)
		if err != nil {
			return nil, err
		}
		o.zlib = z
	}
	o.zlib.Reset(&out)
	for _, p := range parts {
		if _, err := o.zlib.Write(p); err != nil {
			return nil, err
		}
	}
	err := o.zlib.Close()
	return out.Bytes(), err
}

func (o *objects) loose(p pending) error {
	data, err := o.deflate(fmt.Appendf(nil, "%s %d\x00", p.kind, len(p.body)), p.body)
	if err != nil {
		return err
	}
	dir := filepath.Join(o.dir, p.sha[:2])
	if err := os.Mkdir(dir, 0o755); err != nil && !os.IsExist(err) {
		return err
	}
	return os.WriteFile(filepath.Join(dir, p.sha[2:]), data, 0o444)
}

// pack writes objects as one pack with its version 2 index
// (git-scm.com/docs/pack-format).
func (o *objects) pack(list []pending) error {
	var pack bytes.Buffer
	pack.WriteString("PACK")
	pack.Write(binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, 2), uint32(len(list))))
	entries := make([]packEntry, 0, len(list))
	for _, p := range list {
		data, err := o.deflate(p.body)
		if err != nil {
			return fmt.Errorf("pack objects: %w", err)
		}
		e := packEntry{sha: p.sha, offset: uint32(pack.Len())}
		pack.Write(entryHeader(p.kind, len(p.body)))
		pack.Write(data)
		e.crc = crc32.ChecksumIEEE(pack.Bytes()[e.offset:])
		entries = append(entries, e)
	}
	sum := sha1.Sum(pack.Bytes())
	pack.Write(sum[:])
	index, err := packIndex(entries, sum[:])
	if err != nil {
		return fmt.Errorf("index a pack: %w", err)
	}
	base := filepath.Join(o.dir, "pack", "pack-"+hex.EncodeToString(sum[:]))
	if err := os.WriteFile(base+".pack", pack.Bytes(), 0o444); err != nil {
		return err
	}
	return os.WriteFile(base+".idx", index, 0o444)
}

type packEntry struct {
	sha         string
	offset, crc uint32
}

// entryHeader is an object's type and size: four bits of the size in the
// first byte, seven in each further one.
func entryHeader(kind string, size int) []byte {
	b := byte(slices.Index([]string{"", "commit", "tree", "blob", "tag"}, kind))<<4 | byte(size&15)
	out := []byte{}
	for size >>= 4; size > 0; size >>= 7 {
		out = append(out, b|0x80)
		b = byte(size & 0x7f)
	}
	return append(out, b)
}

func packIndex(entries []packEntry, pack []byte) ([]byte, error) {
	slices.SortFunc(entries, func(a, b packEntry) int { return cmp.Compare(a.sha, b.sha) })
	var names, crcs, offsets []byte
	var fan [256]uint32
	for _, e := range entries {
		raw, err := hex.DecodeString(e.sha)
		if err != nil {
			return nil, err
		}
		for i := int(raw[0]); i < len(fan); i++ {
			fan[i]++
		}
		names = append(names, raw...)
		crcs = binary.BigEndian.AppendUint32(crcs, e.crc)
		offsets = binary.BigEndian.AppendUint32(offsets, e.offset)
	}
	out := []byte("\xfftOc\x00\x00\x00\x02")
	for _, n := range fan {
		out = binary.BigEndian.AppendUint32(out, n)
	}
	out = slices.Concat(out, names, crcs, offsets, pack)
	sum := sha1.Sum(out)
	return append(out, sum[:]...), nil
}

// setRef points a reference at a commit, on disk with the next sync; ""
// deletes it.
func (r *Repo) setRef(name, sha string) {
	if sha == "" {
		delete(r.refs, name)
	} else {
		r.refs[name] = sha
	}
	if r.dirty == nil {
		r.dirty = map[string]bool{}
	}
	r.dirty[name] = true
	r.sim.dirty[r] = true
}

// sync writes what the current change did: objects first, then deletions,
// then new and moved references. Lock held.
func (s *Sim) sync() error {
	if len(s.dirty) == 0 {
		return nil
	}
	repos := slices.Collect(maps.Keys(s.dirty))
	clear(s.dirty)
	for _, r := range repos {
		if err := r.objects.flush(); err != nil {
			return err
		}
	}
	for _, r := range repos {
		names := sortedKeys(r.dirty)
		clear(r.dirty)
		slices.SortStableFunc(names, func(a, b string) int { return min(len(r.refs[a]), 1) - min(len(r.refs[b]), 1) })
		for _, name := range names {
			if err := r.writeRef(name); err != nil {
				return fmt.Errorf("write %s: %w", name, err)
			}
		}
	}
	return nil
}

func (r *Repo) writeRef(name string) error {
	path := filepath.Join(r.dir, filepath.FromSlash(name))
	sha := r.refs[name]
	if sha == "" {
		err := os.Remove(path)
		// An empty folder would be in the way of a branch of its name.
		for dir := filepath.Dir(path); strings.HasPrefix(dir, filepath.Join(r.dir, "refs", "heads")+string(filepath.Separator)); dir = filepath.Dir(dir) {
			if os.Remove(dir) != nil {
				break
			}
		}
		if os.IsNotExist(err) {
			return nil
		}
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	temporary := filepath.Join(r.dir, "new-ref")
	if err := os.WriteFile(temporary, []byte(sha+"\n"), 0o644); err != nil {
		return err
	}
	return os.Rename(temporary, path)
}
