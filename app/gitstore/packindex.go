package gitstore

import (
	"bytes"
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/go-git/go-git/v5/plumbing"
)

// packEntry is one object of a pack, as its index has it.
type packEntry struct {
	id     plumbing.Hash
	crc    uint32 // of its bytes in the pack
	offset uint64 // of the first of them
}

const (
	packIndexMagic = "\xfftOc\x00\x00\x00\x02"
	farOffset      = 1 << 31 // marks an offset as a place in the table of long ones
)

var errPackIndex = errors.New("the index of a pack is damaged")

// parsePackIndex reads version 2 of gitformat-pack(5), "pack-*.idx files". Its
// checksum is not looked at: an entry is only a claim about a place.
func parsePackIndex(data []byte) ([]packEntry, error) {
	const head, id = len(packIndexMagic) + 256*4, len(plumbing.ZeroHash)
	if len(data) < head+2*id || string(data[:len(packIndexMagic)]) != packIndexMagic {
		return nil, errPackIndex
	}
	n := int(binary.BigEndian.Uint32(data[head-4:]))
	tables := data[head : len(data)-2*id]
	if n > len(tables)/(id+8) || (len(tables)-n*(id+8))%8 != 0 {
		return nil, errPackIndex
	}
	ids, rest := tables[:n*id], tables[n*id:]
	crcs, offsets, far := rest[:n*4], rest[n*4:n*8], rest[n*8:]
	entries := make([]packEntry, n)
	for i := range entries {
		e := &entries[i]
		copy(e.id[:], ids[i*id:])
		e.crc, e.offset = binary.BigEndian.Uint32(crcs[i*4:]), uint64(binary.BigEndian.Uint32(offsets[i*4:]))
		if e.offset < farOffset {
			continue
		}
		at := int(e.offset-farOffset) * 8
		if at+8 > len(far) {
			return nil, errPackIndex
		}
		e.offset = binary.BigEndian.Uint64(far[at:])
	}
	return entries, nil
}

// formatPackIndex is the index of the pack with that checksum. It sorts entries.
func formatPackIndex(entries []packEntry, pack [sha1.Size]byte) []byte {
	slices.SortFunc(entries, func(a, b packEntry) int { return bytes.Compare(a.id[:], b.id[:]) })
	out := []byte(packIndexMagic)
	next := 0
	for first := range 256 {
		for next < len(entries) && int(entries[next].id[0]) <= first {
			next++
		}
		out = binary.BigEndian.AppendUint32(out, uint32(next))
	}
	for i := range entries {
		out = append(out, entries[i].id[:]...)
	}
	for i := range entries {
		out = binary.BigEndian.AppendUint32(out, entries[i].crc)
	}
	var far []byte
	for i := range entries {
		o := entries[i].offset
		if o >= farOffset {
			o = farOffset + uint64(len(far)/8)
			far = binary.BigEndian.AppendUint64(far, entries[i].offset)
		}
		out = binary.BigEndian.AppendUint32(out, uint32(o))
	}
	out = append(append(out, far...), pack[:]...)
	sum := sha1.Sum(out)
	return append(out, sum[:]...)
}

// packHeader begins a pack of n objects.
func packHeader(n int) []byte {
	return binary.BigEndian.AppendUint32([]byte("PACK\x00\x00\x00\x02"), uint32(n))
}

const packHeaderBytes = 12

func packName(sum [sha1.Size]byte) string { return fmt.Sprintf("pack-%x", sum) }
