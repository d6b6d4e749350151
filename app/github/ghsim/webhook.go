package ghsim

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	mrand "math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// Fate is what becomes of a new webhook.
type Fate int

// The fates of a webhook.
const (
	Send   Fate = iota // at once, the answer waited for
	Lose               // GitHub could not connect: in the delivery log as failed
	Vanish             // never made, not even logged
	Hold               // waits for Release
	Twice              // sent twice under one GUID
	Aside              // beside the caller, in no order; Wait waits
)

// Delivery is one webhook and what became of it.
type Delivery struct {
	ID           int64
	GUID         string // the same for a redelivery
	Event        string
	Action       string // "" where the event has none
	Body         []byte
	Installation int64
	Repository   int64 // 0 if none
	Redelivery   bool

	At       time.Time
	Held     bool // not sent yet
	Status   int  // 0: no answer
	Response string
	Took     time.Duration
}

// Delivered says whether the receiver answered 2xx.
func (d Delivery) Delivered() bool { return d.Status >= 200 && d.Status < 300 }

// events gathers the webhooks one change causes. They are made under the lock
// and sent outside it.
type events struct {
	sim   *Sim
	list  []*Delivery
	aside []*Delivery
}

// unconditional are events every App gets without subscribing.
var unconditional = []string{"installation", "installation_repositories", "installation_target", "github_app_authorization", "ping"}

// eventNeeds is the permission an event needs besides the subscription.
var eventNeeds = map[string]string{
	"push": "contents", "pull_request": "pull_requests", "issues": "issues", "issue_comment": "issues", "check_run": "checks",
	"check_suite": "checks", "merge_group": "merge_queues", "member": "members", "membership": "members", "organization": "members",
	"team": "members", "team_add": "members", "repository": "metadata", "public": "metadata",
}

// wanted says whether the App gets this event of this installation.
func (s *Sim) wanted(inst *installation, event, action string) bool {
	if slices.Contains(unconditional, event) {
		return true
	}
	if inst.suspended != nil || rank(inst.permissions[eventNeeds[event]]) < 1 {
		return false
	}
	asked := action == "requested" || action == "rerequested" || action == "requested_action"
	if asked && (event == "check_run" || event == "check_suite") {
		return rank(inst.permissions["checks"]) >= rank("write")
	}
	return slices.Contains(s.app.events, event)
}

// repo raises an event about a repository, if an installation covers it.
func (e *events) repo(r *Repo, event, action string, sender *account, parts object) {
	for _, id := range sortedKeys(e.sim.installations) {
		if inst := e.sim.installations[id]; inst.covers(r) {
			e.to(inst, r, event, action, sender, parts)
		}
	}
}

// org raises an event about an organisation.
func (e *events) org(o *account, event, action string, sender *account, parts object) {
	for _, id := range sortedKeys(e.sim.installations) {
		if inst := e.sim.installations[id]; inst.account == o {
			e.to(inst, nil, event, action, sender, parts)
		}
	}
}

func (e *events) to(inst *installation, r *Repo, event, action string, sender *account, parts object) {
	s := e.sim
	if !s.wanted(inst, event, action) {
		return
	}
	payload := object{"sender": s.userJSON(sender)}
	if event != "installation" && event != "installation_repositories" {
		payload["installation"] = object{"id": inst.id, "node_id": nodeID("IN", inst.id)}
	}
	if action != "" {
		payload["action"] = action
	}
	d := &Delivery{ID: s.nextID(), GUID: newGUID(), Event: event, Action: action, Installation: inst.id}
	if r != nil {
		d.Repository = r.ID
		payload["repository"] = s.repoJSON(r)
	}
	if inst.account.kind == "Organization" && event != "installation" && event != "installation_repositories" {
		payload["organization"] = s.orgJSON(inst.account)
	}
	for k, v := range parts {
		payload[k] = v
	}
	e.add(d, payload)
}

func (e *events) add(d *Delivery, payload object) {
	body, err := json.Marshal(payload)
	if err != nil {
		e.sim.fatalf("encode %s: %v", d.Event, err)
	}
	const most = 25 << 20 // GitHub makes no larger webhook
	if len(body) > most {
		return
	}
	d.Body, d.At = body, e.sim.now()
	switch f := e.fate(d); f {
	case Vanish:
		return
	case Lose:
		d.Response = "failed to connect to host"
		e.sim.deliveries = append(e.sim.deliveries, d)
		return
	case Hold:
		d.Held = true
		e.sim.deliveries = append(e.sim.deliveries, d)
		return
	case Aside:
		e.aside = append(e.aside, d)
	case Twice:
		again := *d
		e.list = append(e.list, d, &again)
	default:
		e.list = append(e.list, d)
	}
	e.sim.deliveries = append(e.sim.deliveries, d)
}

func (e *events) fate(d *Delivery) Fate {
	if e.sim.fate == nil {
		return Send
	}
	return e.sim.fate(d.Event, d.Action)
}

// Route decides the fate of every webhook from now on; nil sends them all.
// decide must not call the Sim.
func (s *Sim) Route(decide func(event, action string) Fate) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fate = decide
}

