package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/castellan-app/castellan/app/github"
	"github.com/castellan-app/castellan/app/manifest"
)

// How far this machine's clock may differ from GitHub's. The App's tokens are
// dated back by a minute and live for five.
const (
	skewWarn = 10 * time.Second
	skewFail = 50 * time.Second
)

// reach asks GitHub's web host, where git is served too, for nothing.
func (d *checkup) reach(ctx context.Context) {
	const advice = "check CASTELLAN_GITHUB_URL, DNS, firewall, proxy (HTTPS_PROXY) and certificates from this machine"
	start := d.now()
	resp, err := d.fetch(ctx, http.MethodHead, d.set.GitHubURL+"/", "")
	if err != nil {
		d.add("github", healthFail, advice, "%s does not answer: %v", d.set.GitHubURL, err)
		return
	}
	took := d.now().Sub(start)
	d.ok("github", "%s answers, in %v", d.set.GitHubURL, took.Round(time.Millisecond))
	date, err := http.ParseTime(resp.Header.Get("Date"))
	if err != nil {
		d.add("github", healthSkip, "", "the clock is not compared: the answer has no date")
		return
	}
	skew := start.Add(took / 2).Sub(date.Add(500 * time.Millisecond)) // Date has whole seconds
	far := max(skew, -skew).Round(time.Second)
	const clock = "let this machine keep time by NTP: GitHub refuses the App's tokens of a clock that is wrong"
	switch {
	case far > skewFail:
		d.add("github", healthFail, clock, "this machine's clock differs from GitHub's by %v", far)
	case far > skewWarn:
		d.add("github", healthWarn, clock, "this machine's clock differs from GitHub's by %v", far)
	default:
		d.ok("github", "clocks agree")
	}
}

// fetch asks for headers only. Its errors name no URL.
func (d *checkup) fetch(ctx context.Context, method, target, password string) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, target, nil)
	if err != nil {
		return nil, errors.New("not an address")
	}
	if password != "" {
		req.SetBasicAuth("x-access-token", password)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if u, ok := errors.AsType[*url.Error](err); ok {
		return nil, u.Err
	}
	if err != nil {
		return nil, err
	}
	return resp, resp.Body.Close()
}

// github examines what the App's credentials open.
func (d *checkup) github(ctx context.Context) {
	if d.set.Setup {
		d.add("app", healthWarn, "start castellan serve and open the address it prints", "no App is registered yet")
		return
	}
	app, err := github.New(github.Config{WebURL: d.set.GitHubURL, AppID: d.set.AppID, PrivateKey: []byte(d.set.PrivateKey), UserAgent: "castellan/" + versionString()})
	if err != nil {
		d.add("app", healthFail, "mend the setting", "%v", err)
		return
	}
	d.app = app
	asked, err := manifest.Default()
	if err != nil {
		d.add("app", healthFail, "this program is damaged: install it again", "%v", err)
		return
	}
	self, err := app.Self(ctx)
	switch {
	case errors.Is(err, github.ErrUnauthorized), errors.Is(err, github.ErrNotFound):
		d.add("app", healthFail, "check that App id and private key belong to one App of this GitHub, and the clock; make a new key on the App's settings page if in doubt", "GitHub does not accept App id %d with this key", d.set.AppID)
		return
	case err != nil:
		d.add("app", healthFail, "try again; see https://www.githubstatus.com if it is github.com", "%v", err)
		return
	}
	d.ok("app", "%s (id %d, %s) of %s", self.Name, self.ID, self.Slug, self.OwnerLogin)
	d.registration(asked, &self)
	d.installations(ctx, asked)
	d.deliveries(ctx)
}

