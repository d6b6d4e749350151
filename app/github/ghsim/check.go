package ghsim

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"
	"unicode/utf8"
)

// checkRun is one check run of some App.
type checkRun struct {
	id                          int64
	name, headSHA, externalID   string
	status, conclusion, details string
	started, completed          time.Time
	title, summary, text        *string
	annotations                 []annotation
	actions                     []action
	app                         int64 // whose it is
	suite                       int64
	updates                     int
}

type annotation struct {
	Path        string  `json:"path"`
	StartLine   int     `json:"start_line"`
	EndLine     int     `json:"end_line"`
	StartColumn *int    `json:"start_column"`
	EndColumn   *int    `json:"end_column"`
	Level       string  `json:"annotation_level"`
	Message     string  `json:"message"`
	Title       *string `json:"title"`
	RawDetails  *string `json:"raw_details"`
}

type action struct {
	Label       string `json:"label"`
	Description string `json:"description"`
	Identifier  string `json:"identifier"`
}

// checkInput is the body of create and update; a nil field is left alone.
type checkInput struct {
	Name        *string    `json:"name"`
	HeadSHA     *string    `json:"head_sha"`
	DetailsURL  *string    `json:"details_url"`
	ExternalID  *string    `json:"external_id"`
	Status      *string    `json:"status"`
	Conclusion  *string    `json:"conclusion"`
	StartedAt   *time.Time `json:"started_at"`
	CompletedAt *time.Time `json:"completed_at"`
	Output      *struct {
		Title       *string      `json:"title"`
		Summary     *string      `json:"summary"`
		Text        *string      `json:"text"`
		Annotations []annotation `json:"annotations"`
	} `json:"output"`
	Actions *[]action `json:"actions"`
}

func checkRoutes() []route {
	const runs = "/repos/{owner}/{repo}/check-runs"
	return []route{
		{method: "POST", template: runs, auth: byInstallation, handle: (*Sim).createCheck},
		{method: "GET", template: runs + "/{check_run_id}", auth: byInstallation, handle: (*Sim).getCheck},
		{method: "PATCH", template: runs + "/{check_run_id}", auth: byInstallation, handle: (*Sim).updateCheck},
		{method: "GET", template: runs + "/{check_run_id}/annotations", auth: byInstallation, handle: (*Sim).listAnnotations},
		{method: "GET", template: "/repos/{owner}/{repo}/commits/{ref}/check-runs", auth: byInstallation, honours: []string{"check_name", "status", "filter", "app_id"}, handle: (*Sim).listChecks},
	}
}

func (s *Sim) createCheck(c *call) reply {
	var in checkInput
	if out := c.decode(&in); out != nil {
		return *out
	}
	if in.Name == nil || in.HeadSHA == nil {
		return c.invalid("CheckRun", "head_sha", "missing_field")
	}
	if out := c.checkLimits(&in); out != nil {
		return *out
	}
	if c.repo.objects.commits[*in.HeadSHA] == nil {
		return c.fail(http.StatusUnprocessableEntity, "No commit found for SHA: "+*in.HeadSHA)
	}
	k := &checkRun{id: s.nextID(), app: s.app.id, headSHA: *in.HeadSHA, status: "queued", started: s.now(), suite: s.suite(c.repo, *in.HeadSHA)}
	k.set(&in, s.now())
	c.repo.checks = append(c.repo.checks, k)
	s.checkEvent(&c.events, c.repo, k, "created", s.app.bot, nil)
	if k.status == "completed" {
		s.checkEvent(&c.events, c.repo, k, "completed", s.app.bot, nil)
	}
	return reply{status: http.StatusCreated, body: s.checkJSON(c.repo, k)}
}

func (s *Sim) updateCheck(c *call) reply {
	k := c.repo.check(c.int64("check_run_id"))
	if k == nil {
		return c.notFound()
	}
	if k.app != s.app.id {
		c.violate(KindPermission, "the check run is another App's")
		return c.fail(http.StatusForbidden, "Invalid app_id `"+itoa(k.app)+"` - check run can only be modified by the GitHub App that created it.")
	}
	var in checkInput
	if out := c.decode(&in); out != nil {
		return *out
	}
	if out := c.checkLimits(&in); out != nil {
		return *out
	}
	was := k.status
	k.set(&in, s.now())
	k.updates++
	if k.status == "completed" && was != "completed" {
		s.checkEvent(&c.events, c.repo, k, "completed", s.app.bot, nil)
	}
	return reply{status: http.StatusOK, body: s.checkJSON(c.repo, k)}
}

