package gitstore

import (
	"bytes"
	"compress/zlib"
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/google/go-cmp/cmp"
)

// refDelta is a packed delta of base, with a result of two bytes.
func refDelta(base plumbing.Hash) []byte {
	delta := []byte{2, 2, 2, 'h', 'i'} // sizes of base and result, then an insertion
	out := append([]byte{7<<4 | byte(len(delta))}, base[:]...)
	var z bytes.Buffer
	w := zlib.NewWriter(&z)
	_, _ = w.Write(delta) // a buffer takes everything
	_ = w.Close()
	return append(out, z.Bytes()...)
}

// packOf writes a pack and its index (gitformat-pack(5)); ids are in order.
func packOf(ids []plumbing.Hash, objects [][]byte) (pack, idx []byte) {
	pack = binary.BigEndian.AppendUint32([]byte("PACK\x00\x00\x00\x02"), uint32(len(objects)))
	var offsets, sums []byte
	for _, o := range objects {
		offsets = binary.BigEndian.AppendUint32(offsets, uint32(len(pack)))
		sums = binary.BigEndian.AppendUint32(sums, crc32.ChecksumIEEE(o))
		pack = append(pack, o...)
	}
	sum := sha1.Sum(pack)
	pack = append(pack, sum[:]...)
	idx = []byte("\xfftOc\x00\x00\x00\x02")
	for first := range 256 {
		n := 0
		for _, id := range ids {
			if int(id[0]) <= first {
				n++
			}
		}
		idx = binary.BigEndian.AppendUint32(idx, uint32(n))
	}
	for _, id := range ids {
		idx = append(idx, id[:]...)
	}
	idx = append(append(append(idx, sums...), offsets...), sum[:]...)
	sum = sha1.Sum(idx)
	return pack, append(idx, sum[:]...)
}

func TestCircularDeltas(t *testing.T) {
	t.Parallel()
	one, two := plumbing.NewHash(strings.Repeat("1", 40)), plumbing.NewHash(strings.Repeat("2", 40))
	for name, objects := range map[string][][]byte{
		"two": {refDelta(two), refDelta(one)}, "itself": {refDelta(one), refDelta(one)},
	} {
		s := newSandbox(t)
		pack, idx := packOf([]plumbing.Hash{one, two}, objects)
		base := fmt.Sprintf(".git/objects/pack/pack-%x", pack[len(pack)-20:])
		write(t, s.dir, map[string]string{base + ".pack": string(pack), base + ".idx": string(idx)})
		if _, err := s.open().object(one, plumbing.BlobObject, 100); !errors.Is(err, errCorrupt) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPackedRepository(t *testing.T) {
	t.Parallel()
	s := newSandbox(t)
	text := strings.Repeat("a line that stays\n", 200)
	names := map[string]string{}
	for i := range 12 { // git stores these as a chain of deltas
		names[s.commit(map[string]string{"ai": text + fmt.Sprint(i)})] = fmt.Sprint(i)
	}
	want, _, _ := history(t, s.open(), names)
	addr := serve(t, filepath.Dir(s.dir)).URL + "/" + filepath.Base(s.dir) + "/.git"
	clone := mustClone(t, addr, CloneOptions{History: true})
	again := mustOpen(t, clone.common) // as a repository somebody else made
	got, _, _ := history(t, again, names)
	if d := cmp.Diff(want, got); d != "" {
		t.Error("(-want +got)", d)
	}
	deltas := 0
	for id := range again.chains {
		if obj, err := again.store.DeltaObject(plumbing.AnyObject, id); err == nil {
			if _, ok := obj.(plumbing.DeltaObject); ok {
				deltas++
			}
		}
	}
	if deltas == 0 {
		t.Error("nothing was stored as a delta, so the test shows nothing")
	}
}
