package lookup

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
)

func TestNothingAgainstAGoodPackage(t *testing.T) {
	t.Parallel()
	l, f, _ := newLooker(t, good())
	got := look(t, l, server(npm, "example-orders-mcp", "1.4.2"), server(npm, "example-orders-mcp", "1.4.2"), server(npm, "example-orders-mcp", ""))
	if diff := cmp.Diff([][]string{nil, nil, nil}, rulesOf(got)); diff != "" || got.Notice != "" || slices.Contains(got.Pending, true) {
		t.Errorf("%s%+v", diff, got)
	}
	asked := f.takeAsked()
	counts := map[string]int{}
	for _, a := range asked {
		counts[a]++
	}
	if counts["osv/npm/example-orders-mcp@1.4.2"] > 2 || counts[hostNPM+"/example-orders-mcp"] > 2 {
		t.Errorf("asked %v", asked)
	}
	for _, h := range f.headers {
		if h.Get("User-Agent") != "castellan/v1" || h.Get("Authorization") != "" {
			t.Errorf("headers %v", h)
		}
	}
	look(t, l, server(npm, "example-orders-mcp", "1.4.2"))
	if asked := f.takeAsked(); len(asked) > 0 {
		t.Errorf("asked again: %v", asked)
	}
}

func TestOneRequestForManyServers(t *testing.T) {
	t.Parallel()
	l, f, _ := newLooker(t, good())
	many := make([]scan.Subject, 200)
	for i := range many {
		many[i] = server(npm, "example-orders-mcp", "1.4.2")
	}
	look(t, l, many...)
	if asked := f.takeAsked(); len(asked) != 4 { // npm, OSV, downloads, GitHub
		t.Errorf("asked %v", asked)
	}
}

func TestAbsentTwice(t *testing.T) {
	t.Parallel()
	for ecosystem, name := range map[string]string{npm: "example-free-mcp", pypi: "example-free-mcp", oci: "docker.io/freename/tool"} {
		l, f, c := newLooker(t, map[string]answer{})
		s := server(ecosystem, name, "")
		once := look(t, l, s)
		if rulesOf(once)[0] != nil || !once.Pending[0] || !strings.Contains(once.Notice, "seen absent once; looked up again after 10 minutes (1)") {
			t.Errorf("%s, at first: %+v", ecosystem, once)
		}
		f.takeAsked()
		c.pass(9 * time.Minute)
		if again := look(t, l, s); rulesOf(again)[0] != nil {
			t.Errorf("%s, before 10 minutes: %+v", ecosystem, again)
		}
		if asked := f.takeAsked(); len(asked) > 0 {
			t.Errorf("%s, before 10 minutes: asked %v", ecosystem, asked)
		}
		c.pass(time.Minute)
		if twice := look(t, l, s); !cmp.Equal(rulesOf(twice)[0], []string{"mcp-unclaimed-package critical"}) || twice.Notice != "" {
			t.Errorf("%s, the second time: %+v", ecosystem, twice)
		}
	}
}

func TestAbsenceEndsWhenSomebodyRegisters(t *testing.T) {
	t.Parallel()
	l, f, c := newLooker(t, map[string]answer{})
	s := server(npm, "example-orders-mcp", "")
	look(t, l, s)
	c.pass(20 * time.Minute)
	if got := look(t, l, s); len(rulesOf(got)[0]) != 1 {
		t.Fatalf("%+v", got)
	}
	for key, a := range good() {
		f.set(key, a)
	}
	c.pass(2 * time.Hour)
	if got := look(t, l, s); rulesOf(got)[0] != nil {
		t.Errorf("%+v", got)
	}
	f.set(hostNPM+"/example-orders-mcp", answer{status: 404})
	c.pass(48 * time.Hour)
	if got := look(t, l, s); rulesOf(got)[0] != nil || !got.Pending[0] {
		t.Errorf("absent anew, for the first time: %+v", got)
	}
}

func TestAbsentButNotFree(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		subject scan.Subject
		answers map[string]answer
	}{
		"scoped":              {server(npm, "@acme/inner-mcp", ""), nil},
		"Docker namespace":    {server(oci, "docker.io/acme/inner", ""), map[string]answer{hostDocker + "/v2/orgs/acme": {body: "{}"}}},
		"Docker user":         {server(oci, "docker.io/acme/inner", ""), map[string]answer{hostDocker + "/v2/users/acme": {body: "{}"}}},
		"Docker's own":        {server(oci, "docker.io/library/inner", ""), nil},
		"no namespace's name": {server(oci, "docker.io/in-ner/inner", ""), nil},
		"Go module":           {server(golang, "github.com/acme/inner", ""), nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, _, clock := newLooker(t, c.answers)
			for range 3 {
				got := look(t, l, c.subject)
				if rulesOf(got)[0] != nil || got.Pending[0] || !strings.Contains(got.Notice, "absent or private (1)") {
					t.Errorf("%+v", got)
				}
				clock.pass(25 * time.Hour)
			}
		})
	}
}

