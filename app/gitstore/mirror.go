package gitstore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
)

// Mirrors are bare repositories on disk that are kept between jobs. They hold
// the commits and trees of what was fetched and, where the server knows partial
// clones, only those blobs that were asked for.
type Mirrors struct {
	dir string
	opt MirrorOptions
	mu  sync.Mutex
	own map[string]chan struct{} // a token for each mirror, taken by its user
}

// MirrorOptions bound the mirrors. Zero values are the defaults.
type MirrorOptions struct {
	MaxFetch int64         // bytes received by one fetch; default 2 GiB
	MaxTotal int64         // bytes of all mirrors that Evict leaves; default 20 GiB
	MaxAge   time.Duration // unused, until Evict removes it; default 30 days
}

// NewMirrors keeps mirrors in dir, which it makes with mode 0700.
func NewMirrors(dir string, opt MirrorOptions) (*Mirrors, error) {
	if opt.MaxFetch == 0 {
		opt.MaxFetch = defaultCloneBytes
	}
	if opt.MaxTotal == 0 {
		opt.MaxTotal = 20 << 30
	}
	if opt.MaxAge == 0 {
		opt.MaxAge = 30 * 24 * time.Hour
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder of mirrors: %w", err)
	}
	return &Mirrors{dir: dir, opt: opt, own: map[string]chan struct{}{}}, nil
}

// Remote is where a mirror comes from. Token, if any, is asked for before each
// request for objects, so that it never runs out in between.
type Remote struct {
	URL   string
	Token func(context.Context) (string, error)
}

// Mirror is one mirror, held by one user at a time.
type Mirror struct {
	*Repository
	all     *Mirrors
	remote  Remote
	release func()
	wanted  map[plumbing.Hash]bool // blobs that a reading missed; nil unless they are collected
	damaged bool                   // an object on disk could not be read
}

// Open opens the mirror called key (letters, digits, "-"), making it if need
// be, and waits for whoever holds it. Nothing is fetched yet.
func (m *Mirrors) Open(ctx context.Context, key string, remote Remote) (*Mirror, error) {
	if key == "" || strings.Trim(key, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return nil, fmt.Errorf("open a mirror: %q is no name for one", key)
	}
	release, err := m.hold(ctx, key)
	if err != nil {
		return nil, fmt.Errorf("wait for the mirror %s: %w", key, err)
	}
	r, err := m.repository(filepath.Join(m.dir, key+".git"))
	if err != nil {
		release()
		return nil, fmt.Errorf("open the mirror %s: %w", key, err)
	}
	mirror := &Mirror{Repository: r, all: m, remote: remote, release: release}
	r.lacking, r.broken = mirror.note, func() { mirror.damaged = true }
	return mirror, nil
}

// repository opens the mirror in dir. One that is damaged is made anew.
func (m *Mirrors) repository(dir string) (*Repository, error) {
	if undo(dir) == nil && compact(dir) == nil {
		if r, err := openPlace(place{gitDir: dir, common: dir}); err == nil && isGitDir(dir) {
			r.received = true
			return r, os.Chtimes(dir, time.Time{}, time.Now())
		}
	}
	if err := os.RemoveAll(dir); err != nil {
		return nil, err
	}
	if err := initBare(dir); err != nil {
		return nil, err
	}
	r, err := openPlace(place{gitDir: dir, common: dir})
	if err != nil {
		return nil, err
	}
	r.received = true
	return r, nil
}

