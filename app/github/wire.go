package github

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// bodyBytes bounds an answer. The largest we ask for is a page of a hundred
// issues with bodies of 65,536 characters.
const bodyBytes = 32 << 20

var errTooLarge = errors.New("GitHub's answer is larger than 32 MiB")

// wire makes one attempt. It reads the body to its end, so that a connection
// that breaks halfway counts as failed where it can still be repeated.
type wire struct {
	next    http.RoundTripper
	timeout time.Duration
}

func (w *wire) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(req.Context(), w.timeout)
	defer cancel()
	resp, err := w.next.RoundTrip(req.WithContext(ctx))
	if err != nil {
		return nil, w.cause(req.Context(), ctx, err)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, bodyBytes+1))
	resp.Body.Close()
	switch {
	case err != nil:
		return nil, w.cause(req.Context(), ctx, fmt.Errorf("read GitHub's answer: %w", err))
	case len(body) > bodyBytes:
		return nil, errTooLarge
	}
	setBody(resp, body)
	return resp, nil
}

// cause tells our deadline for an attempt from the caller's for the call.
func (w *wire) cause(caller, attempt context.Context, err error) error {
	if caller.Err() == nil && attempt.Err() != nil {
		return fmt.Errorf("no complete answer from GitHub within %s", w.timeout)
	}
	return err
}

func setBody(resp *http.Response, body []byte) {
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
}

// peek is the body of an answer that wire has read; it stays readable.
func peek(resp *http.Response) []byte {
	body, _ := io.ReadAll(resp.Body)
	setBody(resp, body)
	return body
}

func defaultTransport() *http.Transport {
	t, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		t = &http.Transport{Proxy: http.ProxyFromEnvironment}
	}
	t = t.Clone()
	t.MaxIdleConnsPerHost = 32 // every call goes to one host
	t.MaxResponseHeaderBytes = 1 << 20
	return t
}