// checkLimits refuses what the description does not, or not alone: sizes,
// columns, a completed run without conclusion.
func (c *call) checkLimits(in *checkInput) *reply {
	refuse := func(field, format string, args ...any) *reply {
		return new(c.tooBig("CheckRun", field, fmt.Sprintf(format, args...)))
	}
	if in.Status != nil && *in.Status == "completed" && in.Conclusion == nil {
		return refuse("conclusion", "status completed needs a conclusion")
	}
	if in.Actions != nil && len(*in.Actions) > 3 {
		return refuse("actions", "%d actions, at most 3", len(*in.Actions))
	}
	if in.Output == nil {
		return nil
	}
	o := in.Output
	switch {
	case tooLong(o.Title, 255):
		return refuse("title", "title is too long (maximum is 255 characters)")
	case tooLong(o.Summary, 65535):
		return refuse("summary", "summary is too long (maximum is 65535 characters)")
	case tooLong(o.Text, 65535):
		return refuse("text", "text is too long (maximum is 65535 characters)")
	case o.Summary == nil:
		return refuse("summary", "output needs a summary")
	case len(o.Annotations) > 50:
		return refuse("annotations", "%d annotations, at most 50 a request", len(o.Annotations))
	}
	for _, a := range o.Annotations {
		if problem := a.problem(); problem != "" {
			return refuse("annotations", "%s", problem)
		}
	}
	return nil
}

func (a annotation) problem() string {
	const most = 64 << 10
	switch {
	case a.Path == "" || a.Path[0] == '/':
		return fmt.Sprintf("path %q is not relative to the repository", a.Path)
	case a.StartLine < 1 || a.EndLine < a.StartLine:
		return fmt.Sprintf("lines %d to %d", a.StartLine, a.EndLine)
	case (a.StartColumn != nil || a.EndColumn != nil) && a.StartLine != a.EndLine:
		return "columns on more than one line"
	case a.StartColumn != nil && a.EndColumn != nil && *a.EndColumn < *a.StartColumn:
		return fmt.Sprintf("columns %d to %d", *a.StartColumn, *a.EndColumn)
	case len(a.Message) > most || a.RawDetails != nil && len(*a.RawDetails) > most:
		return "message or raw_details above 64 KB"
	case tooLong(a.Title, 255):
		return "annotation title above 255 characters"
	}
	return ""
}

// tooLong counts bytes where GitHub says characters: a client below it in
// bytes is below it however GitHub counts.
func tooLong(s *string, most int) bool {
	return s != nil && (utf8.RuneCountInString(*s) > most || len(*s) > 4*most)
}

// set applies an input: annotations are appended, all else replaced.
func (k *checkRun) set(in *checkInput, now time.Time) {
	pick := func(to *string, from *string) {
		if from != nil {
			*to = *from
		}
	}
	pick(&k.name, in.Name)
	pick(&k.details, in.DetailsURL)
	pick(&k.externalID, in.ExternalID)
	pick(&k.status, in.Status)
	if in.Conclusion != nil {
		k.conclusion, k.status = *in.Conclusion, "completed"
	} else if in.Status != nil {
		k.conclusion, k.completed = "", time.Time{}
	}
	if in.StartedAt != nil {
		k.started = *in.StartedAt
	}
	if k.status == "completed" && k.completed.IsZero() {
		k.completed = now
	}
	if in.CompletedAt != nil {
		k.completed = *in.CompletedAt
	}
	if o := in.Output; o != nil {
		k.title, k.summary, k.text = cmp.Or(o.Title, k.title), o.Summary, o.Text
		k.annotations = append(k.annotations, o.Annotations...)
	}
	if in.Actions != nil {
		k.actions = *in.Actions
	}
}

func (r *Repo) check(id int64) *checkRun {
	for _, k := range r.checks {
		if k.id == id {
			return k
		}
	}
	return nil
}

// suite is our App's check suite of a commit.
func (s *Sim) suite(r *Repo, sha string) int64 {
	if r.suites[sha] == 0 {
		r.suites[sha] = s.nextID()
	}
	return r.suites[sha]
}

func (s *Sim) getCheck(c *call) reply {
	k := c.repo.check(c.int64("check_run_id"))
	if k == nil {
		return c.notFound()
	}
	return reply{status: http.StatusOK, body: s.checkJSON(c.repo, k)}
}

