package lookup

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Bounds of a cache on disk.
const (
	diskRows = 4000
	diskAge  = 30 * 24 * time.Hour
)

// Disk is a Cache of a user: a file for each row in a folder of the user's own.
type Disk struct{ dir string }

// OpenDisk opens the cache in dir, made with mode 0700 if need be, and removes
// what is old or too much.
func OpenDisk(dir string, now time.Time) (*Disk, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the cache of look-ups: %w", err)
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the cache of look-ups: %w", err)
	}
	d := &Disk{dir: dir}
	return d, d.prune(now)
}

func (d *Disk) prune(now time.Time) error {
	list, err := os.ReadDir(d.dir)
	if err != nil {
		return fmt.Errorf("read the cache of look-ups: %w", err)
	}
	var rows []fs.FileInfo
	for _, entry := range list {
		info, err := entry.Info()
		if err != nil || !info.Mode().IsRegular() || !strings.HasSuffix(info.Name(), ".json") && !strings.HasSuffix(info.Name(), ".tmp") {
			continue
		}
		rows = append(rows, info)
	}
	slices.SortFunc(rows, func(a, b fs.FileInfo) int { return cmp.Compare(b.ModTime().UnixNano(), a.ModTime().UnixNano()) })
	for i, row := range rows {
		if i >= diskRows || now.Sub(row.ModTime()) > diskAge {
			_ = os.Remove(filepath.Join(d.dir, row.Name())) // or another process has
		}
	}
	return nil
}

func (d *Disk) file(key string) string {
	sum := sha256.Sum256([]byte(key))
	return filepath.Join(d.dir, hex.EncodeToString(sum[:])+".json")
}

// Get implements Cache. A row that cannot be read is none.
func (d *Disk) Get(_ context.Context, key string) (Entry, bool, error) {
	f, err := os.Open(d.file(key))
	if errors.Is(err, fs.ErrNotExist) {
		return Entry{}, false, nil
	}
	if err != nil {
		return Entry{}, false, fmt.Errorf("read the cache of look-ups: %w", err)
	}
	defer f.Close()
	var e Entry
	data, err := io.ReadAll(io.LimitReader(f, 4*mostBody))
	if err != nil || json.Unmarshal(data, &e) != nil || e.Key != key {
		return Entry{}, false, nil
	}
	return e, true, nil
}

// Put implements Cache. The row is there whole or not at all.
func (d *Disk) Put(_ context.Context, e Entry) error {
	data, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("write the cache of look-ups: %w", err)
	}
	tmp, err := os.CreateTemp(d.dir, "*.tmp") // with mode 0600
	if err != nil {
		return fmt.Errorf("write the cache of look-ups: %w", err)
	}
	_, err = tmp.Write(data)
	err = errors.Join(err, tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), d.file(e.Key))
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write the cache of look-ups: %w", err), os.Remove(tmp.Name()))
	}
	return nil
}
