package gitstore

import (
	"errors"
	"strings"
)

// node is what lies at a path, whatever the path lies in: a folder on disk, a
// tree or the index.
type node struct {
	kind   uint32 // modeFile, modeLink, modeTree, or 0 for nothing readable
	target string // of a link
}

// errBroken says that a link leads nowhere.
var errBroken = errors.New(reasonBroken)

// outside says that a link leads out of what is read, or to git's own files. from
// is the last link that was followed, "" for none, and target its text.
type outside struct{ from, target string }

func (*outside) Error() string { return reasonOutside }

// follow finds the regular file a symbolic link leads to, component by
// component and never above the root. look says what lies at a path all of
// whose parents are folders.
func follow(link string, look func(path string) (node, error)) (string, error) {
	at, last := "", &outside{}
	todo := strings.Split(link, "/")
	for links, steps := 0, 0; len(todo) > 0; steps++ {
		if steps > 10*maxLinkBytes {
			return "", errBroken
		}
		part := todo[0]
		todo = todo[1:]
		switch part {
		case "", ".":
			continue
		case "..":
			if at == "" {
				return "", last
			}
			at = at[:max(0, strings.LastIndexByte(at, '/'))]
			continue
		case ".git":
			return "", &outside{}
		}
		next := join(at, part)
		n, err := look(next)
		if err != nil {
			return "", err
		}
		switch {
		case n.kind == modeLink:
			if links++; links > maxLinks || len(n.target) > maxLinkBytes || n.target == "" {
				return "", errBroken
			}
			if last = (&outside{next, n.target}); strings.HasPrefix(n.target, "/") {
				return "", last
			}
			todo = append(strings.Split(n.target, "/"), todo...)
		case n.kind == modeTree && len(todo) > 0, n.kind == modeFile && len(todo) == 0:
			at = next
		default:
			return "", errBroken
		}
	}
	if at == "" {
		return "", errBroken
	}
	return at, nil
}

// join joins a folder and a name with a slash.
func join(dir, name string) string {
	if dir == "" {
		return name
	}
	return dir + "/" + name
}
