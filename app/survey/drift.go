package survey

import (
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/catalog"
	"github.com/castellan-app/castellan/scanners/launch"
)

// place is a server at its place.
type place struct{ path, name string }

// Drift are the servers that stood in base already, at the same path under the
// same name, and are something else in t: a client that was told once to trust
// them runs what they are now. Only what is launched or reached, and what it may
// do, counts.
func (t *Tree) Drift(base *Tree) Result {
	before := base.named()
	var all []scanners.Finding
	for _, s := range t.inOrder() {
		old := before[place{s.Path, s.Name}]
		if old == nil || old.LaunchHash == s.LaunchHash {
			continue
		}
		changes := differences(old.Normal, s.Normal)
		if len(changes) == 0 {
			continue
		}
		severity := scanners.Info
		if t.approved(old) || t.approved(s) {
			severity = scanners.High
		}
		f := at(ruleDrift, severity, s)
		f.Slot = "launch"
		f.Message = say(append([]string{"The server ", s.Name, " is no longer what it was: "}, changes...)...)
		f.Fix = say("Review the change like code that runs on every developer's machine. Where the old one was approved, have the new one approved too.")
		all = append(all, f)
	}
	return t.result(all)
}

// named are the servers of a state by their places, without those of which a
// file has two of one name.
func (t *Tree) named() map[place]*scanners.Sighting {
	all := map[place]*scanners.Sighting{}
	t.declared(func(s *scanners.Sighting, _ *catalog.Format) {
		key := place{s.Path, s.Name}
		if _, twice := all[key]; twice {
			all[key] = nil
		} else {
			all[key] = s
		}
	})
	return all
}

// inOrder are the servers of named in the order of the files.
func (t *Tree) inOrder() []*scanners.Sighting {
	named := t.named()
	var all []*scanners.Sighting
	t.servers(func(s *scanners.Sighting, _ *catalog.Format) {
		if named[place{s.Path, s.Name}] == s {
			all = append(all, s)
		}
	})
	return all
}

func (t *Tree) approved(s *scanners.Sighting) bool {
	if t.Policy == nil {
		return false
	}
	covers, _ := t.Policy.Approves(t.use(s), t.Now)
	return covers != nil
}

// words are what people call the keys of a normal form.
var words = map[string]string{
	"package": "the package", "with": "an added package", "version": "the version", "with-version": "the version of an added package",
	"tag": "the tag", "digest": "the digest", "revision": "the revision", "source": "the source", "program": "the command", "script": "the script",
	"module": "the module", "task": "the task", "inline": "the inline code", "bridge": "the bridge", "registry": "the registry", "url": "the address",
	"hosted": "the hosted server", "header": "the headers", "env": "the environment", "mount": "the mounts", "privileged": "the container's privileges",
	"capability": "the container's capabilities", "security-opt": "the container's security options", "device": "the container's devices",
	"namespace": "the container's namespaces", "publish": "the published ports", "user": "the container's user", "entrypoint": "the entrypoint",
	"folder": "the working folder", "arg": "the arguments", "disabled": "being switched off",
}

// mostChanges bounds the changes that one message tells.
const mostChanges = 6

// differences tells what changed, as parts for say that begin with a string of the
// repository's.
func differences(before, after []string) []string {
	var parts []string
	changes := launch.Diff(before, after)
	for i, c := range changes[:min(len(changes), mostChanges)] {
		what := words[c.Key]
		if what == "" {
			what = "what its tools may do (" + c.Key + ")"
		}
		if i > 0 {
			what = "; " + what
		}
		gone, come := values(before, c.Key), values(after, c.Key)
		lost, won := without(gone, come), without(come, gone)
		switch {
		case len(lost) == 0 && len(won) == 0:
			parts = append(parts, "", what+" in another order", "", "")
		case len(gone) == 0:
			parts = append(parts, "", what+": now ", joined(won), "")
		case len(come) == 0:
			parts = append(parts, "", what+": no longer ", joined(lost), "")
		case len(gone) == 1 && len(come) == 1:
			parts = append(parts, "", what+" ", lost[0], " is now ", won[0], "")
		case len(lost) == 0:
			parts = append(parts, "", what+": added ", joined(won), "")
		case len(won) == 0:
			parts = append(parts, "", what+": removed ", joined(lost), "")
		default:
			parts = append(parts, "", what+": removed ", joined(lost), ", added ", joined(won), "")
		}
	}
	return parts
}

func joined(list []string) string { return strings.Join(list, " ") }

// values are those of one key of a normal form.
func values(normal []string, key string) []string {
	var all []string
	for _, pair := range normal {
		k, v, _ := strings.Cut(pair, "=")
		if k, _, _ = strings.Cut(k, "."); k == key {
			all = append(all, v)
		}
	}
	return all
}

// without is a as far as b does not have it.
func without(a, b []string) []string {
	left := slices.Clone(b)
	var out []string
	for _, s := range a {
		if i := slices.Index(left, s); i >= 0 {
			left = slices.Delete(left, i, i+1)
		} else {
			out = append(out, s)
		}
	}
	return out
}
