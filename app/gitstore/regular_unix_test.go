//go:build unix

package gitstore

import (
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// TestFIFOsAreNotWaitedFor puts a FIFO in the place of every kind of file that
// go-git opens.
func TestFIFOsAreNotWaitedFor(t *testing.T) {
	t.Parallel()
	blob := "objects/56/a6051ca2b02b04ef92d5150c9ef600403cb1de" // of "1"
	pack := "objects/pack/pack-" + "0123456789012345678901234567890123456789"
	for _, names := range [][]string{{blob}, {"objects/56"}, {pack + ".pack", pack + ".idx"}, {pack + ".pack"}, {"packed-refs"}, {"shallow"}} {
		t.Run(names[0], func(t *testing.T) {
			t.Parallel()
			s := newSandbox(t)
			s.commit(map[string]string{"ai": "1"})
			for _, name := range names {
				name = filepath.Join(s.dir, ".git", name)
				if err := os.RemoveAll(name); err != nil {
					t.Fatal(err)
				}
				if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := syscall.Mkfifo(name, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			done := make(chan bool)
			go func() {
				defer close(done)
				r, err := Open(s.dir)
				if err != nil {
					return
				}
				defer r.Close()
				_, _ = r.Tree(context.Background(), "HEAD", Visit{Want: wanted}) // may fail, must end
				_, _, _ = r.History(context.Background(), Visit{Want: wanted}, func(Change) error { return nil })
				_, _ = r.Resolve("abcdef")
			}()
			select {
			case <-done:
			case <-time.After(20 * time.Second):
				t.Fatal("still waiting")
			}
		})
	}
}
