package gitstore

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"crypto/sha1"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// Bounds of objects other than blobs.
const (
	maxTreeBytes   = 64 << 20
	maxCommitBytes = 16 << 20
)

var (
	errMissing  = errors.New("missing object")
	errCorrupt  = errors.New("corrupt object")
	emptyBlobID = plumbing.ComputeHash(plumbing.BlobObject, nil)
)

// object reads an object of at most limit bytes and checks that its bytes have
// the id they go by. Errors: errMissing, errCorrupt, errTooLarge.
func (r *Repository) object(id plumbing.Hash, kind plumbing.ObjectType, limit int64) ([]byte, error) {
	if id == emptyBlobID && kind == plumbing.BlobObject {
		return nil, nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	var looseErr error
	if r.isLoose(id) {
		data, err := r.looseObject(id, kind, limit)
		if err == nil || errors.Is(err, errTooLarge) {
			return data, err
		}
		looseErr = err
	}
	data, err := r.packedObject(id, kind, limit)
	if errors.Is(err, errMissing) && looseErr != nil {
		return nil, looseErr
	}
	if errors.Is(err, errCorrupt) && r.broken != nil {
		r.broken()
	}
	if errors.Is(err, errMissing) && kind == plumbing.BlobObject && r.lacking != nil {
		r.lacking(id)
	}
	return data, err
}

func (r *Repository) isLoose(id plumbing.Hash) bool {
	name := id.String()
	names, listed := r.loose[name[:2]]
	if !listed {
		names = map[string]bool{}
		if dir, err := os.OpenFile(filepath.Join(r.common, "objects", name[:2]), os.O_RDONLY|openNonblock, 0); err == nil {
			list, _ := dir.Readdirnames(-1) // what cannot be listed is missing
			dir.Close()
			for _, n := range list {
				names[n] = true
			}
		}
		r.loose[name[:2]] = names
	}
	return names[name[2:]]
}

// looseObject reads "type SP size NUL data", compressed
// (gitformat-loose(5)).
func (r *Repository) looseObject(id plumbing.Hash, kind plumbing.ObjectType, limit int64) ([]byte, error) {
	name := id.String()
	f, err := openRegular(filepath.Join(r.common, "objects", name[:2], name[2:]))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errCorrupt, cause(err))
	}
	defer f.Close()
	z, err := zlib.NewReader(bufio.NewReader(f))
	if err != nil {
		return nil, errCorrupt
	}
	defer z.Close()
	in := bufio.NewReaderSize(z, 4096)
	size, err := looseHeader(in, kind)
	if err != nil {
		return nil, err
	}
	if size > limit {
		return nil, errTooLarge
	}
	data, err := io.ReadAll(io.LimitReader(in, size+1))
	if err != nil || int64(len(data)) != size {
		return nil, errCorrupt
	}
	return verified(id, kind, data)
}

func looseHeader(in *bufio.Reader, kind plumbing.ObjectType) (int64, error) {
	var head []byte
	for {
		c, err := in.ReadByte()
		if err != nil || len(head) > 32 {
			return 0, errCorrupt
		}
		if c == 0 {
			break
		}
		head = append(head, c)
	}
	typ, num, ok := strings.Cut(string(head), " ")
	size, err := strconv.ParseInt(num, 10, 64)
	if !ok || err != nil || size < 0 || typ != kind.String() {
		return 0, errCorrupt
	}
	return size, nil
}

// packedObject reads through go-git. A damaged pack must not end the process,
// so a panic of the pack reader counts as damage.
func (r *Repository) packedObject(id plumbing.Hash, kind plumbing.ObjectType, limit int64) (data []byte, err error) {
	defer func() {
		if recover() != nil {
			data, err = nil, errCorrupt
		}
	}()
	size, err := r.store.EncodedObjectSize(id)
	if errors.Is(err, plumbing.ErrObjectNotFound) {
		return nil, errMissing
	}
	if err != nil {
		return nil, errCorrupt
	}
	if size > limit {
		return nil, errTooLarge
	}
	if !r.sound(id) {
		return nil, errCorrupt
	}
	obj, err := r.store.EncodedObject(plumbing.AnyObject, id)
	if errors.Is(err, plumbing.ErrObjectNotFound) {
		return nil, errMissing
	}
	if err != nil || obj.Type() != kind {
		return nil, errCorrupt
	}
	in, err := obj.Reader()
	if err != nil {
		return nil, errCorrupt
	}
	defer in.Close()
	buf := bytes.NewBuffer(make([]byte, 0, size+bytes.MinRead))
	if _, err := io.Copy(buf, io.LimitReader(in, size+1)); err != nil || int64(buf.Len()) != size {
		return nil, errCorrupt
	}
	return verified(id, kind, buf.Bytes())
}

func verified(id plumbing.Hash, kind plumbing.ObjectType, data []byte) ([]byte, error) {
	h := sha1.New()
	h.Write([]byte(kind.String() + " " + strconv.Itoa(len(data)) + "\x00"))
	h.Write(data)
	if !bytes.Equal(h.Sum(nil), id[:]) {
		return nil, errCorrupt
	}
	return data, nil
}

// unreadable words why an object was skipped.
func unreadable(err error, id plumbing.Hash, limit int64) string {
	switch {
	case errors.Is(err, errTooLarge):
		return larger(limit)
	case errors.Is(err, errMissing):
		return "missing object " + id.String()
	default:
		return "corrupt object " + id.String()
	}
}
