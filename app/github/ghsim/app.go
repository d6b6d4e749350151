package ghsim

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func appRoutes() []route {
	return []route{
		{method: "GET", template: "/app", auth: byApp, handle: (*Sim).getApp},
		{method: "GET", template: "/app/installations", auth: byApp, handle: (*Sim).listInstallations},
		{method: "GET", template: "/app/installations/{installation_id}", auth: byApp, handle: (*Sim).getInstallation},
		{method: "GET", template: "/repos/{owner}/{repo}/installation", auth: byApp, handle: (*Sim).getRepoInstallation},
		{method: "POST", template: "/app/installations/{installation_id}/access_tokens", auth: byApp, handle: (*Sim).issueToken},
		{method: "DELETE", template: "/installation/token", auth: byInstallation, handle: (*Sim).revokeToken},
		{method: "GET", template: "/app/hook/config", auth: byApp, handle: (*Sim).hookConfig},
		{method: "GET", template: "/app/hook/deliveries", auth: byApp, honours: []string{"cursor", "status"}, handle: (*Sim).listDeliveries},
		{method: "GET", template: "/app/hook/deliveries/{delivery_id}", auth: byApp, handle: (*Sim).getDelivery},
		{method: "POST", template: "/app/hook/deliveries/{delivery_id}/attempts", auth: byApp, handle: (*Sim).redeliver},
		{method: "POST", template: "/app-manifests/{code}/conversions", auth: byAnyone, handle: (*Sim).convertManifest},
	}
}

func (s *Sim) appJSON() object {
	a := s.app
	return object{
		"id": a.id, "slug": a.slug, "node_id": nodeID("A", a.id), "client_id": a.clientID, "owner": s.userJSON(a.owner), "name": a.name,
		"description": a.description, "external_url": s.URL, "html_url": s.URL + "/apps/" + a.slug, "created_at": stamp(a.created),
		"updated_at": stamp(a.created), "permissions": a.permissions, "events": a.events, "installations_count": len(s.installations),
	}
}

func (s *Sim) getApp(*call) reply { return reply{status: http.StatusOK, body: s.appJSON()} }

func (s *Sim) hookConfig(*call) reply {
	out := object{"content_type": "json", "secret": "********", "insecure_ssl": "0"}
	if s.hook.url != "" {
		out["url"] = s.hook.url
	}
	return reply{status: http.StatusOK, body: out}
}

func (d *Delivery) state() string {
	switch {
	case d.Delivered():
		return "OK"
	case d.Status == 0:
		return "failed to connect to host"
	}
	return fmt.Sprintf("Invalid HTTP Response: %d", d.Status)
}

func (d *Delivery) json() object {
	out := object{
		"id": d.ID, "guid": d.GUID, "delivered_at": stamp(d.At), "redelivery": d.Redelivery, "duration": d.Took.Seconds(), "status": d.state(),
		"status_code": d.Status, "event": d.Event, "action": nil, "installation_id": d.Installation, "repository_id": nil, "throttled_at": nil,
	}
	if d.Action != "" {
		out["action"] = d.Action
	}
	if d.Repository != 0 {
		out["repository_id"] = d.Repository
	}
	return out
}

// listDeliveries answers the newest first; the cursor is the id to go on
// below.
func (s *Sim) listDeliveries(c *call) reply {
	below, err := strconv.ParseInt(c.query.Get("cursor"), 10, 64)
	if c.query.Has("cursor") && err != nil {
		return c.fail(http.StatusUnprocessableEntity, "Invalid cursor")
	}
	size := min(c.number("per_page", 30), 100)
	list := []any{}
	header := http.Header{}
	var last int64
	for _, d := range slices.Backward(s.deliveries) {
		if d.Held || below != 0 && d.ID >= below || !statusFits(c.query.Get("status"), d) {
			continue
		}
		if len(list) == size {
			q := maps.Clone(c.query)
			q.Set("cursor", itoa(last))
			header.Set("Link", fmt.Sprintf(`<%s%s?%s>; rel="next"`, s.URL, c.req.URL.Path, q.Encode()))
			break
		}
		list, last = append(list, d.json()), d.ID
	}
	return reply{status: http.StatusOK, body: list, header: header}
}

