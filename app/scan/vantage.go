package scan

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/castellan-app/castellan/app/gitstore"
	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/scanners"
)

// vantage is how the paths below a folder relate to those that rules speak of.
// A rule may need a folder above the target: of `scan .codex` it is .codex.
type vantage struct {
	// prefix leads from the top of the work tree to the folder, "" at the top and
	// outside git, else ending in a slash. It is part of every path of the result,
	// so that a part of a repository gives what the whole gives for it.
	prefix string
	// around is the folder's absolute path outside git, ending in a slash. Rules
	// see it, the result does not: it differs from machine to machine.
	around string
	top    string // of the work tree
	alone  bool   // what is looked from is a file
}

// vantageOf looks from a folder or file on disk.
func vantageOf(name string) vantage {
	if top, prefix, ok := gitstore.WorkTree(name); ok {
		if prefix != "" {
			prefix += "/"
		}
		return vantage{prefix: prefix, top: top, alone: isFile(name)}
	}
	abs, err := filepath.Abs(name)
	if err != nil {
		return vantage{}
	}
	alone := isFile(abs)
	if alone {
		abs = filepath.Dir(abs)
	}
	around := strings.Trim(filepath.ToSlash(abs[len(filepath.VolumeName(abs)):]), "/")
	if around != "" {
		around += "/"
	}
	return vantage{around: around, alone: alone}
}

func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && !info.IsDir()
}

// file is the shown path of a target that is a file, not a folder.
func (v vantage) file(name string) (path string, alone bool) {
	info, err := os.Stat(name)
	if err != nil || info.IsDir() {
		return "", false
	}
	return v.shown(filepath.Base(name)), true
}

// shown is the path of the result for one below the folder.
func (v vantage) shown(path string) string {
	if v.prefix == "" || strings.HasPrefix(path, ".git/") {
		return path
	}
	if path == "." {
		return strings.TrimSuffix(v.prefix, "/")
	}
	return v.prefix + path
}

// reads decides on a shown path.
func (v vantage) reads(o *Options, path string) bool {
	return v.around != "" && o.reads(v.around+path) || o.reads(path)
}

// wants decides on a shown path.
func (v vantage) wants(o *Options, path string) bool {
	return v.around != "" && o.wants(v.around+path) || o.wants(path)
}

// names decides on a shown path whether a scanner knows it by name.
func (v vantage) names(o *Options, path string) bool {
	return v.around != "" && o.names(v.around+path) || o.names(path)
}

// scan scans a file that goes by its shown path.
func (v vantage) scan(o *Options, f scanners.File) scanners.Result {
	if v.around == "" || !o.names(v.around+f.Path) {
		return o.scanFile(f)
	}
	f.Path = v.around + f.Path
	r := o.scanFile(f)
	id := func(s string) string {
		if rest, ok := strings.CutPrefix(s, "local:"+v.around); ok {
			return "local:" + rest
		}
		return s
	}
	for i := range r.Sightings {
		s := &r.Sightings[i]
		s.Path, s.Integration.ID = strings.TrimPrefix(s.Path, v.around), id(s.Integration.ID)
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		f.Path, f.Integration = strings.TrimPrefix(f.Path, v.around), id(f.Integration)
	}
	return r
}

// policyAbove reads the repository's own policy for a target that does not hold
// it: a part of the repository. It is not followed if it is a link.
func (t *target) policyAbove(v vantage) {
	if v.prefix == "" {
		return
	}
	name := filepath.Join(v.top, filepath.FromSlash(ownPolicy))
	if strings.HasPrefix(ownPolicy, v.prefix) { // the target holds it after all
		return
	}
	info, err := os.Lstat(name)
	if errors.Is(err, os.ErrNotExist) {
		return
	}
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("not a regular file")
	}
	var data []byte
	if err == nil {
		data, err = gitstore.ReadFile(name, policy.MaxBytes)
	}
	if err == nil {
		t.readOwnPolicy(data)
	} else {
		t.skip(gitstore.Skip{Path: ownPolicy, Reason: err.Error(), Incomplete: true})
	}
}
