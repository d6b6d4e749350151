package ghsim_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/castellan-app/castellan/app/github/ghsim"
)

// Every route of the description answers a good request as described: a
// response that does not is a violation and fails the test.
func TestEveryRouteAnswersAsDescribed(t *testing.T) {
	t.Parallel()
	hook := newReceiver(t)
	s, r, c := world(t, ghsim.Options{WebhookURL: hook.URL})
	s.AddTeam("acme", "security", "bob")
	p := s.ForkPR(r, "eve", "fix", map[string]string{"a/b.txt": "1\n"})
	s.ClosePR(p, true)
	s.Push(r, "f", map[string]string{"x": "1"}, "x")
	s.OpenPR(r, ghsim.PROptions{From: "f", Draft: true})
	comment := s.Comment(r, 1, "bob", "first")
	a, anyone, repo := app(t, s), client{t, s, ""}, "/repos/acme/shop"
	id := installationOf(t, s)
	deliveries := s.Deliveries()
	delivery := fmt.Sprintf("/app/hook/deliveries/%d", deliveries[len(deliveries)-1].ID)

	for _, path := range []string{
		"/app", "/app/installations", fmt.Sprintf("/app/installations/%d", id), "/app/hook/deliveries", delivery, "/app/hook/config", repo + "/installation",
	} {
		a.call(http.StatusOK, "GET", path, nil)
	}
	a.call(http.StatusAccepted, "POST", delivery+"/attempts", nil)
	c.call(http.StatusCreated, "POST", repo+"/check-runs", object{"name": "Castellan", "head_sha": r.Head("main")})
	check := fmt.Sprintf("%s/check-runs/%d", repo, s.Checks(r, "")[0].ID)
	c.call(http.StatusOK, "PATCH", check, object{"output": object{"title": "T", "summary": "S", "annotations": notes(1)}})
	c.call(http.StatusCreated, "POST", repo+"/labels", object{"name": "security", "color": "ff0000", "description": "d"})
	c.call(http.StatusCreated, "POST", repo+"/issues", object{"title": "t", "assignees": []string{"alice"}, "labels": []string{"security"}})
	c.call(http.StatusOK, "PATCH", repo+"/issues/3", object{"body": "b"})
	c.call(http.StatusOK, "POST", repo+"/issues/3/labels", object{"labels": []string{"more"}})
	c.call(http.StatusCreated, "POST", repo+"/issues/3/assignees", object{"assignees": []string{"bob"}})
	c.call(http.StatusOK, "DELETE", repo+"/issues/3/assignees", object{"assignees": []string{"bob"}})
	mine := c.call(http.StatusCreated, "POST", repo+"/issues/3/comments", object{"body": "b"}).object(t)["id"].(float64)
	c.call(http.StatusOK, "PATCH", fmt.Sprintf("%s/issues/comments/%.0f", repo, mine), object{"body": "c"})
	reactions := fmt.Sprintf("%s/issues/comments/%d/reactions", repo, comment)
	c.call(http.StatusCreated, "POST", reactions, object{"content": "+1"})
	for _, path := range []string{
		repo, "/installation/repositories", repo + "/pulls?state=all", repo + "/pulls/1", repo + "/pulls/2", repo + "/commits", repo + "/commits/main",
		repo + "/commits/" + r.Head("main") + "/pulls", repo + "/commits/main/check-runs", check, check + "/annotations", repo + "/issues?state=all",
		repo + "/issues/1", repo + "/issues/3", repo + "/issues/1/comments", fmt.Sprintf("%s/issues/comments/%d", repo, comment), reactions,
		repo + "/issues/3/labels", repo + "/labels", repo + "/labels/security", repo + "/collaborators?permission=admin",
		repo + "/collaborators/bob/permission", "/orgs/acme/memberships/alice", "/orgs/acme/teams/security/members", "/rate_limit", "/meta",
	} {
		c.call(http.StatusOK, "GET", path, nil)
	}
	c.call(http.StatusNoContent, "GET", repo+"/assignees/bob", nil)
	c.call(http.StatusOK, "DELETE", repo+"/issues/3/labels/more", nil)
	anyone.call(http.StatusCreated, "POST", "/app-manifests/"+s.SubmitManifest(object{"name": "New"})+"/conversions", nil)
	c.call(http.StatusNoContent, "DELETE", "/installation/token", nil)
	everyRouteIn(t, s)
}

