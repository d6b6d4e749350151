package github

import (
	"bytes"
	"container/list"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
)

const (
	cacheBytes = 32 << 20 // of bodies, over all installations of a process
	entryBytes = 1 << 20  // a larger body is not kept
)

// etag asks GitHub whether an answer has changed; one that has not is free of
// the primary limit. It stands below auth because GitHub's entity tags depend
// on the token, which changes every hour: as observed, not documented, they
// are the SHA-256 of "Accept:Authorization:body". An entry whose tag was made
// that way gets a tag computed for today's token; any other is sent as it was
// received, and at worst the answer is a plain 200.
type etag struct {
	next http.RoundTripper
	view *cacheView
}

func (e *etag) RoundTrip(req *http.Request) (*http.Response, error) {
	c, ok := callOf(req.Context())
	if !ok || !c.cache || req.Method != http.MethodGet {
		return e.next.RoundTrip(req)
	}
	key := e.view.key(req, c)
	old, had := e.view.cache.get(key)
	if had {
		req = req.Clone(req.Context())
		req.Header.Set("If-None-Match", old.tagFor(req))
	}
	resp, err := e.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	switch {
	case had && resp.StatusCode == http.StatusNotModified:
		return old.answer(req, resp), nil
	case resp.StatusCode == http.StatusOK:
		e.view.cache.put(key, newEntry(req, resp))
	case resp.StatusCode == http.StatusNotFound:
		e.view.cache.drop(key)
	}
	return resp, nil
}

// cacheView is the cache as one installation sees it.
type cacheView struct {
	cache        *etagCache
	installation int64
}

// key holds all an answer depends on: who asks, with which rights, for what.
func (v *cacheView) key(req *http.Request, c call) string {
	s := c.scope()
	return fmt.Sprintf("%d %d %s %s %s", v.installation, s.repository, s.permissions, req.Header.Get("Accept"), req.URL)
}

type entry struct {
	key     string
	tag     string // as received, without W/
	weak    bool
	derived bool // tag follows from token and body
	header  http.Header
	body    []byte
}

func newEntry(req *http.Request, resp *http.Response) *entry {
	tag, weak := strings.CutPrefix(resp.Header.Get("ETag"), "W/")
	body := peek(resp)
	if len(tag) < 2 || len(body) > entryBytes {
		return nil
	}
	header := http.Header{}
	for _, name := range []string{"Content-Type", "Link"} {
		if v := resp.Header.Get(name); v != "" {
			header.Set(name, v)
		}
	}
	return &entry{tag: tag, weak: weak, derived: tag == tagOf(req, body), header: header, body: body}
}

func tagOf(req *http.Request, body []byte) string {
	h := sha256.New()
	io.WriteString(h, req.Header.Get("Accept")+":"+req.Header.Get("Authorization")+":")
	h.Write(body)
	return `"` + hex.EncodeToString(h.Sum(nil)) + `"`
}

func (e *entry) tagFor(req *http.Request) string {
	tag := e.tag
	if e.derived {
		tag = tagOf(req, e.body)
	}
	if e.weak {
		return "W/" + tag
	}
	return tag
}

// answer is the kept body under the headers of the 304, which tell the limits
// of now.
func (e *entry) answer(req *http.Request, notModified *http.Response) *http.Response {
	header := notModified.Header.Clone()
	for name := range e.header {
		if header.Get(name) == "" {
			header.Set(name, e.header.Get(name))
		}
	}
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, Body: io.NopCloser(bytes.NewReader(e.body)), ContentLength: int64(len(e.body)), Request: req,
	}
}

// etagCache keeps the most recently used entries within a number of bytes.
type etagCache struct {
	limit int

	mu    sync.Mutex
	size  int
	order *list.List // front: used last
	byKey map[string]*list.Element
}

func newETagCache(limit int) *etagCache {
	return &etagCache{limit: limit, order: list.New(), byKey: map[string]*list.Element{}}
}

func (c *etagCache) get(key string) (*entry, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	el := c.byKey[key]
	if el == nil {
		return nil, false
	}
	c.order.MoveToFront(el)
	return el.Value.(*entry), true
}

// put replaces what key had; a nil entry only removes it.
func (c *etagCache) put(key string, e *entry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.remove(c.byKey[key])
	if e == nil {
		return
	}
	e.key = key
	c.byKey[key] = c.order.PushFront(e)
	c.size += e.cost()
	for c.size > c.limit {
		c.remove(c.order.Back())
	}
}

func (c *etagCache) drop(key string) { c.put(key, nil) }

func (c *etagCache) remove(el *list.Element) {
	if el == nil {
		return
	}
	e := el.Value.(*entry)
	c.order.Remove(el)
	delete(c.byKey, e.key)
	c.size -= e.cost()
}

// cost counts key and body, and 512 bytes for the structures around them.
func (e *entry) cost() int { return len(e.body) + len(e.key) + 512 }
