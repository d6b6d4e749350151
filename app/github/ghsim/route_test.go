package ghsim

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Every route served is one of GitHub's description and nothing described in
// our part of it is left out.
func TestEveryRouteIsDescribed(t *testing.T) {
	t.Parallel()
	d, err := loadDescription()
	if err != nil {
		t.Fatal(err)
	}
	var served, described []string
	for _, r := range allRoutes() {
		served = append(served, r.method+" "+r.template)
		op, at := d.operation(&r)
		responses, _ := op["responses"].(object)
		success := 0
		for status, v := range responses {
			response, where := d.resolve(v, append(slices.Clone(at), "responses", status))
			content, _ := response["content"].(object)
			if content["application/json"] == nil {
				success++ // described as empty
				continue
			}
			if _, err := d.schema(append(where, "content", "application/json", "schema")...); err != nil {
				t.Errorf("%s %s: %s: %v", r.method, r.template, status, err)
			}
			success++
		}
		if success == 0 {
			t.Errorf("%s %s: no response is described", r.method, r.template)
		}
		if op["requestBody"] == nil {
			continue
		}
		body, where := d.resolve(op["requestBody"], append(slices.Clone(at), "requestBody"))
		if body["content"] == nil {
			t.Errorf("%s %s: no content of its body", r.method, r.template)
		}
		if _, err := d.schema(append(where, "content", "application/json", "schema")...); err != nil {
			t.Errorf("%s %s: body: %v", r.method, r.template, err)
		}
	}
	for template, item := range d.paths {
		for method := range item.(object) {
			described = append(described, strings.ToUpper(method)+" "+template)
		}
	}
	slices.Sort(served)
	slices.Sort(described)
	if diff := cmp.Diff(described, served); diff != "" {
		t.Error(diff)
	}
}

func TestEveryRouteWithATokenHasAPermission(t *testing.T) {
	t.Parallel()
	table, err := needs()
	if err != nil {
		t.Fatal(err)
	}
	own := []string{"DELETE /installation/token", "GET /installation/repositories"} // any installation token
	for _, r := range allRoutes() {
		key := r.method + " " + r.template
		if got := len(table[key]) > 0; got != (r.auth == byInstallation && !slices.Contains(own, key)) {
			t.Errorf("%s: permission in the table: %v", key, got)
		}
	}
}

// A response that leaves the description is found: the check is no rubber
// stamp.
func TestWrongResponsesAreFound(t *testing.T) {
	t.Parallel()
	s, err := NewServer(Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	r := s.CreateRepo("acme", "shop", RepoOptions{})
	at := func(template string) *call {
		for i, have := range allRoutes() {
			if have.method == "GET" && have.template == template {
				return &call{sim: s, route: &allRoutes()[i]}
			}
		}
		t.Fatalf("no route %s", template)
		return nil
	}
	c := at("/repos/{owner}/{repo}")
	good := s.repoJSON(r)
	for name, change := range map[string]func(object){
		"as it is":        func(object) {},
		"id as text":      func(o object) { o["id"] = "5" },
		"no owner":        func(o object) { delete(o, "owner") },
		"null name":       func(o object) { o["name"] = nil },
		"date without T":  func(o object) { o["created_at"] = "2026-01-02 03:04:05" },
		"relative URL":    func(o object) { o["html_url"] = "/acme/shop" },
		"owner of a team": func(o object) { o["owner"] = object{"slug": "x"} },
	} {
		o := maps.Clone(good)
		change(o)
		out := reply{status: http.StatusOK, body: o}
		out.raw, err = json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		if problem := checkResponse(c, out); (problem == "") != (name == "as it is") {
			t.Errorf("%s: %q", name, problem)
		}
	}
	if problem := checkResponse(c, reply{status: http.StatusTeapot}); problem != "" {
		t.Errorf("an error GitHub does not describe is no violation: %s", problem)
	}
	if problem := checkResponse(c, reply{status: http.StatusCreated}); problem == "" {
		t.Error("a success GitHub does not describe passes")
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/repos/a/b":                            "/repos/{owner}/{repo}",
		"/repos/a/b/issues/comments/7":          "/repos/{owner}/{repo}/issues/comments/{comment_id}",
		"/repos/a/b/issues/7/comments":          "/repos/{owner}/{repo}/issues/{issue_number}/comments",
		"/repos/a/b/commits/feature%2Fx":        "/repos/{owner}/{repo}/commits/{ref}",
		"/repos/a/b/commits/feature/x":          "",
		"/repos/a/b/issues/x":                   "",
		"/repos/a//issues/1":                    "",
		"/repos/a/b/":                           "",
		"/app/hook/deliveries/1":                "/app/hook/deliveries/{delivery_id}",
		"/app/installations/%zz":                "",
		"/repos/a/b/collaborators/c/permission": "/repos/{owner}/{repo}/collaborators/{username}/permission",
	} {
		r, params := match(allRoutes(), "GET", path)
		got := ""
		if r != nil {
			got = r.template
		}
		if got != want {
			t.Errorf("%s matches %q, want %q", path, got, want)
		}
		if strings.Contains(path, "%2F") && params["ref"] != "feature/x" {
			t.Errorf("ref = %q", params["ref"])
		}
	}
}