// registration compares the App's settings at GitHub with app.yml.
func (d *checkup) registration(asked *manifest.Manifest, self *github.AppInfo) {
	bad := false
	for _, p := range asked.Missing(self.Permissions) {
		d.add("app", healthWarn, fmt.Sprintf("ask for %s:%s in the App's settings, then let each owner accept it", p.Name, p.Level), "the App does not ask for %s:%s, needed to %s", p.Name, p.Level, p.Reason)
		bad = true
	}
	granted := asked.Granted()
	for _, name := range slices.Sorted(maps.Keys(self.Permissions)) {
		level := self.Permissions[name]
		if need := granted[name]; need == "" || need == "read" && level != "read" {
			d.add("app", healthWarn, "take it away in the App's settings: Castellan needs it for nothing", "the App asks for %s:%s", name, level)
			bad = true
		}
	}
	for _, e := range asked.Events {
		if !slices.Contains(self.Events, e.Name) {
			d.add("app", healthWarn, "subscribe to it in the App's settings", "the App is not told of %s: %s", e.Name, e.Reason)
			bad = true
		}
	}
	if !bad {
		d.ok("app", "its permissions and events are those of app.yml")
	}
}

// core are the permissions without which an installation is of no use.
var core = [...]string{"metadata", "contents", "checks"}

func (d *checkup) installations(ctx context.Context, asked *manifest.Manifest) {
	all, err := d.app.Installations(ctx)
	if err != nil {
		d.add("installation", healthFail, "try again", "%v", err)
		return
	}
	if len(all) == 0 {
		d.add("installation", healthWarn, "install it from the App's page at GitHub", "the App is installed nowhere")
	}
	git := false
	for i := range all {
		in := &all[i]
		who := fmt.Sprintf("%s (%d)", in.AccountLogin, in.ID)
		if !in.SuspendedAt.IsZero() {
			d.add("installation", healthWarn, "let its owner unsuspend it, or uninstall it", "%s is suspended since %s", who, in.SuspendedAt.Format(time.DateOnly))
			continue
		}
		missing := asked.Missing(in.Permissions)
		for _, p := range missing {
			status := healthWarn
			if slices.Contains(core[:], p.Name) {
				status = healthFail
			}
			d.add("installation", status, "let its owner accept the App's new permissions; until then that is not assessed", "%s has not granted %s:%s, needed to %s", who, p.Name, p.Level, p.Reason)
		}
		if len(missing) == 0 {
			d.ok("installation", "%s, %s repositories, everything granted", who, in.RepositorySelection)
		}
		git = git || d.git(ctx, in)
	}
}

// git fetches what git would ask for first of one repository of an
// installation; false if it has none.
func (d *checkup) git(ctx context.Context, in *github.Installation) bool {
	client := d.app.Installation(in.ID)
	repo, err := d.someRepository(ctx, client, in.ID)
	if err != nil || repo.ID == 0 {
		return false
	}
	token, err := client.GitToken(ctx, repo)
	if err != nil {
		d.add("git", healthFail, "see what the installation grants", "no token to fetch from %s: %v", in.AccountLogin, err)
		return true
	}
	resp, err := d.fetch(ctx, http.MethodGet, d.app.GitURL(repo.Owner, repo.Name)+"/info/refs?service=git-upload-pack", token)
	switch {
	case err != nil:
		d.add("git", healthFail, "let this machine reach GitHub's git over https", "git does not answer: %v", err)
	case resp.StatusCode != http.StatusOK || !strings.Contains(resp.Header.Get("Content-Type"), "git-upload-pack"):
		d.add("git", healthFail, "see the App's contents permission, and an IP allow list of the organisation's", "a repository of %s cannot be fetched: git answered %d", in.AccountLogin, resp.StatusCode)
	default:
		d.ok("git", "a repository of %s can be fetched", in.AccountLogin)
	}
	return true
}

// someRepository prefers one that is known: an organisation may have thousands.
func (d *checkup) someRepository(ctx context.Context, client *github.Client, installation int64) (github.Repo, error) {
	if d.store != nil {
		known, err := d.store.Queries().Repositories(ctx, installation)
		if err == nil && len(known) > 0 {
			return github.Repo{ID: known[0].ID, Owner: known[0].Owner, Name: known[0].Name}, nil
		}
	}
	list, err := client.Repositories(ctx)
	if err != nil || len(list) == 0 {
		return github.Repo{}, err
	}
	return list[0].Repo, nil
}
