package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/castellan-app/castellan/app/github/ghsim"
	"github.com/castellan-app/castellan/db"
)

// A credential in every place where people put one by mistake is found where it
// should be, and told nowhere (lesson 27).
func TestACredentialIsToldNowhere(t *testing.T) {
	t.Parallel()
	key, other := madeUpKey(0), madeUpKey(1)
	eachEngine(t, func(t *testing.T, engine db.Engine) {
		metrics := freePort(t)
		a, r := acmeWith(t, engine, ghsim.Options{}, "version: 1\n# "+key+"\n", map[string]string{".github/CODEOWNERS": "* @bob # " + key + "\n" + key + " @bob\n/" + key + "/ @" + key + "\n"})
		a.stop()
		a.start(map[string]string{"CASTELLAN_METRICS_LISTEN": metrics})
		a.quiet()
		somebody := ghsim.Person{Name: "Bob " + key, Email: key + "@acme.example"}
		commit := func(files map[string]string) ghsim.Commit {
			return ghsim.Commit{Files: files, Message: "Add " + key + "\n\nCo-authored-by: " + key, Author: somebody, Pusher: "bob"}
		}
		config := strings.ReplaceAll(serverConfig(key), `"gh"`, `"gh-`+key+`"`)
		branch := "feature/" + key
		a.sim.PushCommits(r, branch, commit(map[string]string{".mcp.json": config, key + "/.mcp.json": config, "sub/.mcp.json": strings.ReplaceAll(config, "some-mcp", key)}))
		pull := a.sim.OpenPR(r, ghsim.PROptions{From: branch, User: "bob", Title: "Use " + key, Body: key})
		c := a.counts(r, pull.Head(), "failure")
		a.sim.PushCommits(r, branch, commit(map[string]string{".mcp.json": ghsim.Delete, "deep/.mcp.json": "{" + key}))
		a.sim.Comment(r, pull.Number, "bob", key)
		a.sim.EditPR(pull, "Still "+key, key)
		a.sim.ClosePR(pull, true)
		a.quiet()
		second := a.sim.PushCommits(r, "x-"+other, ghsim.Commit{Files: map[string]string{".mcp.json": serverConfig(other)}, Message: other})
		a.quiet()
		a.exec("UPDATE finding SET due_at = due_at - $1, first_seen_at = first_seen_at - $1", int64(90_000_000))
		for _, i := range a.sim.Issues(r) {
			a.sim.Comment(r, i.Number, "bob", "Is it "+key+"?")
			a.sim.EditIssue(r, i.Number, "bob", i.Title, i.Body)
			a.sim.CloseIssue(r, i.Number, "bob", "completed")
		}
		const guid = "00000000-0000-4000-8000-00000000000"
		a.sim.SendRaw("push", guid+"1", a.sim.WebhookSecret(), []byte(`{"ref": "`+key+`"}`))
		a.sim.SendRaw("push", guid+"2", a.sim.WebhookSecret(), []byte(key))
		a.sim.SendRaw("sub_issues", guid+"3", a.sim.WebhookSecret(), []byte(`{"action": "`+key+`"}`))
		a.sim.SetDefaultBranch(r, branch)
		a.quiet()
		res, err := http.Get("http://" + metrics + "/metrics")
		if err != nil {
			t.Fatal(err)
		}
		page, err := io.ReadAll(res.Body)
		if err := res.Body.Close(); err != nil {
			t.Error(err)
		}
		if err != nil || !strings.Contains(string(page), "castellan_") {
			t.Errorf("metrics: %v", err)
		}
		a.restart()
		a.quiet()

		if len(c.Annotations) == 0 || len(a.runs(r, second)) == 0 || len(a.sim.Issues(r)) == 0 {
			t.Error("nothing was found: the test proves nothing")
		}
		told := a.tables()
		told["the log"], told["standard output"], told["the metrics"] = a.log.String(), a.out.String(), string(page)
		for _, c := range a.runs(r, "") {
			told[fmt.Sprint("check run ", c.ID)] = fmt.Sprintf("%+v", c)
		}
		for _, i := range a.sim.Issues(r) {
			i.Comments = nil
			told[fmt.Sprint("issue ", i.Number)] = fmt.Sprintf("%+v", i)
		}
		for where, text := range told {
			for _, canary := range []string{key, other} {
				if at := toldAt(text, canary); at >= 0 {
					t.Errorf("%s tells a credential: …%s…", where, text[max(0, at-200):min(len(text), at+60)])
				}
			}
		}
	})
}

// toldAt is where a text holds a piece of a canary, -1 if nowhere.
func toldAt(text, canary string) int {
	for i := 0; i+piece <= len(canary); i++ {
		if at := strings.Index(text, canary[i:i+piece]); at >= 0 {
			return at
		}
	}
	return -1
}

// tables are all rows of the database, as text by table.
func (a *app) tables() map[string]string {
	a.t.Helper()
	list := "SELECT name FROM sqlite_master WHERE type = 'table'"
	if a.database().Engine() == db.PostgreSQL {
		list = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
	}
	all := map[string]string{}
	for _, row := range a.rows(list) {
		var text strings.Builder
		for _, r := range a.rows("SELECT * FROM " + row[0]) {
			fmt.Fprintln(&text, r)
		}
		all["table "+row[0]] = text.String()
	}
	for _, must := range []string{"delivery", "task", "check_run", "finding", "cases", "outbox", "audit", "river_job"} {
		if all["table "+must] == "" {
			a.t.Errorf("table %s is empty: the test proves nothing", must)
		}
	}
	return all
}

// rows are the values of a query as text.
func (a *app) rows(query string) [][]string {
	a.t.Helper()
	rows, err := a.database().Jobs().QueryContext(context.Background(), query)
	if err != nil {
		a.t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		a.t.Fatal(err)
	}
	var all [][]string
	for rows.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		if err := rows.Scan(values...); err != nil {
			a.t.Fatal(err)
		}
		var row []string
		for _, v := range values {
			v := *v.(*any)
			if b, ok := v.([]byte); ok {
				v = string(b)
			}
			row = append(row, fmt.Sprint(v))
		}
		all = append(all, row)
	}
	if err := rows.Err(); err != nil {
		a.t.Fatal(err)
	}
	return all
}