// hold waits for the mirror's turn, in this process and beside others.
func (m *Mirrors) hold(ctx context.Context, key string) (func(), error) {
	m.mu.Lock()
	turn := m.own[key]
	if turn == nil {
		turn = make(chan struct{}, 1)
		m.own[key] = turn
	}
	m.mu.Unlock()
	select {
	case turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	lock, err := lockFile(ctx, filepath.Join(m.dir, key+".lock"))
	if err != nil {
		<-turn
		return nil, err
	}
	return func() {
		lock()
		<-turn
	}, nil
}

// Close lets the next user have the mirror. A damaged one it finds made anew.
func (m *Mirror) Close() error {
	defer m.release()
	err := m.Repository.Close()
	if m.damaged {
		err = errors.Join(err, os.RemoveAll(m.gitDir))
	}
	return err
}

// note collects the id of a blob that is not here.
func (m *Mirror) note(id plumbing.Hash) {
	if m.wanted != nil {
		m.wanted[id] = true
	}
}

// maxRounds bounds how often Complete reads and fetches: a link needs a second
// round for what it leads to, and that is all there is.
const maxRounds = 5

// Complete runs a reading whose results do not matter, and fetches the blobs it
// missed, until none is missing. The reading that does matter follows.
func (m *Mirror) Complete(ctx context.Context, read func() error) error {
	defer func() { m.wanted = nil }()
	for range maxRounds {
		m.wanted = map[plumbing.Hash]bool{}
		if err := read(); err != nil {
			return err
		}
		if len(m.wanted) == 0 {
			return nil
		}
		ids := make([]plumbing.Hash, 0, len(m.wanted))
		for id := range m.wanted {
			ids = append(ids, id)
		}
		slices.SortFunc(ids, func(a, b plumbing.Hash) int { return slices.Compare(a[:], b[:]) })
		if _, err := m.pull(ctx, request{wants: ids, blobs: true}); err != nil {
			return err
		}
	}
	return nil // what is still missing is missing at the server: the reading will say so
}

// Fetch makes sure that commits, given by full id, are here with all that they
// reach.
func (m *Mirror) Fetch(ctx context.Context, commits ...string) error {
	_, err := m.FetchRefs(ctx, nil, commits...)
	return err
}

// Base fetches the commit that head is compared with. If it is gone, or not
// named, the first parent of head stands in, which has to be here: "" if it has
// none or head is "".
func (m *Mirror) Base(ctx context.Context, commit, head string) (string, error) {
	if commit != "" {
		err := m.Fetch(ctx, commit)
		if err == nil {
			return commit, nil
		}
		if !errors.Is(err, ErrGone) {
			return "", err
		}
	}
	if head == "" {
		return "", nil
	}
	parent, err := m.Resolve(head + "^")
	if err != nil {
		return "", nil
	}
	return parent.Hash, nil
}

// FetchRefs is Fetch, and also fetches what references name now, such as
// "refs/heads/main". It returns the commit ids of those that exist; with none
// asked for, a server is asked only for what is not here.
func (m *Mirror) FetchRefs(ctx context.Context, refs []string, commits ...string) (map[string]string, error) {
	ask := request{refs: refs}
	here := m.tips()
	for _, c := range commits {
		if !plumbing.IsHash(c) {
			return nil, fmt.Errorf("fetch %q: %w", c, ErrRevision)
		}
		if id := plumbing.NewHash(c); !here[id] && !slices.Contains(ask.wants, id) {
			ask.wants = append(ask.wants, id)
		}
	}
	if len(ask.wants)+len(refs) == 0 {
		return nil, nil
	}
	for id := range here {
		if ask.here = append(ask.here, id); len(ask.haves) < maxHaves {
			ask.haves = append(ask.haves, id)
		}
	}
	got, err := m.pull(ctx, ask)
	if err != nil {
		return nil, err
	}
	named := map[string]string{}
	for name, id := range got.named {
		named[name] = id.String()
	}
	return named, m.keep(got.fetched)
}

// maxHaves bounds what a server is told of what is here.
const maxHaves = 64

// tipPrefix is where the commits that were fetched are noted.
const tipPrefix = "refs/castellan/"

// tips are the commits that are here with all that they reach.
func (m *Mirror) tips() map[plumbing.Hash]bool {
	tips := map[plumbing.Hash]bool{}
	for name, id := range m.packedRefs() {
		if strings.HasPrefix(name, tipPrefix) {
			tips[id] = true
		}
	}
	return tips
}

// maxTips bounds the noted commits; of more, the oldest notes are dropped.
const maxTips = 256

// keep notes tips, the newest last.
func (m *Mirror) keep(fetched []plumbing.Hash) error {
	if len(fetched) == 0 {
		return nil
	}
	file := filepath.Join(m.gitDir, "packed-refs")
	old, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("note what was fetched: %w", err)
	}
	lines := strings.Split(strings.TrimSpace(string(old)), "\n")
	lines = slices.DeleteFunc(lines, func(l string) bool { return l == "" || l[0] == '#' })
	for _, id := range fetched {
		lines = append(lines, id.String()+" "+tipPrefix+id.String())
	}
	lines = lines[max(0, len(lines)-maxTips):]
	return replaceFile(file, []byte(strings.Join(lines, "\n")+"\n"))
}

// replaceFile writes a file whole or not at all.
func replaceFile(name string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), "tmp-")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// pull asks for objects. Blobs come alone, commits with their history, without
// blobs where the server can leave them out.
func (m *Mirror) pull(ctx context.Context, ask request) (received, error) {
	u, err := remote(m.remote.URL)
	if err != nil {
		return received{}, err
	}
	ask.limit = m.all.opt.MaxFetch
	if m.remote.Token != nil {
		if ask.token, err = m.remote.Token(ctx); err != nil {
			return received{}, err
		}
	}
	if err := m.begin(); err != nil {
		return received{}, err
	}
	got, err := m.negotiate(ctx, u, ask)
	if err == nil {
		err = m.finish()
	}
	if err != nil {
		return received{}, scrub(fmt.Errorf("fetch %s: %w", RedactURL(m.remote.URL), err), ask.token, u.User)
	}
	return got, nil
}

// Evict removes mirrors that were not used for long, and of the others the
// longest unused ones while all together are too large. Those in use stay.
func (m *Mirrors) Evict(ctx context.Context, now time.Time) (removed int, err error) {
	type mirror struct {
		key  string
		used time.Time
		size int64
	}
	entries, err := os.ReadDir(m.dir)
	if err != nil {
		return 0, fmt.Errorf("evict mirrors: %w", err)
	}
	var all []mirror
	total := int64(0)
	for _, e := range entries {
		key, ok := strings.CutSuffix(e.Name(), ".git")
		info, err := e.Info()
		if !ok || err != nil {
			continue
		}
		size := folderSize(filepath.Join(m.dir, e.Name()))
		total += size
		all = append(all, mirror{key, info.ModTime(), size})
	}
	slices.SortFunc(all, func(a, b mirror) int { return a.used.Compare(b.used) })
	for _, c := range all {
		if now.Sub(c.used) < m.opt.MaxAge && total <= m.opt.MaxTotal {
			break
		}
		brief, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
		release, err := m.hold(brief, c.key)
		cancel()
		if err != nil {
			continue // in use
		}
		err = os.RemoveAll(filepath.Join(m.dir, c.key+".git"))
		release()
		if err != nil {
			return removed, fmt.Errorf("evict the mirror %s: %w", c.key, err)
		}
		total -= c.size
		removed++
	}
	return removed, nil
}

func folderSize(dir string) (size int64) {
	_ = filepath.WalkDir(dir, func(_ string, d os.DirEntry, err error) error { // what vanishes meanwhile takes no room
		if err == nil && d.Type().IsRegular() {
			if info, err := d.Info(); err == nil {
				size += info.Size()
			}
		}
		return nil
	})
	return size
}
