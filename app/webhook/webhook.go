// Package webhook takes GitHub's deliveries: it verifies the signature, reads
// the few facts that jobs need, stores them and answers 202. What they ask for
// is planned later, from the stored row (Plan): the answer waits for nothing
// but the disk.
//
// A delivery is a hint. Of its body only ids, refs, commit ids and logins are
// kept, and jobs read the state of things from GitHub again.
package webhook

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"strings"
	"time"
)

// MaxBody is GitHub's own limit of a payload: 25 MB, docs.github.com "Webhook
// events and payloads".
const MaxBody = 25 << 20

// Delivery is one delivery as it is stored.
type Delivery struct {
	ID         string // X-GitHub-Delivery
	Event      string
	BodySHA256 string // hex
	Facts      Facts
	Ignored    bool // nothing will be planned
	ReceivedAt time.Time
}

// Inbox stores deliveries. Store returns once the delivery is on the disk; a
// delivery that is there already is no error.
type Inbox interface {
	Store(ctx context.Context, d Delivery) error
}

// Receiver is the handler of POST /webhook.
type Receiver struct {
	Secrets func() []string // any of them may have signed; rotation has two
	Self    func() string   // login of the app's own bot, "" while unknown
	Inbox   Inbox
	Now     func() time.Time
	Log     *slog.Logger
	Counted func(event, outcome string) // outcome: stored, ignored, own, forged, malformed, too-large, failed; may be nil
}

// dropped answers what is taken and not stored. It is not 202: what GitHub says
// was answered 202 and is not in the ledger was lost, with the disk or by the
// restore of an older backup, and is asked for again (Gaps).
const dropped = http.StatusOK

// ServeHTTP implements http.Handler: 202 stored, 200 dropped as our own doing,
// 400 malformed, 401 signature, 413 too large, 415 not JSON, 503 not stored
// (GitHub may be asked again).
func (r *Receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	event, id := req.Header.Get("X-GitHub-Event"), req.Header.Get("X-GitHub-Delivery")
	body, err := io.ReadAll(http.MaxBytesReader(w, req.Body, MaxBody))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		r.answer(w, "", "too-large", http.StatusRequestEntityTooLarge, "the body is larger than 25 MiB")
		return
	case err != nil:
		r.answer(w, "", "malformed", http.StatusBadRequest, "the body could not be read")
		return
	case !r.signed(body, req.Header.Get("X-Hub-Signature-256")):
		r.answer(w, "", "forged", http.StatusUnauthorized, "X-Hub-Signature-256 is missing or wrong")
		return
	}
	media, _, _ := mime.ParseMediaType(req.Header.Get("Content-Type"))
	switch {
	case media != "application/json":
		r.answer(w, "", "malformed", http.StatusUnsupportedMediaType, "send the payload as application/json")
		return
	case !isWord(event) || !isWord(id):
		r.answer(w, "", "malformed", http.StatusBadRequest, "X-GitHub-Event or X-GitHub-Delivery is missing or malformed")
		return
	}
	r.take(w, req, event, id, body)
}

// take stores what is signed.
func (r *Receiver) take(w http.ResponseWriter, req *http.Request, event, id string, body []byte) {
	facts, known, err := Read(event, body)
	if err != nil {
		r.Log.Warn("delivery refused", "delivery", id, "event", event, "error", err)
		r.answer(w, event, "malformed", http.StatusBadRequest, "the payload does not fit its event: "+err.Error())
		return
	}
	if self := r.Self(); self != "" && facts.Sender.Login == self {
		r.answer(w, event, "own", dropped, "our own doing")
		return
	}
	sum := sha256.Sum256(body)
	d := Delivery{
		ID: id, Event: event, BodySHA256: hex.EncodeToString(sum[:]), Facts: facts,
		Ignored: !known || len(Plan(event, &facts)) == 0, ReceivedAt: r.Now(),
	}
	if err := r.Inbox.Store(req.Context(), d); err != nil {
		r.Log.Error("delivery not stored", "delivery", id, "event", event, "error", err)
		r.answer(w, event, "failed", http.StatusServiceUnavailable, "the delivery could not be stored: send it again")
		return
	}
	outcome := "stored"
	if d.Ignored {
		outcome = "ignored"
	}
	r.answer(w, event, outcome, http.StatusAccepted, outcome)
}

func (r *Receiver) answer(w http.ResponseWriter, event, outcome string, code int, text string) {
	if r.Counted != nil {
		if !isKnown(event) {
			event = "other" // a label must not be anybody's to choose
		}
		r.Counted(event, outcome)
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(code)
	_, _ = io.WriteString(w, text+"\n") // the answer is the code
}

// signed compares in constant time with every secret. Without a secret nothing
// is signed.
func (r *Receiver) signed(body []byte, header string) bool {
	given, ok := strings.CutPrefix(header, "sha256=")
	if !ok {
		return false
	}
	mac, err := hex.DecodeString(given)
	if err != nil {
		return false
	}
	valid := false
	for _, secret := range r.Secrets() {
		if secret == "" {
			continue
		}
		h := hmac.New(sha256.New, []byte(secret))
		h.Write(body)
		valid = hmac.Equal(h.Sum(nil), mac) || valid
	}
	return valid
}

// isWord is what GitHub's event names and delivery ids are made of.
func isWord(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_') {
			return false
		}
	}
	return true
}