func statusFits(status string, d *Delivery) bool {
	return status == "" || (status == "success") == d.Delivered()
}

func (s *Sim) delivery(id int64) *Delivery {
	for _, d := range s.deliveries {
		if d.ID == id && !d.Held {
			return d
		}
	}
	return nil
}

func (s *Sim) getDelivery(c *call) reply {
	d := s.delivery(c.int64("delivery_id"))
	if d == nil {
		return c.notFound()
	}
	out := d.json()
	var payload object
	_ = json.Unmarshal(d.Body, &payload)
	out["url"] = s.hook.url
	out["request"] = object{"headers": object{"X-GitHub-Delivery": d.GUID, "X-GitHub-Event": d.Event}, "payload": payload}
	out["response"] = object{"headers": object{}, "payload": d.Response}
	return reply{status: http.StatusOK, body: out}
}

// redeliver answers 202 and sends later.
func (s *Sim) redeliver(c *call) reply {
	if s.delivery(c.int64("delivery_id")) == nil {
		return c.notFound()
	}
	c.resend = append(c.resend, s.attempt(c.int64("delivery_id")))
	return reply{status: http.StatusAccepted, body: object{}}
}

// SubmitManifest registers an App manifest as a person does at GitHub and
// returns the code of the redirect. The conversion of the code makes the
// simulation's App a new one: id, key, secrets, permissions, events, webhook.
func (s *Sim) SubmitManifest(manifest map[string]any) (code string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	code = randomText(40)
	s.manifests[code] = manifest
	return code
}

// serveManifestForm takes the browser's form of the manifest flow and
// redirects to the manifest's redirect_url with code and state.
func (s *Sim) serveManifestForm(w http.ResponseWriter, r *http.Request) {
	var manifest object
	if r.Method != http.MethodPost || json.Unmarshal([]byte(r.PostFormValue("manifest")), &manifest) != nil {
		http.Error(w, "POST a form with a field manifest", http.StatusBadRequest)
		return
	}
	text, _ := manifest["redirect_url"].(string)
	target, err := url.Parse(text)
	if err != nil || !target.IsAbs() || manifest["url"] == nil {
		http.Error(w, "the manifest needs url and redirect_url", http.StatusUnprocessableEntity)
		return
	}
	q := target.Query()
	q.Set("code", s.SubmitManifest(manifest))
	if state := r.URL.Query().Get("state"); state != "" {
		q.Set("state", state)
	}
	target.RawQuery = q.Encode()
	http.Redirect(w, r, target.String(), http.StatusFound)
}

func (s *Sim) convertManifest(c *call) reply {
	manifest, ok := s.manifests[c.params["code"]]
	delete(s.manifests, c.params["code"]) // a code works once
	if !ok {
		return c.notFound()
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return c.fail(http.StatusInternalServerError, err.Error())
	}
	name, _ := manifest["name"].(string)
	permissions := map[string]string{}
	granted, _ := manifest["default_permissions"].(object)
	for k, v := range granted {
		permissions[k], _ = v.(string)
	}
	events := []string{}
	subscribed, _ := manifest["default_events"].([]any)
	for _, e := range subscribed {
		events = append(events, fmt.Sprint(e))
	}
	s.app = s.newApp(strings.TrimSpace(name), s.app.owner, key, permissions, events)
	attributes, _ := manifest["hook_attributes"].(object)
	target, _ := attributes["url"].(string)
	s.hook = hook{target, randomText(40)}
	out := s.appJSON()
	out["client_secret"], out["webhook_secret"], out["pem"] = randomText(40), s.hook.secret, string(encodeKey(key))
	return reply{status: http.StatusCreated, body: out}
}