func TestWhatIsNotSent(t *testing.T) {
	t.Parallel()
	l, f, _ := newLooker(t, good())
	private := server(npm, "@acme/orders", "1.0.0")
	private.Policy = &policy.Policy{PrivateNames: []string{"@acme/*"}}
	elsewhere := server(npm, "example-orders-mcp", "1.4.2")
	elsewhere.Registry = scan.OfLaunch
	got := look(t, l, private, elsewhere, server(oci, "ghcr.io/acme/tool", ""), server(npm, "../../etc/passwd", ""), server("nuget", "Tool", ""))
	want := "5 packages were not assessed, or not fully, by looking up: images of registries other than Docker Hub (1), launched from another registry (1), " +
		"no registry of theirs is known (1), no valid name (1), private by policy (1)"
	if asked := f.takeAsked(); len(asked) > 0 || got.Notice != want || slices.Contains(got.Pending, true) {
		t.Errorf("asked %v\n%+v", asked, got)
	}
}

func TestAMirrorOfTheRepository(t *testing.T) {
	t.Parallel()
	l, _, c := newLooker(t, map[string]answer{"osv/npm/example-bad-mcp@1.0.0": {body: `{"vulns": [{"id": "MAL-2026-1"}]}`}})
	free, bad := server(npm, "example-free-mcp", ""), server(npm, "example-bad-mcp", "1.0.0")
	free.Registry, bad.Registry = scan.OfRepository, scan.OfRepository
	look(t, l, free, bad)
	c.pass(time.Hour)
	got := look(t, l, free, bad)
	if diff := cmp.Diff([][]string{nil, {"mcp-malicious-package critical"}}, rulesOf(got)); diff != "" {
		t.Error(diff)
	}
}

func TestUnavailableIsNeverAFinding(t *testing.T) {
	t.Parallel()
	subjects := []scan.Subject{server(npm, "example-orders-mcp", "1.4.2"), server(pypi, "example", "1.0"), server(oci, "docker.io/acme/tool", ""), server(golang, "github.com/acme/tool", "")}
	for name, a := range map[string]answer{"broken": {status: 500}, "limited": {status: 429}, "no JSON": {body: "["}, "odd": {status: 418}, "redirect": {status: 302, header: http.Header{"Location": {"https://evil.example/"}}}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, _, _ := newLooker(t, nil)
			l.wire.client.Transport = every(a)
			got := l.Look(t.Context(), subjects, func(int) {})
			for i, rules := range rulesOf(got) {
				if rules != nil || !got.Pending[i] {
					t.Errorf("%s: %v", subjects[i].Package, rules)
				}
			}
			if !strings.HasPrefix(got.Notice, "4 packages were not assessed") || strings.Contains(got.Notice, "\n") {
				t.Errorf("notice %q", got.Notice)
			}
		})
	}
}

// every answers all requests alike.
type every answer

// RoundTrip implements http.RoundTripper.
func (e every) RoundTrip(r *http.Request) (*http.Response, error) {
	f := fake{answers: map[string]answer{r.URL.Host + r.URL.EscapedPath(): answer(e)}}
	if r.URL.Host == hostOSV {
		return (&fake{answers: map[string]answer{hostOSV + "x": answer(e)}}).any(r, answer(e))
	}
	return f.RoundTrip(r)
}

func (f *fake) any(r *http.Request, a answer) (*http.Response, error) {
	other := r.Clone(r.Context())
	other.URL.Host, other.Host = hostNPM, hostNPM
	f.answers[hostNPM+r.URL.EscapedPath()] = a
	resp, err := f.RoundTrip(other)
	if resp != nil {
		resp.Request = r
	}
	return resp, err
}

func TestTimeIsUp(t *testing.T) {
	t.Parallel()
	l, f, _ := newLooker(t, good())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	got := l.Look(ctx, []scan.Subject{server(npm, "example-orders-mcp", "1.4.2")}, func(int) {})
	if rulesOf(got)[0] != nil || !strings.Contains(got.Notice, "not answered in time") || len(f.takeAsked()) > 0 {
		t.Errorf("%+v", got)
	}
}

