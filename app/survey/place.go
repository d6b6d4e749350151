package survey

import (
	"path"
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/catalog"
)

// formatOf is the format a sighting was read as; nil if the catalogue has none.
func formatOf(s *scanners.Sighting) *catalog.Format {
	for _, format := range catalog.MatchNamed(s.Path) {
		if format.Client == s.Client {
			return format
		}
	}
	return nil
}

// live says by path alone that a client reads a file: what its content is does
// not decide.
func live(p string) bool {
	for _, format := range catalog.MatchNamed(p) {
		if len(format.Gate) == 0 && format.Role != catalog.RoleTemplate && format.Role != catalog.RolePublish {
			return true
		}
	}
	return instructs(p)
}

// instructs says of a path the scanners want that its file is text for agents.
func instructs(p string) bool {
	if formats := catalog.MatchNamed(p); len(formats) > 0 {
		for _, format := range formats {
			if len(format.Gate) == 0 && format.Syntax == catalog.FrontMatter {
				return true
			}
		}
		return false
	}
	hidden := strings.HasPrefix(p, ".") || strings.Contains(p, "/.")
	switch ext := path.Ext(p); ext {
	case ".md", ".mdc":
		return true
	case ".txt":
		return strings.Contains(path.Dir(p), "rules") && hidden
	default: // .cursorrules and its like, and what lies in a client's folder of rules
		plain := ext == "" || ext == path.Base(p)
		return plain && hidden && slices.ContainsFunc([]string{"rules", "hints", "guidelines"}, func(word string) bool { return strings.Contains(p, word) })
	}
}

// neutral is a folder that means nothing to any client.
const neutral = "some/folder"

// probes are what may lie in a folder that one client or another reads.
var probes = [...]string{
	"settings.json", "mcp.json", "config.json", "config.toml", "config.yaml", "mcp_config.json", "hooks.json", "permissions.json",
	"settings/mcp.json", "x.md", "x.mdc", "x.json", "x/x.md", "agents/x.md", "agents/x.json", "commands/x.md", "prompts/x.md",
	"rules/x.md", "rules/x.mdc", "skills/x/SKILL.md", "instructions/x.md", "steering/x.md",
}

// AgentFolder says that the scanners want files for the folder they lie in: they
// would not want them elsewhere.
func AgentFolder(folder string, wants func(path string) bool) bool {
	for _, probe := range probes {
		if wants(folder+"/"+probe) && !wants(neutral+"/"+probe) {
			return true
		}
	}
	return false
}

// projectOf is the folder that a person opens to have a client read a file: the
// one that holds the client's folder or file. "" is the root.
func projectOf(p string) string {
	if p == "" {
		return ""
	}
	for at := 0; ; {
		if p[at] == '.' {
			return strings.TrimSuffix(p[:at], "/")
		}
		i := strings.IndexByte(p[at:], '/')
		if i < 0 || at+i+1 >= len(p) {
			return strings.TrimSuffix(p[:at], "/")
		}
		at += i + 1
	}
}

// join joins a folder and a path below it, "" for one that leads above the root.
func join(dir, p string) string {
	p = path.Join(dir, p)
	if p == "." || p == ".." || strings.HasPrefix(p, "../") || strings.HasPrefix(p, "/") {
		return ""
	}
	return p
}
