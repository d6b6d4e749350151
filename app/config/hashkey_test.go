package config

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func env(pairs ...string) Getenv {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func TestHashKeyForms(t *testing.T) {
	t.Parallel()
	key := bytes.Repeat([]byte{0xa5, 0x01}, 16)
	dir := t.TempDir()
	file := func(name string, data []byte) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return p
	}
	for name, e := range map[string]Getenv{
		"hex":         env("CASTELLAN_HASH_KEY", hex.EncodeToString(key)),
		"base64":      env("CASTELLAN_HASH_KEY", base64.StdEncoding.EncodeToString(key)),
		"base64url":   env("CASTELLAN_HASH_KEY", base64.RawURLEncoding.EncodeToString(key)),
		"raw file":    env("CASTELLAN_HASH_KEY_FILE", file("raw", key)),
		"hex file":    env("CASTELLAN_HASH_KEY_FILE", file("hex", []byte(hex.EncodeToString(key)+"\n"))),
		"environment": env("CASTELLAN_HASH_KEY", hex.EncodeToString(key), "CASTELLAN_HASH_KEY_FILE", "/nowhere"),
	} {
		got, err := HashKey(e, "")
		if err != nil || !bytes.Equal(got, key) {
			t.Errorf("%s: got %d bytes, %v", name, len(got), err)
		}
	}
}

func TestHashKeyErrorsNameTheSourceAndNotTheKey(t *testing.T) {
	t.Parallel()
	bad := strings.Repeat("s3cr3t", 3)
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, []byte(bad), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, e := range map[string]Getenv{
		"CASTELLAN_HASH_KEY:": env("CASTELLAN_HASH_KEY", bad),
		file:                  env("CASTELLAN_HASH_KEY_FILE", file),
		"/nowhere":            env("CASTELLAN_HASH_KEY_FILE", "/nowhere"),
		"HOME":                env(),
	} {
		_, err := HashKey(e, "")
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), bad) {
			t.Errorf("want an error about %s, got %v", want, err)
		}
	}
}

func TestHashKeyIsMadeOnceAndPrivate(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "state")
	keys := make([][]byte, 8)
	var wg sync.WaitGroup
	for i := range keys {
		wg.Go(func() {
			key, err := HashKey(env(), dir)
			if err != nil {
				t.Error(err)
			}
			keys[i] = key
		})
	}
	wg.Wait()
	for _, key := range keys {
		if !bytes.Equal(key, keys[0]) {
			t.Fatal("processes starting together got different keys")
		}
	}
	info, err := os.Stat(filepath.Join(dir, keyFileName))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("key file: %v, %v", info, err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
}
