package lookup

import (
	"context"
	"errors"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// askDocker reads a repository of Docker Hub (docs.docker.com/reference/api/hub:
// GET /v2/namespaces/{namespace}/repositories/{repository}). One that is not
// there may be private: it is free only if its namespace is nobody's, and has a
// form that can be registered (four to thirty lower-case letters and digits).
func askDocker(ctx context.Context, w *wire, name string, _ []string) (*record, error) {
	parts := strings.Split(name, "/") // docker.io, namespace, repository
	namespace := parts[1]
	var a struct {
		Registered text   `json:"date_registered"`
		Pulls      *int64 `json:"pull_count"`
	}
	err := w.ask(ctx, call{host: hostDocker, path: []string{"v2", "namespaces", namespace, "repositories", parts[2]}}, &a)
	if err == nil {
		r := &record{State: Present, Created: instant(a.Registered), Pulls: -1}
		if a.Pulls != nil {
			r.Pulls = *a.Pulls
		}
		return r, nil
	}
	if !errors.Is(err, errNotFound) {
		return nil, err
	}
	if namespace == "library" || !registrable.MatchString(namespace) {
		return nil, errWithheld
	}
	for _, kind := range []string{"users", "orgs"} {
		var anyone struct{}
		switch err := w.ask(ctx, call{host: hostDocker, path: []string{"v2", kind, namespace}}, &anyone); {
		case err == nil:
			return nil, errWithheld
		case !errors.Is(err, errNotFound):
			return nil, err
		}
	}
	return nil, errNotFound
}

var registrable = regexp.MustCompile(`^[a-z0-9]{4,30}$`)

// askGo reads what the module proxy knows (go.dev/ref/mod, GOPROXY protocol). A
// module that it does not know may be private; its path belongs to whoever has
// the host.
func askGo(ctx context.Context, w *wire, name string, _ []string) (*record, error) {
	var a struct {
		Version text
		Time    text
	}
	path := append(strings.Split(escapeGo(name), "/"), "@latest")
	err := w.ask(ctx, call{host: hostGo, path: path}, &a)
	if errors.Is(err, errNotFound) {
		return nil, errWithheld
	}
	if err != nil {
		return nil, err
	}
	r := &record{State: Present, Latest: string(a.Version), HasRepository: Yes}
	r.Releases = map[string]release{r.Latest: {Published: instant(a.Time)}}
	if rest, ok := strings.CutPrefix(name, "github.com/"); ok {
		r.Repository = githubName("https://github.com/" + rest)
	}
	return r, nil
}

// escapeGo writes capitals as "!" and the letter (go.dev/ref/mod, GOPROXY).
func escapeGo(path string) string {
	var b strings.Builder
	for _, c := range path {
		if 'A' <= c && c <= 'Z' {
			b.WriteByte('!')
			c += 'a' - 'A'
		}
		b.WriteRune(c)
	}
	return b.String()
}

// source is what GitHub says of a repository.
type source struct {
	Archived bool
	Created  time.Time
}

// askGitHub reads a public repository, without a token
// (docs.github.com/rest/repos/repos, get a repository).
func askGitHub(ctx context.Context, w *wire, repository string) (*source, error) {
	owner, name, _ := strings.Cut(repository, "/")
	var a struct {
		Archived bool `json:"archived"`
		Created  text `json:"created_at"`
	}
	if err := w.ask(ctx, call{host: hostGitHub, path: []string{"repos", owner, name}}, &a); err != nil {
		return nil, err
	}
	return &source{Archived: a.Archived, Created: instant(a.Created)}, nil
}

// githubParts are an owner and a repository as GitHub takes them.
var githubParts = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}$`)

// githubName is owner/name of a URL of a repository at GitHub, in the spellings
// that package metadata has; "" for any other.
func githubName(raw string) string {
	if len(raw) > 500 {
		return ""
	}
	s := strings.TrimPrefix(strings.TrimSpace(raw), "git+")
	switch {
	case strings.HasPrefix(s, "github:"):
		s = "https://github.com/" + s[len("github:"):]
	case strings.HasPrefix(s, "git@github.com:"):
		s = "https://github.com/" + s[len("git@github.com:"):]
	case githubParts.MatchString(s): // npm's short form
		s = "https://github.com/" + s
	}
	u, err := url.Parse(s)
	if err != nil || strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.") != "github.com" {
		return ""
	}
	parts := strings.Split(strings.Trim(u.EscapedPath(), "/"), "/")
	if len(parts) < 2 {
		return ""
	}
	name := parts[0] + "/" + strings.TrimSuffix(parts[1], ".git")
	if !githubParts.MatchString(name) || strings.HasSuffix(name, "/.") || strings.HasSuffix(name, "/..") {
		return ""
	}
	return name
}

// listing is what the MCP registry says of a server.
type listing struct {
	Status   string
	Packages []string // "npm:NAME"
}

// mcpNames are names in the MCP registry: a reversed domain, and a name
// (modelcontextprotocol/registry, server.schema.json).
var mcpNames = regexp.MustCompile(`^[a-zA-Z0-9.-]{1,100}/[a-zA-Z0-9._-]{1,100}$`)

// mcpName is a claimed name if it can be one.
func mcpName(s string) string {
	if !mcpNames.MatchString(s) || strings.Contains(s, "..") || strings.HasSuffix(s, "/.") {
		return ""
	}
	return s
}

// askMCP reads the newest version of a server (modelcontextprotocol/registry,
// docs/reference/api/openapi.yaml: GET /v0.1/servers/{serverName}/versions/latest).
// A package is listed if the server that it claims to be names it in turn.
func askMCP(ctx context.Context, w *wire, server string) (*listing, error) {
	var a struct {
		Server struct {
			Packages []struct {
				Type       text `json:"registryType"`
				Identifier text `json:"identifier"`
			} `json:"packages"`
		} `json:"server"`
		Meta map[string]struct {
			Status text `json:"status"`
		} `json:"_meta"`
	}
	if err := w.ask(ctx, call{host: hostMCP, path: []string{"v0.1", "servers", server, "versions", "latest"}}, &a); err != nil {
		return nil, err
	}
	out := &listing{Status: string(a.Meta["io.modelcontextprotocol.registry/official"].Status)}
	for _, p := range a.Server.Packages {
		if id := string(p.Type) + ":" + string(p.Identifier); len(out.Packages) < mostReleases && len(id) < longestName {
			out.Packages = append(out.Packages, id)
		}
	}
	return out, nil
}
