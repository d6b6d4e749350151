package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/castellan-app/castellan/app/lookup"
)

// atRegistries is castellan for a script that has registries of its own.
func atRegistries() {
	version = "v0.0.0-test"
	c := &cli{env: os.Getenv, stdout: os.Stdout, stderr: os.Stderr, registries: folder(os.Getenv("REGISTRIES"))}
	os.Exit(c.run(context.Background(), os.Args[1:]))
}

// folder holds the answers of registries: HOST/PATH, where a slash of a name is
// a "+"; of OSV api.osv.dev/NAME@VERSION. What it has not is not found, or has no
// advisories. Where there is a file "down", nothing answers. What is asked is
// added to the file "asked".
type folder string

// RoundTrip implements http.RoundTripper.
func (f folder) RoundTrip(r *http.Request) (*http.Response, error) {
	name := r.URL.Host + strings.ReplaceAll(r.URL.EscapedPath(), "%2F", "+")
	missing, status := "", http.StatusNotFound
	if r.URL.Host == "api.osv.dev" {
		var q struct {
			Version string
			Package struct{ Name string }
		}
		if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
			return nil, err
		}
		name = r.URL.Host + "/" + strings.ReplaceAll(q.Package.Name, "/", "+") + "@" + q.Version
		missing, status = "{}", http.StatusOK
	}
	log, err := os.OpenFile(filepath.Join(string(f), "asked"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	_, err = log.WriteString(r.Method + " " + name + " " + r.UserAgent() + "\n")
	if err := log.Close(); err != nil {
		return nil, err
	}
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(string(f), "down")); err == nil {
		return nil, os.ErrDeadlineExceeded
	}
	body, err := os.ReadFile(filepath.Join(string(f), filepath.FromSlash(name)))
	if err == nil {
		missing, status = string(body), http.StatusOK
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(missing)), Request: r}, nil
}

func backdate(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: backdate DURATION")
	}
	by, err := time.ParseDuration(args[0])
	ts.Check(err)
	rows, err := filepath.Glob(ts.MkAbs(".cache/castellan/lookup/*.json"))
	ts.Check(err)
	if len(rows) == 0 {
		ts.Fatalf("nothing is cached")
	}
	for _, name := range rows {
		var e lookup.Entry
		ts.Check(json.Unmarshal([]byte(ts.ReadFile(name)), &e))
		for _, at := range []*time.Time{&e.FetchedAt, &e.FirstAbsent, &e.LastAbsent} {
			if !at.IsZero() {
				*at = at.Add(-by)
			}
		}
		data, err := json.Marshal(e)
		ts.Check(err)
		ts.Check(os.WriteFile(name, data, 0o600))
	}
}
