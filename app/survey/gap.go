package survey

import (
	"path"
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/catalog"
	"github.com/castellan-app/castellan/scanners/config"
	"github.com/castellan-app/castellan/scanners/doctree"
)

// gaps are known paths that were not read or not understood.
func (t *Tree) gaps() []scanners.Finding {
	var all []scanners.Finding
	add := func(p, why string, folder bool) {
		if !folder && !live(p) || config.Passive(p) {
			return
		}
		severity := scanners.LowSeverity
		if executes(p) || folder && slices.ContainsFunc(probes[:], func(probe string) bool { return executes(p+"/"+probe) && !executes(neutral+"/"+probe) }) {
			severity = scanners.Medium
		}
		f := about(ruleGap, severity, p)
		f.Message = say("", p, " could not be checked: "+why+". What agents take from it is not known")
		f.Fix = say("Commit ", p, " as a plain file that its client can read, or remove it.")
		if folder {
			f.Fix = say("Commit the files of ", p, " here, or check the repository they come from, and pin and review what is taken over.")
		}
		all = append(all, f)
	}
	for _, g := range t.Gaps {
		add(g.Path, g.Reason, g.Folder)
	}
	for i := range t.Files {
		f := &t.Files[i]
		switch {
		case f.Incomplete != "":
			add(f.Path, f.Incomplete, false)
		case f.Strange:
			add(f.Path, "it holds nothing that its client knows", false)
		}
	}
	slices.SortStableFunc(all, func(a, b scanners.Finding) int { return strings.Compare(a.Path, b.Path) })
	return all
}

// executes says that a client may run commands that stand in a file.
func executes(p string) bool {
	for _, format := range catalog.MatchNamed(p) {
		if len(format.Gate) == 0 && (format.Role == catalog.RoleServers || format.Role == catalog.RolePower) {
			return format.Syntax != catalog.FrontMatter
		}
	}
	return false
}

// Strange says that a file at a path that only a client's list of servers has is
// whole and yet none: not one of its keys is known.
func Strange(p string, data []byte, r *scanners.Result) bool {
	format := serverList(p)
	if format == nil || format.Syntax != catalog.JSON && format.Syntax != catalog.JSONC || r.Incomplete != "" {
		return false
	}
	for _, s := range r.Sightings {
		if s.Integration.Kind == scanners.KindMCPServer {
			return false
		}
	}
	doc := doctree.Parse(doctree.JSON, data, doctree.Limits{})
	if len(doc.Errors) > 0 || doc.Truncated || len(doc.Roots) != 1 {
		return false // another rule's
	}
	for _, rule := range r.Findings {
		if rule.Rule == "mcp-invalid-config" {
			return false
		}
	}
	root := doc.Roots[0].Resolve()
	switch {
	case root == nil || root.Kind == doctree.Null:
		return false
	case root.Kind != doctree.Map:
		return root.Kind != doctree.List || len(root.Items) > 0
	}
	return unknown(root)
}

// sections are keys of such files, of one client or another, that hold servers or
// stand beside them.
var sections = []string{
	"mcpServers", "mcpservers", "servers", "mcp", "mcp_servers", "mcp-servers", "context_servers", "inputs", "sandbox", "$schema", "version", "name", "description", "comment",
}

// unknown says that a map has keys, and none that a section or a comment has.
func unknown(root *doctree.Node) bool {
	keys := 0
	for _, m := range root.Members {
		switch {
		case slices.Contains(sections, m.Key):
			return false
		case strings.HasPrefix(m.Key, "_"), strings.HasPrefix(m.Key, "//"), strings.HasPrefix(m.Key, "$"):
		default:
			keys++
		}
	}
	return keys > 0
}

// serverList is the format of a path that holds a list of servers and nothing
// else, of one client alone; nil of others.
func serverList(p string) *catalog.Format {
	base := strings.ToLower(path.Base(p))
	if !strings.Contains(base, "mcp") || strings.Contains(base, "agent") {
		return nil
	}
	var only *catalog.Format
	for _, format := range catalog.MatchNamed(p) {
		if len(format.Gate) > 0 {
			continue
		}
		if only != nil || format.Role != catalog.RoleServers {
			return nil
		}
		only = format
	}
	return only
}