func TestOldAnswersServeWhileTheSourceFails(t *testing.T) {
	t.Parallel()
	answers := good()
	answers["osv/npm/example-orders-mcp@1.4.2"] = answer{body: `{"vulns": [{"id": "GHSA-aaaa-bbbb-cccc", "database_specific": {"severity": "HIGH"}}]}`}
	l, f, c := newLooker(t, answers)
	s := server(npm, "example-orders-mcp", "1.4.2")
	want := rulesOf(look(t, l, s))
	if len(want[0]) != 1 {
		t.Fatalf("%v", want)
	}
	for key := range answers {
		f.set(key, answer{status: 503})
	}
	c.pass(5 * 24 * time.Hour)
	if got := look(t, l, s); !cmp.Equal(want, rulesOf(got)) {
		t.Errorf("five days later: %+v", got)
	}
	c.pass(5 * 24 * time.Hour)
	if got := look(t, l, s); rulesOf(got)[0] != nil || !got.Pending[0] {
		t.Errorf("ten days later: %+v", got)
	}
}

func TestAgain(t *testing.T) {
	t.Parallel()
	l, f, c := newLooker(t, map[string]answer{})
	look(t, l, server(npm, "example-free-mcp", ""), server(npm, "acme-inner-mcp", ""))
	c.pass(11 * time.Minute)
	f.takeAsked()
	pol := []*policy.Policy{{Lookup: policy.Lookup{Enabled: true}}, {PrivateNames: []string{"acme-*"}}}
	if err := l.Again(t.Context(), []string{"npm/example-free-mcp", "npm/acme-inner-mcp", "npm/../x", "what/ever", "osv/npm/a@1"}, pol); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{hostNPM + "/example-free-mcp"}, f.takeAsked()); diff != "" {
		t.Error(diff)
	}
	if got := look(t, l, server(npm, "example-free-mcp", "")); len(rulesOf(got)[0]) != 1 {
		t.Errorf("%+v", got)
	}
}

