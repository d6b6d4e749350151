package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/castellan-app/castellan/app/config"
)

// Space on the data directory's disk below which something is wrong, in bytes.
const (
	spaceWarn = 2 << 30
	spaceFail = 200 << 20
)

// dataDir examines the folder that holds repositories and secrets.
func (d *checkup) dataDir() {
	dir := d.set.DataDir
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d.add("data", healthWarn, "start castellan serve, which makes it; or set CASTELLAN_DATA_DIR as for castellan serve", "%s does not exist", dir)
		return
	case err != nil:
		d.add("data", healthFail, "run doctor as the user of castellan serve", "%s: %v", dir, err)
		return
	case !info.IsDir():
		d.add("data", healthFail, "set CASTELLAN_DATA_DIR to a folder", "%s is no folder", dir)
		return
	}
	if open := openToOthers(info); open {
		d.add("data", healthWarn, "chmod 700 "+dir, "%s can be read by other users (mode %04o)", dir, info.Mode().Perm())
	}
	for _, name := range config.CredentialFiles() {
		path := filepath.Join(dir, name)
		if info, err := os.Stat(path); err == nil && openToOthers(info) {
			d.add("data", healthFail, "chmod 600 "+path+", and replace what it holds if others may have read it", "%s can be read by other users (mode %04o)", path, info.Mode().Perm())
		}
	}
	if f, err := os.CreateTemp(dir, ".doctor-*"); err != nil {
		d.add("data", healthFail, "give the folder to the user of castellan serve", "%s cannot be written: %v", dir, errors.Unwrap(err))
	} else {
		_, _ = f.Close(), os.Remove(f.Name()) // it held nothing
	}
	d.space(dir)
}

func (d *checkup) space(dir string) {
	free, err := freeSpace(dir)
	const advice = "make room, or move the data directory; repositories in it are fetched again when needed"
	switch gib := float64(free) / (1 << 30); {
	case err != nil:
		d.add("data", healthSkip, "", "free space is not known: %v", err)
	case free < spaceFail:
		d.add("data", healthFail, advice, "%s has only %.1f GiB free", dir, gib)
	case free < spaceWarn:
		d.add("data", healthWarn, advice, "%s has only %.1f GiB free", dir, gib)
	default:
		d.ok("data", "%s, %.1f GiB free", dir, gib)
	}
}

// openToOthers tells whether group or others may do anything. Windows has no
// such bits.
func openToOthers(info fs.FileInfo) bool {
	return runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0
}

// hashKey does not make a key.
func (d *checkup) hashKey() {
	if !d.set.HashKeyNamed() {
		if _, err := os.Stat(filepath.Join(d.set.DataDir, "hash.key")); errors.Is(err, fs.ErrNotExist) {
			d.add("hash-key", healthWarn, "start castellan serve, which makes one; then keep a copy of it", "there is none yet")
			return
		}
	}
	if _, err := d.set.HashKey(); err != nil {
		d.add("hash-key", healthFail, "put the old key back: under a new one every known credential looks new", "%v", err)
		return
	}
	d.ok("hash-key", "readable")
}
