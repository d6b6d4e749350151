package lookup

import (
	"context"
	"encoding/json"
	"regexp"
	"strings"
	"time"
)

// packument is what of npm's answer is wanted (github.com/npm/registry,
// docs/responses/package-metadata.md, full metadata format). Old packages have
// values of other types in some places.
type packument struct {
	Description text            `json:"description"`
	Tags        map[string]text `json:"dist-tags"`
	Time        map[string]text `json:"time"`
	Maintainers count           `json:"maintainers"`
	Repository  repositoryField `json:"repository"`
	Versions    map[string]struct {
		Deprecated text            `json:"deprecated"`
		MCPName    text            `json:"mcpName"` // modelcontextprotocol.io/registry/package-types
		Repository repositoryField `json:"repository"`
	} `json:"versions"`
}

// text is a string; a value of another type is "".
type text string

// UnmarshalJSON implements json.Unmarshaler.
func (t *text) UnmarshalJSON(data []byte) error {
	var s string
	if json.Unmarshal(data, &s) == nil {
		*t = text(s)
	}
	return nil
}

// count is how many items a list has; of another value it is 0.
type count int

// UnmarshalJSON implements json.Unmarshaler.
func (c *count) UnmarshalJSON(data []byte) error {
	var list []json.RawMessage
	if json.Unmarshal(data, &list) == nil {
		*c = count(len(list))
	}
	return nil
}

// repositoryField is a URL, or an object with one.
type repositoryField string

// UnmarshalJSON implements json.Unmarshaler.
func (r *repositoryField) UnmarshalJSON(data []byte) error {
	var s string
	var o struct {
		URL text `json:"url"`
	}
	if json.Unmarshal(data, &s) == nil {
		*r = repositoryField(s)
	} else if json.Unmarshal(data, &o) == nil {
		*r = repositoryField(o.URL)
	}
	return nil
}

func instant(s text) time.Time {
	t, err := time.Parse(time.RFC3339, string(s))
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}

// askNPM reads a packument. A scoped name that is absent may be a private package
// of whoever has the scope, which looks the same from outside; one that was
// unpublished whole is free again (docs.npmjs.com, unpublishing).
func askNPM(ctx context.Context, w *wire, name string, versions []string) (*record, error) {
	var p packument
	err := w.ask(ctx, call{host: hostNPM, path: []string{name}, most: largeAnswer}, &p)
	scoped := strings.HasPrefix(name, "@")
	if err == nil && len(p.Versions) == 0 && len(p.Time) > 0 { // unpublished
		err = errNotFound
	}
	if err == errNotFound && scoped {
		return nil, errWithheld
	}
	if err != nil {
		return nil, err
	}
	latest := string(p.Tags["latest"])
	r := &record{State: Present, Created: instant(p.Time["created"]), Latest: latest, Maintainers: int(p.Maintainers), Tags: map[string]string{}, Releases: map[string]release{}}
	for name, v := range p.Tags {
		if tag.MatchString(name) && len(r.Tags) < mostReleases {
			r.Tags[name] = string(v)
		}
	}
	for _, v := range append(versions, latest) {
		known, ok := p.Versions[strings.TrimPrefix(v, "v")]
		r.Releases[v] = release{Published: instant(p.Time[strings.TrimPrefix(v, "v")]), Deprecated: clip(string(known.Deprecated)), Missing: !ok}
	}
	newest := p.Versions[latest]
	r.source(string(p.Repository), string(newest.Repository))
	r.MCPName = mcpName(string(newest.MCPName))
	if seized(&p, r) {
		r.State = Seized
	}
	return r, nil
}

// seized tells npm's placeholder for malicious code that was taken down
// (github.com/npm/security-holder). npm holds other names too, with another
// description: those it keeps so that nobody takes them.
func seized(p *packument, r *record) bool {
	return placeholder.MatchString(r.Latest) && strings.EqualFold(r.Repository, "npm/security-holder") &&
		strings.EqualFold(strings.TrimSpace(string(p.Description)), "security holding package")
}

var placeholder = regexp.MustCompile(`-security(\.\d+)?$`)

// source takes the first of some URLs that says where the source is.
func (r *record) source(urls ...string) {
	r.HasRepository = No
	for _, u := range urls {
		if strings.TrimSpace(u) == "" {
			continue
		}
		r.HasRepository = Yes
		if r.Repository = githubName(u); r.Repository != "" {
			return
		}
	}
}

// longestWords bounds a publisher's own words, in bytes.
const longestWords = 200

func clip(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "\uFFFD")), " ")
	if len(s) > longestWords {
		return strings.ToValidUTF8(s[:longestWords], "") + "…"
	}
	return s
}

// askDownloads is how often a package was installed in the last seven days
// (github.com/npm/registry, docs/download-counts.md).
func askDownloads(ctx context.Context, w *wire, name string) (*int64, error) {
	var a struct {
		Downloads *int64 `json:"downloads"`
	}
	path := append([]string{"downloads", "point", "last-week"}, strings.Split(name, "/")...)
	err := w.ask(ctx, call{host: hostDownloads, path: path}, &a)
	if err == nil && a.Downloads == nil {
		return nil, errNotFound
	}
	return a.Downloads, err
}