func TestFactsOfSources(t *testing.T) {
	t.Parallel()
	day := func(s string) time.Time { return instant(text(s)) }
	pypiBody := `{"info": {"version": "2.0", "description": "# x\n<!-- mcp-name: io.github.acme/tool -->", "project_urls": {"Homepage": "https://acme.example", "Source": "https://github.com/acme/tool/"}, "classifiers": []},
 "releases": {"1.0": [{"upload_time_iso_8601": "2025-01-01T00:00:00Z", "yanked": true, "yanked_reason": "broken"}], "2.0": [{"upload_time_iso_8601": "2026-01-01T00:00:00.5Z", "yanked": false}], "0.1": []},
 "ownership": {"roles": [{"role": "Owner", "user": "ann"}, {"role": "Maintainer", "user": "ann"}], "organization": null}}`
	listed := answer{body: `{"server": {"name": "io.github.acme/tool", "packages": [{"registryType": "pypi", "identifier": "Example_Tool"}]}, "_meta": {"io.modelcontextprotocol.registry/official": {"status": "deprecated"}}}`}
	answers := map[string]answer{
		hostPyPI + "/pypi/example-tool/json":                            {body: pypiBody},
		hostMCP + "/v0.1/servers/io.github.acme%2Ftool/versions/latest": listed,
		hostGitHub + "/repos/acme/tool":                                 {body: `{"archived": true, "created_at": "2020-01-01T00:00:00Z"}`},
		hostDocker + "/v2/namespaces/acme/repositories/tool":            {body: `{"date_registered": "2026-11-20T00:00:00Z", "pull_count": 7}`},
		hostGo + "/github.com/%21acme/tool/@latest":                     {body: `{"Version": "v1.2.3", "Time": "2026-01-01T00:00:00Z"}`},
		hostNPM + "/example-held-mcp":                                   {body: `{"description": "security holding package", "dist-tags": {"latest": "0.0.1-security"}, "repository": "npm/security-holder", "versions": {"0.0.1-security": {}}, "maintainers": [{}], "time": {}}`},
		hostNPM + "/fs":                                                 {body: `{"description": "This package name is not currently in use", "dist-tags": {"latest": "0.0.1-security"}, "repository": {"url": "git+https://github.com/npm/security-holder.git"}, "versions": {"0.0.1-security": {}}}`},
		hostNPM + "/example-gone-mcp":                                   {body: `{"name": "example-gone-mcp", "time": {"created": "2020-01-01T00:00:00Z", "unpublished": {"time": "2021-01-01T00:00:00Z"}}}`},
		hostNPM + "/old":                                                {body: `{"dist-tags": {"latest": "1.0.0"}, "versions": {"1.0.0": {"deprecated": false, "repository": "acme/old"}}, "maintainers": "ann", "time": {"created": 1}}`},
	}
	for name, c := range map[string]struct {
		p    Package
		want Facts
	}{
		"PyPI, yanked": {Package{pypi, "example-tool", "1.0"}, Facts{State: Present, Resolved: "1.0", Latest: "2.0", FirstPublished: day("2025-01-01T00:00:00Z"), Published: day("2025-01-01T00:00:00Z"),
			Deprecated: "broken", Yanked: true, Maintainers: 1, Downloads: -1, HasRepository: Yes, Repository: "acme/tool", Archived: true, Created: day("2020-01-01T00:00:00Z"), Listed: Yes, Retired: "deprecated"}},
		"Docker Hub":       {Package{oci, "docker.io/acme/tool", "latest"}, Facts{State: Present, FirstPublished: day("2026-11-20T00:00:00Z"), Downloads: 7}},
		"Go":               {Package{golang, "github.com/Acme/tool", ""}, Facts{State: Present, Resolved: "v1.2.3", Latest: "v1.2.3", Published: day("2026-01-01T00:00:00Z"), Downloads: -1, HasRepository: Yes, Repository: "Acme/tool", SourceGone: true}},
		"npm, seized":      {Package{npm, "example-held-mcp", "1.0.0"}, Facts{State: Seized, Latest: "0.0.1-security", Downloads: -1, HasRepository: Yes, Repository: "npm/security-holder", Maintainers: 1}},
		"npm, held":        {Package{npm, "fs", ""}, Facts{State: Present, Resolved: "0.0.1-security", Latest: "0.0.1-security", Downloads: -1, HasRepository: Yes, Repository: "npm/security-holder", SourceGone: true, Listed: No}},
		"npm, unpublished": {Package{npm, "example-gone-mcp", ""}, Facts{Downloads: -1, Pending: true, Unassessed: []string{"the registry: seen absent once; looked up again after 10 minutes"}}},
		"npm, dist-tag":    {Package{npm, "example-orders-mcp", "next"}, Facts{State: Present, Resolved: "2.0.0-rc.1", Latest: "1.4.2", FirstPublished: day("2024-01-02T03:04:05.678Z"), Maintainers: 2, Downloads: 5000, HasRepository: Yes, Repository: "acme/orders-mcp", Created: day("2023-01-01T00:00:00Z"), Listed: No}},
		"npm, range": {Package{npm, "example-orders-mcp", "^1.0.0"}, Facts{State: Present, Latest: "1.4.2", FirstPublished: day("2024-01-02T03:04:05.678Z"), Maintainers: 2, Downloads: 5000, HasRepository: Yes, Repository: "acme/orders-mcp", Created: day("2023-01-01T00:00:00Z"), Listed: No,
			Unassessed: []string{"advisories: its version is a range"}}},
		"npm, of old":     {Package{npm, "old", ""}, Facts{State: Present, Resolved: "1.0.0", Latest: "1.0.0", Downloads: -1, HasRepository: Yes, Repository: "acme/old", SourceGone: true, Listed: No}},
		"npm, deprecated": {Package{npm, "example-orders-mcp", "1.0.0"}, Facts{State: Present, Resolved: "1.0.0", Latest: "1.4.2", Deprecated: "use 1.4", FirstPublished: day("2024-01-02T03:04:05.678Z"), Maintainers: 2, Downloads: 5000, HasRepository: Yes, Repository: "acme/orders-mcp", Created: day("2023-01-01T00:00:00Z"), Listed: No}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := good()
			for key, a := range answers {
				all[key] = a
			}
			l, _, _ := newLooker(t, all)
			got := l.facts(t.Context(), c.p)
			c.want.Package = c.p
			if len(got.Advisories) == 0 {
				got.Advisories = nil
			}
			if diff := cmp.Diff(c.want, *got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAdvisories(t *testing.T) {
	t.Parallel()
	body := `{"vulns": [
 {"id": "PYSEC-2026-1", "aliases": ["CVE-2026-1", "GHSA-aaaa-bbbb-cccc"]},
 {"id": "GHSA-aaaa-bbbb-cccc", "aliases": ["CVE-2026-1"], "summary": "runs commands", "database_specific": {"severity": "CRITICAL"},
  "affected": [{"package": {"name": "example-bridge-mcp", "ecosystem": "PyPI"}, "ranges": [{"events": [{"introduced": "0"}, {"fixed": "0.1.16"}, {"introduced": "1.0"}, {"fixed": "1.2"}]}]}, {"package": {"name": "other", "ecosystem": "PyPI"}, "ranges": [{"events": [{"fixed": "0.1.6"}]}]}]},
 {"id": "GHSA-dddd-eeee-ffff", "database_specific": {"severity": "LOW"}, "affected": [{"package": {"name": "example-bridge-mcp", "ecosystem": "PyPI"}, "ranges": [{"events": [{"introduced": "0"}, {"fixed": "0.2.0"}]}]}]},
 {"id": "GHSA-gggg-hhhh-iiii", "withdrawn": "2026-01-01T00:00:00Z"}, {"id": "no id\n"}]}`
	l, _, _ := newLooker(t, map[string]answer{
		hostPyPI + "/pypi/example-bridge-mcp/json": {body: `{"info": {"version": "2.0"}, "urls": []}`},
		"osv/PyPI/example-bridge-mcp@0.1.5":        {body: body},
	})
	f := l.facts(t.Context(), Package{pypi, "example-bridge-mcp", "0.1.5"})
	want := []Advisory{
		{ID: "GHSA-aaaa-bbbb-cccc", Aliases: []string{"CVE-2026-1"}, Summary: "runs commands", Severity: scanners.Critical, Fixed: "0.1.16"},
		{ID: "GHSA-dddd-eeee-ffff", Severity: scanners.LowSeverity, Fixed: "0.2.0"},
	}
	if diff := cmp.Diff(want, f.Advisories); diff != "" {
		t.Error(diff)
	}
	s := server(pypi, "example-bridge-mcp", "0.1.5")
	got := Judge(f, &s.Sighting, Circumstances{Now: noon})
	if len(got) != 1 || got[0].Message.String() != "example-bridge-mcp@0.1.5 has a known vulnerability: CVE-2026-1, GHSA-aaaa-bbbb-cccc and 1 more. The advisory says: runs commands" ||
		got[0].Fix.String() != "Use version 0.2.0 or later, and pin it." {
		t.Errorf("%+v", got)
	}
}

func TestGitHubNames(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"git+https://github.com/acme/tool.git": "acme/tool", "https://github.com/acme/tool/tree/main/x": "acme/tool", "git@github.com:acme/tool.git": "acme/tool", "github:acme/tool": "acme/tool", "acme/tool": "acme/tool",
		"git://github.com/acme/tool.git#main": "acme/tool", "ssh://git@github.com/acme/tool": "acme/tool", "http://www.github.com/Acme/Tool": "Acme/Tool",
		"": "", "https://gitlab.com/acme/tool": "", "https://github.com/acme": "", "https://github.com.evil.example/a/b": "", "https://evil.example/github.com/a/b": "", "https://github.com/../..": "", "https://github.com/a/..": "",
		"https://github.com/a%2fb/c": "", "https://github.com/a b/c": "", "gist:123": "", strings.Repeat("a", 600): "",
	} {
		if got := githubName(raw); got != want {
			t.Errorf("%s: %q, want %q", raw, got, want)
		}
	}
}

// FuzzAnswers: whatever a registry answers, nothing panics, what is kept is
// bounded, and of a request that follows from it the host is fixed.
func FuzzAnswers(f *testing.F) {
	f.Add([]byte(goodNPM))
	f.Add([]byte(`{"info": {"version": "2.0", "project_urls": {"Source": "https://github.com/a/b"}, "description": "mcp-name: a/b"}, "releases": {"2.0": [{"yanked": true}]}}`))
	f.Add([]byte(`{"vulns": [{"id": "MAL-2026-1", "affected": [{"ranges": [{"events": [{"fixed": "1"}]}]}]}]}`))
	f.Add([]byte(`{"server": {"packages": [{"registryType": "npm", "identifier": "a"}]}, "_meta": {"a": {"status": 1}}}`))
	f.Add([]byte(`{"date_registered": "x", "pull_count": -9}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		l, _, _ := newLooker(t, nil)
		l.wire.client.Transport = every(answer{body: string(body)})
		for _, s := range []scan.Subject{server(npm, "a", "1.0.0"), server(pypi, "a", ""), server(oci, "docker.io/a/b", ""), server(golang, "a.b/c", "")} {
			got := l.Look(t.Context(), []scan.Subject{s}, func(int) {})
			for _, f := range got.Findings[0] {
				if len(f.Message.String()) > 2000 {
					t.Errorf("a message of %d bytes", len(f.Message.String()))
				}
			}
		}
	})
}