// Release sends the held webhooks in the order they were made.
func (s *Sim) Release() { s.release(func([]*Delivery) {}) }

// ReleaseShuffled sends the held webhooks in an order drawn from seed.
func (s *Sim) ReleaseShuffled(seed uint64) {
	s.release(func(list []*Delivery) {
		mrand.New(mrand.NewPCG(seed, seed)).Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	})
}

// ReleaseReversed sends the held webhooks, the newest first.
func (s *Sim) ReleaseReversed() { s.release(slices.Reverse[[]*Delivery]) }

func (s *Sim) release(order func([]*Delivery)) {
	var held []*Delivery
	s.locked(func() {
		for _, d := range s.deliveries {
			if d.Held {
				d.Held = false
				held = append(held, d)
			}
		}
	})
	order(held)
	for _, d := range held {
		s.dispatch(d)
	}
}

// Deliveries is every webhook so far, in the order they were made.
func (s *Sim) Deliveries() []Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Delivery, len(s.deliveries))
	for i, d := range s.deliveries {
		out[i] = *d
	}
	return out
}

// Redeliver sends a delivery again under its old GUID, as the button in
// GitHub's settings does, and returns the new attempt.
func (s *Sim) Redeliver(id int64) Delivery {
	var again *Delivery
	s.locked(func() { again = s.attempt(id) })
	if again == nil {
		s.fatalf("no delivery %d", id)
	}
	s.dispatch(again)
	s.mu.Lock()
	defer s.mu.Unlock()
	return *again
}

// attempt makes the row of a redelivery, nil for an unknown id. Lock held.
func (s *Sim) attempt(id int64) *Delivery {
	i := slices.IndexFunc(s.deliveries, func(d *Delivery) bool { return d.ID == id })
	if i < 0 {
		return nil
	}
	old := s.deliveries[i]
	again := &Delivery{
		ID: s.nextID(), GUID: old.GUID, Event: old.Event, Action: old.Action, Body: old.Body, Installation: old.Installation,
		Repository: old.Repository, Redelivery: true, At: s.now(),
	}
	s.deliveries = append(s.deliveries, again)
	return again
}

// SendRaw posts any body as an event to the webhook address, signed with
// secret ("" leaves the signature out): forged, replayed and malformed
// deliveries. It is not in the delivery log. 0 means no answer.
func (s *Sim) SendRaw(event, guid, secret string, body []byte) int {
	s.mu.Lock()
	target := s.hook.url
	appID := s.app.id
	s.mu.Unlock()
	status, _ := post(target, headers(appID, event, guid, secret, body), body)
	return status
}

// dispatch sends one webhook and records the answer. Without the lock.
func (s *Sim) dispatch(d *Delivery) {
	s.mu.Lock()
	target := s.hook
	appID := s.app.id
	s.mu.Unlock()
	start := time.Now()
	status, response := 0, "no webhook address"
	if target.url != "" {
		status, response = post(target.url, headers(appID, d.Event, d.GUID, target.secret, d.Body), d.Body)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	d.Status, d.Response, d.Took = status, response, time.Since(start)
}

func headers(appID int64, event, guid, secret string, body []byte) http.Header {
	h := http.Header{}
	for k, v := range map[string]string{
		"Content-Type": "application/json", "User-Agent": "GitHub-Hookshot/0123456", "X-GitHub-Event": event, "X-GitHub-Delivery": guid,
		"X-GitHub-Hook-ID": "1", "X-GitHub-Hook-Installation-Target-ID": strconv.FormatInt(appID, 10),
		"X-GitHub-Hook-Installation-Target-Type": "integration", "X-GitHub-Enterprise-Version": version, "X-GitHub-Enterprise-Host": "ghsim",
	} {
		h.Set(k, v)
	}
	if secret != "" {
		h.Set("X-Hub-Signature-256", "sha256="+sign(sha256.New, secret, body))
		h.Set("X-Hub-Signature", "sha1="+sign(sha1.New, secret, body))
	}
	return h
}

func sign(algorithm func() hash.Hash, secret string, body []byte) string {
	mac := hmac.New(algorithm, []byte(secret))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

// post waits ten seconds for an answer, as GitHub does, and follows nothing.
func post(target string, h http.Header, body []byte) (int, string) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return 0, err.Error()
	}
	req.Header = h
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		return 0, "failed to connect to host"
	}
	defer resp.Body.Close()
	answer, _ := io.ReadAll(io.LimitReader(resp.Body, 4096))
	return resp.StatusCode, string(answer)
}

func newGUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// background runs f beside the caller; Wait and Close wait for it.
func (s *Sim) background(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	s.done.Add(1)
	s.pending++
	go func() {
		defer s.done.Done()
		f()
		s.mu.Lock()
		defer s.mu.Unlock()
		s.pending--
		s.settled.Broadcast()
	}()
}

// Wait returns when no webhook is under way in the background.
func (s *Sim) Wait() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.pending > 0 {
		s.settled.Wait()
	}
}
