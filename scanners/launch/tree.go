package launch

import (
	"path"
	"slices"
	"strings"
)

// gitFlags are git's own flags with a value and those of clone (git-scm.com/docs/git-clone).
var (
	gitFlags   = flags{long: " --git-dir --work-tree --namespace --config-env ", short: "Cc"}
	cloneFlags = flags{
		long:  " --branch --config --depth --filter --jobs --origin --reference --reference-if-able --separate-git-dir --server-option --shallow-exclude --shallow-since --template --upload-pack --bundle-uri --ref-format ",
		short: "bcjou",
	}
	tarFlags = flags{long: " --file --directory --strip-components --transform --exclude --owner --group ", short: "fC"}
)

// clones is the folder into which words clone the branch of a repository on
// another machine, "" if they do not.
func clones(name string, words []Word) string {
	switch {
	case name == "git":
		_, rest, _ := gitFlags.read(words[1:])
		if len(rest) < 2 || rest[0].Text != "clone" {
			return ""
		}
		words = rest
	case name == "gh" && len(words) > 3 && words[1].Text == "repo" && words[2].Text == "clone":
		words = words[2:]
	default:
		return ""
	}
	opts, rest := cloneFlags.interleaved(words[1:])
	if len(rest) == 0 || slices.ContainsFunc(opts, func(o option) bool { return o.name == "--revision" }) {
		return ""
	}
	from := rest[0].Text
	if name == "git" && !strings.Contains(from, "://") && !strings.Contains(from, "@") || strings.HasPrefix(from, "file:") {
		return ""
	}
	if len(rest) > 1 {
		return rest[1].Text
	}
	return strings.TrimSuffix(path.Base(slashes(strings.TrimRight(from, "/"))), ".git")
}

// checksOut says whether words set a clone to one commit.
func checksOut(name string, words []Word) bool {
	if name != "git" {
		return false
	}
	_, rest, _ := gitFlags.read(words[1:])
	return len(rest) > 1 && hasName(" checkout reset switch ", rest[0].Text) && slices.ContainsFunc(rest[1:], func(w Word) bool {
		return len(w.Text) == 40 && strings.Trim(w.Text, "0123456789abcdef") == ""
	})
}

// unpacks is the archive that words unpack, "" for their input, and the folder
// they unpack it into. Of what lands in the folder they stand in too little is
// known.
func unpacks(name string, words []Word) (archive, folder string) {
	switch name {
	case "tar", "bsdtar", "gtar":
		if len(words) > 1 && !strings.HasPrefix(words[1].Text, "-") { // tar xzf FILE
			dashed := words[1]
			dashed.Text = "-" + dashed.Text
			words = append([]Word{words[0], dashed}, words[2:]...)
		}
		opts, _ := tarFlags.interleaved(words[1:])
		extracts := false
		for _, o := range opts {
			switch o.name {
			case "-x", "--extract", "--get":
				extracts = true
			case "-f", "--file":
				archive = strings.TrimPrefix(o.value.Text, "-")
			case "-C", "--directory":
				folder = o.value.Text
			}
		}
		if !extracts {
			folder = ""
		}
	case "unzip":
		opts, rest := flags{short: "dx"}.interleaved(words[1:])
		for _, o := range opts {
			if o.name == "-d" {
				folder = o.value.Text
			}
		}
		if len(rest) > 0 {
			archive = rest[0].Text
		}
	}
	return archive, folder
}

// plant notes the folders that a command fills with what is fetched.
func (f *flow) plant(i int) {
	c, e := &f.sh.Commands[i], &f.of[i]
	if len(e.words) == 0 {
		return
	}
	if folder := clones(e.name, e.words); folder != "" {
		f.trees[join(e.cwd, folder)] = i
	}
	if checksOut(e.name, e.words) {
		clear(f.trees)
	}
	archive, folder := unpacks(e.name, e.words)
	if folder == "" {
		return
	}
	by, tainted := f.pipes[c.In]
	if archive != "" {
		by, tainted = f.files[join(e.cwd, archive)]
	}
	if tainted {
		f.trees[join(e.cwd, folder)] = by
	}
}

// within is the fetch that filled the folder in which a file lies that a command
// runs, -1 for none. A bare word is a program, not a file.
func (f *flow) within(cwd, file string) int {
	if len(f.trees) == 0 || !strings.ContainsAny(file, "/.") {
		return -1
	}
	const deepest = 32
	at := join(cwd, file)
	for range deepest {
		up := path.Dir(at)
		if up == at {
			return -1
		}
		if by, ok := f.trees[up]; ok {
			return by
		}
		at = up
	}
	return -1
}