// everyRouteIn wants a success of every described route in the log.
func everyRouteIn(t *testing.T, s *ghsim.Sim) {
	t.Helper()
	raw, err := os.ReadFile("testdata/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	var description struct{ Paths map[string]map[string]any }
	if err := json.Unmarshal(raw, &description); err != nil {
		t.Fatal(err)
	}
	done := map[string]bool{}
	for _, r := range s.Requests() {
		if r.Status < 300 {
			done[r.Method+" "+r.Route] = true
		}
	}
	if len(description.Paths) < 30 {
		t.Fatalf("only %d paths are described", len(description.Paths))
	}
	for path, item := range description.Paths {
		for method := range item {
			if key := strings.ToUpper(method) + " " + path; !done[key] {
				t.Errorf("%s never succeeded", key)
			}
		}
	}
}

func TestWhatIsNotDescribedIsAViolation(t *testing.T) {
	t.Parallel()
	s, _, c := world(t, ghsim.Options{})
	s.Tolerate(ghsim.KindRoute, ghsim.KindRequest)
	c.call(http.StatusNotFound, "GET", "/repos/acme/shop/contents/README.md", nil)
	c.call(http.StatusOK, "GET", "/repos/acme/shop/issues?sort=nonsense", nil)
	c.call(http.StatusOK, "GET", "/repos/acme/shop/issues?limit=5", nil)
	c.call(http.StatusUnprocessableEntity, "POST", "/repos/acme/shop/issues", object{"title": "t", "assignees": "bob"})
	c.call(http.StatusUnprocessableEntity, "POST", "/repos/acme/shop/issues", nil)
	c.call(http.StatusUnprocessableEntity, "GET", "/repos/acme/shop/issues?milestone=1", nil) // described, but not simulated
	c.call(http.StatusBadRequest, "GET", "/repos/acme/shop", nil, "X-GitHub-Api-Version", "2020-01-01")
	c.call(http.StatusForbidden, "GET", "/repos/acme/shop", nil, "User-Agent", "")
	kinds := []ghsim.Kind{}
	for _, v := range s.Violations() {
		kinds = append(kinds, v.Kind)
	}
	want := []ghsim.Kind{
		ghsim.KindRoute, ghsim.KindRequest, ghsim.KindRequest, ghsim.KindRequest, ghsim.KindRequest, ghsim.KindRequest,
		ghsim.KindRequest, ghsim.KindRequest,
	}
	if fmt.Sprint(kinds) != fmt.Sprint(want) {
		t.Errorf("violations %v, want %v", kinds, want)
	}
}

// recorder is a test that failed or did not.
type recorder struct {
	*testing.T
	errors []string
}

func (r *recorder) Errorf(format string, args ...any) {
	r.errors = append(r.errors, fmt.Sprintf(format, args...))
}

func TestAViolationFailsTheTest(t *testing.T) {
	t.Parallel()
	failed := &recorder{T: t}
	s := ghsim.New(failed, ghsim.Options{})
	s.CreateRepo("acme", "shop", ghsim.RepoOptions{})
	c := installed(t, s, s.Install("acme"), object{"permissions": object{"checks": "write"}})
	c.call(http.StatusForbidden, "GET", "/repos/acme/shop/issues", nil)
	s.Close()
	if len(failed.errors) != 1 || !strings.Contains(failed.errors[0], "permission: GET /repos/{owner}/{repo}/issues") {
		t.Errorf("the test was told %q", failed.errors)
	}
}
