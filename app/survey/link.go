package survey

import (
	"path"
	"strings"

	"github.com/castellan-app/castellan/scanners"
)

// exits are links in the place of agent files that lead out of the repository.
func (t *Tree) exits() []scanners.Finding {
	var all []scanners.Finding
	for _, e := range t.Exits {
		if !leaves(path.Dir(e.From), e.Target) || !e.Folder && !live(e.Path) {
			continue
		}
		f := about(ruleSymlink, scanners.High, e.Path)
		f.Message = say("A symbolic link out of the repository stands where an agent's file or folder is expected: ", e.Path, " leads to ", e.Target,
			". What agents read there was reviewed by nobody, and differs from machine to machine")
		if e.From != e.Path {
			f.Message = say("A symbolic link out of the repository stands where an agent's file or folder is expected: ", e.Path, " leads over ", e.From, " to ", e.Target,
				". What agents read there was reviewed by nobody, and differs from machine to machine")
		}
		f.Fix = say("Commit the file itself at ", e.Path, ", or a link to another file of the repository.")
		all = append(all, f)
	}
	return all
}

// leaves says whether the text of a link in a folder leads above the root.
func leaves(dir, target string) bool {
	if strings.HasPrefix(target, "/") {
		return true
	}
	to := path.Join(dir, target)
	return to == ".." || strings.HasPrefix(to, "../")
}
