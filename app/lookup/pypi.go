package lookup

import (
	"context"
	"regexp"
	"slices"
	"strings"
)

// project is what of PyPI's answer is wanted (docs.pypi.org/api/json: GET
// /pypi/<project>/json). "releases" is deprecated there; without it the age of a
// project is not known.
type project struct {
	Info struct {
		Version     text            `json:"version"`
		Description text            `json:"description"`
		HomePage    text            `json:"home_page"`
		URLs        map[string]text `json:"project_urls"`
		Classifiers []text          `json:"classifiers"`
	} `json:"info"`
	Releases  map[string][]upload `json:"releases"`
	Files     []upload            `json:"urls"` // of the newest release
	Ownership struct {
		Roles []struct {
			User text `json:"user"`
		} `json:"roles"`
		Organisation text `json:"organization"`
	} `json:"ownership"`
}

type upload struct {
	Time   text `json:"upload_time_iso_8601"`
	Yanked bool `json:"yanked"`
	Reason text `json:"yanked_reason"`
}

func askPyPI(ctx context.Context, w *wire, name string, versions []string) (*record, error) {
	var p project
	if err := w.ask(ctx, call{host: hostPyPI, path: []string{"pypi", name, "json"}, most: largeAnswer}, &p); err != nil {
		return nil, err
	}
	latest := string(p.Info.Version)
	r := &record{
		State: Present, Latest: latest, Releases: map[string]release{}, Organisation: p.Ownership.Organisation != "",
		Inactive: slices.Contains(p.Info.Classifiers, "Development Status :: 7 - Inactive"),
	}
	users := map[text]bool{}
	for _, role := range p.Ownership.Roles {
		users[role.User] = true
	}
	r.Maintainers = len(users)
	if p.Releases == nil {
		p.Releases = map[string][]upload{latest: p.Files}
	} else {
		for _, files := range p.Releases {
			if at := released(files).Published; !at.IsZero() && (r.Created.IsZero() || at.Before(r.Created)) {
				r.Created = at
			}
		}
	}
	for _, v := range append(versions, latest) {
		files, ok := p.Releases[strings.TrimPrefix(v, "v")]
		rel := released(files)
		rel.Missing = !ok
		r.Releases[v] = rel
	}
	r.source(sourceURLs(&p)...)
	r.MCPName = mcpName(marker(string(p.Info.Description)))
	return r, nil
}

// released is a release by its files: yanked if all of them are.
func released(files []upload) release {
	r := release{Yanked: len(files) > 0}
	for _, f := range files {
		if at := instant(f.Time); r.Published.IsZero() || !at.IsZero() && at.Before(r.Published) {
			r.Published = at
		}
		r.Yanked = r.Yanked && f.Yanked
		if f.Yanked {
			r.Deprecated = clip(string(f.Reason))
		}
	}
	if !r.Yanked {
		r.Deprecated = ""
	}
	return r
}

// forges are hosts where source lies.
var forges = regexp.MustCompile(`^https?://([a-z0-9-]+\.)*(github|gitlab|codeberg|bitbucket|sr|gitea|huggingface)\.[a-z]+/`)

// sourceURLs are the project's URLs that lead to its source: by their label, or
// by their host.
func sourceURLs(p *project) []string {
	var all []string
	for label, u := range p.Info.URLs {
		word := strings.ToLower(label)
		named := strings.Contains(word, "source") || strings.Contains(word, "repo") || strings.Contains(word, "code")
		if named || forges.MatchString(strings.ToLower(string(u))) {
			all = append(all, string(u))
		}
	}
	slices.Sort(all)
	if home := string(p.Info.HomePage); forges.MatchString(strings.ToLower(home)) {
		all = append(all, home)
	}
	return all
}

// marked is how a README claims a name in the MCP registry
// (modelcontextprotocol.io/registry/package-types, PyPI).
var marked = regexp.MustCompile(`mcp-name:\s*([A-Za-z0-9./_-]+)`)

func marker(description string) string {
	if m := marked.FindStringSubmatch(description); m != nil {
		return m[1]
	}
	return ""
}
