package github

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func fullRun() CheckRun {
	return CheckRun{
		Name: "Castellan", HeadSHA: headSHA, ExternalID: "x1", Status: "completed", Conclusion: "failure",
		StartedAt: time.Unix(1_800_000_000, 0), CompletedAt: time.Unix(1_800_000_060, 0), Title: "1 problem", Summary: "summary", Text: "text",
		Annotations: []Annotation{
			{Path: ".mcp.json", StartLine: 3, EndLine: 3, StartColumn: 5, EndColumn: 9, Level: "failure", Title: "A key", Message: "message", RawDetails: "raw"},
			{Path: ".mcp.json", StartLine: 3, EndLine: 4, StartColumn: 5, EndColumn: 9, Level: "warning", Message: "message"},
		},
		Actions: []Action{{Label: "Rotated", Description: "It was", Identifier: "rotated"}},
	}
}

func TestCheckRunsOnTheWire(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	var sent []string
	record := func(w http.ResponseWriter, r *http.Request) {
		var body any
		_ = json.NewDecoder(r.Body).Decode(&body)
		text, _ := json.Marshal(body)
		sent = append(sent, string(text))
		answer(w, map[string]any{"id": 12})
	}
	f.handle("POST /repos/acme/shop/check-runs", record)
	f.handle("PATCH /repos/acme/shop/check-runs/12", record)
	c := f.app(t).Installation(1)
	id, err := c.CreateCheckRun(ctx(t), acme, CheckRun{Name: "Castellan", HeadSHA: headSHA, Status: "in_progress"})
	if err != nil || id != 12 {
		t.Fatalf("%d %v", id, err)
	}
	if err := c.UpdateCheckRun(ctx(t), acme, 12, fullRun()); err != nil {
		t.Fatal(err)
	}
	want := []string{
		`{"head_sha":"` + headSHA + `","name":"Castellan","status":"in_progress"}`,
		`{"actions":[{"description":"It was","identifier":"rotated","label":"Rotated"}],"completed_at":"2027-01-15T08:01:00Z","conclusion":"failure","external_id":"x1","name":"Castellan",` +
			`"output":{"annotations":[{"annotation_level":"failure","end_column":9,"end_line":3,"message":"message","path":".mcp.json","raw_details":"raw","start_column":5,"start_line":3,"title":"A key"},` +
			`{"annotation_level":"warning","end_line":4,"message":"message","path":".mcp.json","start_line":3}],"summary":"summary","text":"text","title":"1 problem"},"status":"completed"}`,
	}
	if diff := cmp.Diff(want, sent); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestCheckRunsGitHubWouldRefuseAreNotSent(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	c := f.app(t).Installation(1)
	for name, change := range map[string]func(*CheckRun){
		"no name":                 func(r *CheckRun) { r.Name = "" },
		"no commit":               func(r *CheckRun) { r.HeadSHA = "" },
		"a branch":                func(r *CheckRun) { r.HeadSHA = "main" },
		"51 annotations":          func(r *CheckRun) { r.Annotations = make([]Annotation, 51) },
		"completed how":           func(r *CheckRun) { r.Conclusion = "" },
		"concluded in progress":   func(r *CheckRun) { r.Status = "in_progress" },
		"long title":              func(r *CheckRun) { r.Title = strings.Repeat("é", 256) },
		"long summary":            func(r *CheckRun) { r.Summary = strings.Repeat("x", MaxOutput+1) },
		"long text":               func(r *CheckRun) { r.Text = strings.Repeat("x", MaxOutput+1) },
		"text without a summary":  func(r *CheckRun) { r.Summary = "" },
		"four actions":            func(r *CheckRun) { r.Actions = append(r.Actions, r.Actions[0], r.Actions[0], r.Actions[0]) },
		"long label":              func(r *CheckRun) { r.Actions[0].Label = strings.Repeat("x", 21) },
		"long description":        func(r *CheckRun) { r.Actions[0].Description = strings.Repeat("x", 41) },
		"long identifier":         func(r *CheckRun) { r.Actions[0].Identifier = strings.Repeat("x", 21) },
		"line 0":                  func(r *CheckRun) { r.Annotations[0].StartLine = 0 },
		"lines backwards":         func(r *CheckRun) { r.Annotations[0].EndLine = 2 },
		"message missing":         func(r *CheckRun) { r.Annotations[0].Message = "" },
		"message over 64 KiB":     func(r *CheckRun) { r.Annotations[0].Message = strings.Repeat("x", 64<<10+1) },
		"annotation without path": func(r *CheckRun) { r.Annotations[0].Path = "" },
	} {
		run := fullRun()
		change(&run)
		if _, err := c.CreateCheckRun(ctx(t), acme, run); !errors.Is(err, ErrInvalid) || !Permanent(err) {
			t.Errorf("create with %s: %v", name, err)
		}
		if strings.Contains(name, "commit") || strings.Contains(name, "branch") {
			continue
		}
		if err := c.UpdateCheckRun(ctx(t), acme, 12, run); !errors.Is(err, ErrInvalid) {
			t.Errorf("update with %s: %v", name, err)
		}
	}
	if n, m := f.count(); n+m != 0 {
		t.Errorf("%d requests and %d tokens", n, m)
	}
}

func TestOnlyOurOwnCheckRunsAreListed(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.handle("GET /repos/acme/shop/commits/"+headSHA+"/check-runs", func(w http.ResponseWriter, r *http.Request) {
		if q := r.URL.Query(); q.Get("app_id") != "77" || q.Get("filter") != "all" {
			t.Errorf("query %v", q)
		}
		answer(w, map[string]any{"total_count": 3, "check_runs": []any{
			map[string]any{"id": 1, "name": "Castellan", "head_sha": headSHA, "status": "in_progress", "external_id": "x", "app": map[string]any{"id": appID}, "started_at": "2026-01-02T03:04:05Z", "output": map[string]any{"title": "t"}},
			map[string]any{"id": 2, "name": "Castellan", "app": map[string]any{"id": 9}},
			map[string]any{"id": 3, "name": "Castellan", "app": nil},
		}})
	})
	got, err := f.app(t).Installation(1).CheckRuns(ctx(t), acme, headSHA)
	if err != nil {
		t.Fatal(err)
	}
	want := []CheckRun{{ID: 1, Name: "Castellan", HeadSHA: headSHA, Status: "in_progress", ExternalID: "x", Title: "t", StartedAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
