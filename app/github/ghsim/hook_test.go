package ghsim_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// received is one webhook as a receiver saw it.
type received struct {
	event, guid, signature string
	body                   []byte
	payload                object
}

// receiver is a webhook endpoint.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	got    []received
	answer int
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{answer: http.StatusAccepted}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		in := received{req.Header.Get("X-GitHub-Event"), req.Header.Get("X-GitHub-Delivery"), req.Header.Get("X-Hub-Signature-256"), body, nil}
		_ = json.Unmarshal(body, &in.payload)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.got = append(r.got, in)
		w.WriteHeader(r.answer)
	}))
	t.Cleanup(r.Close)
	return r
}

// take empties what was received.
func (r *receiver) take() []received {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := r.got
	r.got = nil
	return out
}

func (r *receiver) setAnswer(status int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = status
}

// names are the events received, as event.action.
func names(list []received) []string {
	out := []string{}
	for _, g := range list {
		name := g.event
		if action, ok := g.payload["action"].(string); ok {
			name += "." + action
		}
		out = append(out, name)
	}
	return out
}

func validSignature(g received, secret string) bool {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(g.body)
	return hmac.Equal([]byte("sha256="+hex.EncodeToString(mac.Sum(nil))), []byte(g.signature))
}
