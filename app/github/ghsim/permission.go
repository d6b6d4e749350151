package ghsim

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"sync"
)

// permissionsJSON holds the rows of GitHub's published table of permissions
// (GitHub Docs, CC-BY-4.0) for the routes simulated here.
//
//go:embed testdata/permissions.json
var permissionsJSON []byte

type need struct {
	Permission string `json:"permission"`
	Access     string `json:"access"`
	Method     string `json:"method"`
	Path       string `json:"path"`
}

// needs maps "METHOD template" to the permissions of which any one opens it.
var needs = sync.OnceValues(func() (map[string][]need, error) {
	var table struct{ Routes []need }
	if err := json.Unmarshal(permissionsJSON, &table); err != nil {
		return nil, err
	}
	out := map[string][]need{}
	for _, n := range table.Routes {
		// The table names contents too for reading one pull request, and does
		// not say whether it is an alternative; the stricter reading is taken.
		if n.Path == "/repos/{owner}/{repo}/pulls/{pull_number}" && n.Permission == "contents" {
			continue
		}
		out[n.Method+" "+n.Path] = append(out[n.Method+" "+n.Path], n)
	}
	return out, nil
})

// rank orders access levels; an unknown one is no access.
func rank(level string) int { return slices.Index([]string{"", "read", "write", "admin"}, level) }

// accepted is the value of X-Accepted-GitHub-Permissions.
func accepted(list []need) string {
	parts := make([]string, len(list))
	for i, n := range list {
		parts[i] = n.Permission + "=" + n.Access
	}
	return strings.Join(parts, "; ")
}

// allows says whether the token and its installation both hold one of list.
func (t *token) allows(inst *installation, list []need) bool {
	if len(list) == 0 {
		return true
	}
	return slices.ContainsFunc(list, func(n need) bool {
		return rank(t.permissions[n.Permission]) >= rank(n.Access) && rank(inst.permissions[n.Permission]) >= rank(n.Access)
	})
}

// sees says whether the token's scope has the repository.
func (t *token) sees(inst *installation, r *Repo) bool {
	return r != nil && inst.covers(r) && (t.repos == nil || t.repos[r.ID])
}