// listChecks answers the latest run of each name and App unless all are
// asked for.
func (s *Sim) listChecks(c *call) reply {
	found := c.repo.resolveRef(c.params["ref"])
	if found == nil {
		return c.fail(http.StatusUnprocessableEntity, "No commit found for SHA: "+c.params["ref"])
	}
	name, status, app := c.query.Get("check_name"), c.query.Get("status"), c.query.Get("app_id")
	latest := c.query.Get("filter") != "all"
	seen := map[string]bool{}
	var all []any
	for _, k := range slices.Backward(c.repo.checks) {
		key := itoa(k.app) + "/" + k.name
		if k.headSHA != found.sha || name != "" && k.name != name || status != "" && k.status != status ||
			app != "" && itoa(k.app) != app || latest && seen[key] {
			continue
		}
		seen[key] = true
		all = append(all, s.checkJSON(c.repo, k))
	}
	page, header := c.page(all)
	return reply{status: http.StatusOK, header: header, body: object{"total_count": len(all), "check_runs": page}}
}

func (s *Sim) listAnnotations(c *call) reply {
	k := c.repo.check(c.int64("check_run_id"))
	if k == nil {
		return c.notFound()
	}
	var all []any
	for _, a := range k.annotations {
		all = append(all, object{
			"path": a.Path, "start_line": a.StartLine, "end_line": a.EndLine, "start_column": a.StartColumn, "end_column": a.EndColumn,
			"annotation_level": a.Level, "title": a.Title, "message": a.Message, "raw_details": a.RawDetails,
			"blob_href": s.html(c.repo) + "/blob/" + k.headSHA + "/" + a.Path,
		})
	}
	return c.listed(all)
}

func (s *Sim) checkJSON(r *Repo, k *checkRun) object {
	api := s.api(r) + "/check-runs/" + itoa(k.id)
	owner := s.appJSON()
	if k.app != s.app.id {
		owner["id"], owner["slug"], owner["name"] = k.app, "other-app", "Other App"
	}
	out := object{
		"id": k.id, "node_id": nodeID("CR", k.id), "name": k.name, "head_sha": k.headSHA, "external_id": k.externalID, "url": api,
		"html_url": s.html(r) + "/runs/" + itoa(k.id), "details_url": cmp.Or(k.details, s.URL), "status": k.status, "conclusion": nil,
		"started_at": optional(k.started), "completed_at": optional(k.completed), "app": owner, "check_suite": object{"id": k.suite},
		"output": object{
			"title": k.title, "summary": k.summary, "text": k.text, "annotations_count": len(k.annotations), "annotations_url": api + "/annotations",
		},
		"pull_requests": s.briefPulls(r, k.headSHA),
	}
	if k.conclusion != "" {
		out["conclusion"] = k.conclusion
	}
	return out
}

// briefPulls are the open pull requests of a head, without those from forks,
// as in GitHub's check payloads.
func (s *Sim) briefPulls(r *Repo, sha string) []any {
	out := []any{}
	side := func(r *Repo, ref, sha string) object {
		return object{"ref": ref, "sha": sha, "repo": object{"id": r.ID, "url": s.api(r), "name": r.name}}
	}
	for _, n := range sortedKeys(r.pulls) {
		if p := r.pulls[n]; p.headSHA == sha && p.head == r && p.issue.state == "open" {
			out = append(out, object{
				"id": p.id, "number": p.Number, "url": s.api(r) + "/pulls/" + itoa(int64(p.Number)),
				"head": side(p.head, p.headRef, p.headSHA), "base": side(r, p.baseRef, p.baseSHA),
			})
		}
	}
	return out
}

func (s *Sim) checkEvent(ev *events, r *Repo, k *checkRun, action string, by *account, parts object) {
	run := s.checkJSON(r, k)
	run["check_suite"] = s.suiteJSON(r, k.headSHA)
	all := object{"check_run": run}
	maps.Copy(all, parts)
	ev.repo(r, "check_run", action, by, all)
}

func (s *Sim) suiteJSON(r *Repo, sha string) object {
	id := s.suite(r, sha)
	branch := any(nil)
	for _, name := range sortedKeys(r.refs) {
		if rest, ok := cutHeads(name); ok && r.refs[name] == sha {
			branch = rest
		}
	}
	return object{
		"id": id, "node_id": nodeID("CS", id), "head_branch": branch, "head_sha": sha, "status": "queued", "conclusion": nil,
		"url": s.api(r) + "/check-suites/" + itoa(id), "before": nil, "after": sha, "pull_requests": s.briefPulls(r, sha),
		"app": s.appJSON(), "created_at": stamp(s.now()), "updated_at": stamp(s.now()), "latest_check_runs_count": 1,
		"check_runs_url": s.api(r) + "/check-suites/" + itoa(id) + "/check-runs", "head_commit": s.pushedCommit(r, r.objects.commits[sha]),
	}
}
