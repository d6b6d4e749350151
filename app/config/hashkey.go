// Package config reads Castellan's settings: environment, files and what the
// machine keeps for it. It is strict, and reports every problem at once.
package config

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/castellan-app/castellan/scanners/credential"
)

// Getenv looks a variable up; "" is unset.
type Getenv func(name string) string

// keyFileName is where a key made on this machine lies in its directory.
const keyFileName = "hash.key"

// HashKey is the key under which credentials are hashed: CASTELLAN_HASH_KEY
// (64 hex digits or base64 of 32 bytes), else the file CASTELLAN_HASH_KEY_FILE
// (the same, or 32 raw bytes), else a file in dir, made with mode 0600 the
// first time. The key is never printed, not even in errors.
func HashKey(env Getenv, dir string) ([]byte, error) {
	if text := env("CASTELLAN_HASH_KEY"); text != "" {
		key, err := decodeKey([]byte(text))
		if err != nil {
			return nil, fmt.Errorf("read CASTELLAN_HASH_KEY: %w", err)
		}
		return key, nil
	}
	if name := env("CASTELLAN_HASH_KEY_FILE"); name != "" {
		return readKeyFile(name)
	}
	if dir == "" {
		return nil, errors.New("no directory to keep the hash key in: set CASTELLAN_HASH_KEY or HOME")
	}
	name := filepath.Join(dir, keyFileName)
	key, err := readKeyFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return makeKeyFile(name)
	}
	return key, err
}

// maxKeyFile bounds a key file, in bytes; 64 hex digits are what it usually has.
const maxKeyFile = 256

func readKeyFile(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, fmt.Errorf("read hash key: %w", err)
	}
	switch {
	case !info.Mode().IsRegular(): // a FIFO would be waited for
		return nil, fmt.Errorf("read hash key from %s: not a regular file", name)
	case info.Size() > maxKeyFile:
		return nil, fmt.Errorf("read hash key from %s: larger than %d bytes", name, maxKeyFile)
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read hash key: %w", err)
	}
	key, err := decodeKey(data)
	if err != nil {
		return nil, fmt.Errorf("read hash key from %s: %w", name, err)
	}
	return key, nil
}

// decodeKey takes the key raw or written out.
func decodeKey(data []byte) ([]byte, error) {
	if len(data) == credential.KeySize {
		return data, nil
	}
	text := strings.TrimSpace(string(data))
	if key, err := hex.DecodeString(text); err == nil && len(key) == credential.KeySize {
		return key, nil
	}
	for _, enc := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
		if key, err := enc.DecodeString(text); err == nil && len(key) == credential.KeySize {
			return key, nil
		}
	}
	return nil, fmt.Errorf("want %d bytes as 64 hex digits or base64 (make one with `openssl rand -hex 32`)", credential.KeySize)
}

// makeKeyFile writes a new key beside its final name and links it there, so
// that of two processes starting at once both get the same key.
func makeKeyFile(name string) ([]byte, error) {
	key := make([]byte, credential.KeySize)
	rand.Read(key) // never fails (crypto/rand)
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return nil, fmt.Errorf("make hash key: %w", err)
	}
	tmp, err := os.CreateTemp(filepath.Dir(name), "."+keyFileName+"-*") // 0600
	if err != nil {
		return nil, fmt.Errorf("make hash key: %w", err)
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.WriteString(hex.EncodeToString(key) + "\n")
	if err := errors.Join(err, tmp.Close()); err != nil {
		return nil, fmt.Errorf("make hash key: %w", err)
	}
	if err := os.Link(tmp.Name(), name); errors.Is(err, fs.ErrExist) {
		return readKeyFile(name)
	} else if err != nil {
		return nil, fmt.Errorf("make hash key: %w", err)
	}
	return key, nil
}

// StateDir is where the command line keeps what belongs to this user and
// machine: $XDG_STATE_HOME/castellan, else the platform's own place; "" when
// the environment names none.
func StateDir(env Getenv) string {
	if d := env("XDG_STATE_HOME"); filepath.IsAbs(d) {
		return filepath.Join(d, "castellan")
	}
	if runtime.GOOS == "windows" {
		if d := env("LocalAppData"); d != "" {
			return filepath.Join(d, "castellan")
		}
		return ""
	}
	home := env("HOME")
	if home == "" {
		return ""
	}
	if runtime.GOOS == "darwin" {
		return filepath.Join(home, "Library", "Application Support", "castellan")
	}
	return filepath.Join(home, ".local", "state", "castellan")
}
