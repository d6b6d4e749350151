package ghsim_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/castellan-app/castellan/app/github/ghsim"
	"github.com/google/go-cmp/cmp"
)

func note(line int) object {
	return object{"path": "a.json", "start_line": line, "end_line": line, "annotation_level": "failure", "message": "m"}
}

func notes(n int) []object {
	var out []object
	for i := range n {
		out = append(out, note(i+1))
	}
	return out
}

func with(o object, parts ...any) object {
	out := object{}
	for k, v := range o {
		out[k] = v
	}
	for i := 0; i < len(parts); i += 2 {
		out[parts[i].(string)] = parts[i+1]
	}
	return out
}

func TestCheckRunIsBuiltUp(t *testing.T) {
	t.Parallel()
	hook := newReceiver(t)
	s, r, c := world(t, ghsim.Options{WebhookURL: hook.URL})
	head := r.Head("main")
	base := "/repos/acme/shop/check-runs"
	id := int64(c.call(http.StatusCreated, "POST", base, object{"name": "Castellan", "head_sha": head, "status": "in_progress"}).object(t)["id"].(float64))
	if id < 1<<32 {
		t.Errorf("id %d fits in 32 bits", id)
	}
	one := fmt.Sprintf("%s/%d", base, id)
	output := func(n int) object { return object{"title": "T", "summary": "S", "annotations": notes(n)} }
	c.call(http.StatusOK, "PATCH", one, object{"output": output(50)})
	c.call(http.StatusOK, "PATCH", one, object{
		"output": output(7), "status": "completed", "conclusion": "failure",
		"actions": []object{{"label": "Rotated", "description": "d", "identifier": "rotated"}},
	})
	got := s.Checks(r, head)
	if len(got) != 1 || len(got[0].Annotations) != 57 || got[0].Conclusion != "failure" || got[0].Updates != 2 {
		t.Errorf("checks: %+v", got)
	}
	first := c.call(http.StatusOK, "GET", one+"/annotations?per_page=50", nil)
	if n := len(first.list(t)); n != 50 || !strings.Contains(first.header.Get("Link"), `page=2&per_page=50>; rel="next"`) {
		t.Errorf("%d annotations, Link %q", n, first.header.Get("Link"))
	}
	list := c.call(http.StatusOK, "GET", "/repos/acme/shop/commits/"+head+"/check-runs?check_name=Castellan", nil).object(t)
	if list["total_count"] != 1.0 {
		t.Errorf("check runs of the head: %v", list["total_count"])
	}
	s.Wait()
	hook.take()
	s.Rerequest(r, id, "alice")
	s.RequestAction(r, id, "rotated", "alice")
	s.RerequestSuite(r, head, "alice")
	asked := hook.take()
	if d := cmp.Diff([]string{"check_run.rerequested", "check_run.requested_action", "check_suite.rerequested"}, names(asked)); d != "" {
		t.Fatal(d)
	}
	if asked[1].payload["requested_action"].(object)["identifier"] != "rotated" || asked[1].payload["sender"].(object)["login"] != "alice" {
		t.Errorf("requested_action: %v", asked[1].payload["requested_action"])
	}
	foreign := s.ForeignCheck(r, head, "Castellan")
	s.Tolerate(ghsim.KindPermission)
	c.call(http.StatusForbidden, "PATCH", fmt.Sprintf("%s/%d", base, foreign), object{"status": "completed", "conclusion": "success"})
}

func TestCheckRunLimits(t *testing.T) {
	t.Parallel()
	s, r, c := world(t, ghsim.Options{})
	run := object{"name": "Castellan", "head_sha": r.Head("main")}
	output := func(parts ...any) object {
		return with(run, "output", with(object{"title": "T", "summary": "S"}, parts...))
	}
	for name, tc := range map[string]struct {
		body object
		kind ghsim.Kind
	}{
		"51 annotations":               {output("annotations", notes(51)), ghsim.KindRequest},
		"summary above 65,535":         {output("summary", strings.Repeat("x", 65536)), ghsim.KindRequest},
		"text above 65,535":            {output("text", strings.Repeat("x", 65536)), ghsim.KindRequest},
		"title above 255":              {output("title", strings.Repeat("x", 256)), ghsim.KindLimit},
		"columns over two lines":       {output("annotations", []object{with(note(1), "end_line", 2, "start_column", 1)}), ghsim.KindLimit},
		"absolute path":                {output("annotations", []object{with(note(1), "path", "/etc")}), ghsim.KindLimit},
		"line 0":                       {output("annotations", []object{note(0)}), ghsim.KindLimit},
		"completed, no conclusion":     {with(run, "status", "completed"), ghsim.KindLimit},
		"unknown conclusion":           {with(run, "conclusion", "great"), ghsim.KindRequest},
		"label of 21 characters":       {with(run, "actions", []object{{"label": strings.Repeat("x", 21), "description": "d", "identifier": "i"}}), ghsim.KindRequest},
		"a field GitHub does not know": {with(run, "colour", "red"), ghsim.KindRequest},
		"no head_sha":                  {object{"name": "x"}, ghsim.KindRequest},
	} {
		t.Run(name, func(t *testing.T) {
			before := len(s.Violations())
			s.Tolerate(tc.kind, ghsim.KindRequest)
			got, err := c.try("POST", "/repos/acme/shop/check-runs", tc.body)
			if err != nil {
				t.Fatal(err)
			}
			seen := s.Violations()[before:]
			found := false
			for _, v := range seen {
				found = found || v.Kind == tc.kind
			}
			if !found || name != "a field GitHub does not know" && got.status != http.StatusUnprocessableEntity {
				t.Errorf("status %d, violations %v, want %s", got.status, seen, tc.kind)
			}
		})
	}
	c.call(http.StatusCreated, "POST", "/repos/acme/shop/check-runs", output(
		"summary", strings.Repeat("x", 65535), "text", strings.Repeat("x", 65535), "title", strings.Repeat("x", 255), "annotations", notes(50)))
	c.call(http.StatusUnprocessableEntity, "POST", "/repos/acme/shop/check-runs", with(run, "head_sha", strings.Repeat("1", 40)))
}
