package scan

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/castellan-app/castellan/app/gitstore"
	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/catalog"
	"github.com/castellan-app/castellan/scanners/credential"
)

// Baseline says what an earlier run found already.
type Baseline interface {
	Has(fingerprint, credentialHash string) bool
	KeyIDs() []string // ids of the hash keys its hashes were made with
}

// Progress is told what a run is doing. It must be safe for concurrent use.
type Progress interface {
	Phase(name string, total int) // total is the number of steps to come, 0 if unknown
	Step(n int)
}

// Options of one run.
type Options struct {
	Scanners []scanners.Scanner
	Hasher   *credential.Hasher
	Policy   *policy.Policy // the organisation's, or policy.Defaults()
	Baseline Baseline       // nil: everything is new
	Version  string
	Now      time.Time // decides which waivers have ended

	History        bool   // every commit of all heads and tags
	Range          string // "A..B"
	Revision       string // read the tree of this one instead of the files or HEAD; "" for those
	Staged         bool   // the index against HEAD
	IncludeIgnored bool   // also what git ignores
	Since          bool   // find out which commit brought each sighting, not only each finding
	Everything     bool   // keep findings that the policy turns off or waives, with Action off

	Lookup Lookup                 // nil: nothing is looked up
	Rules  []scanners.Rule        // of sources that are no scanners, also where they are not asked
	Vendor func(host string) bool // whether a host is that of a known vendor's server; nil: as the catalogue knows

	Jobs     int    // files scanned at once; 0: one
	Token    string // for https targets; "" for none
	Progress Progress

	rulings map[string]*ruling // by target
}

// ruling is what decides about the findings of one target.
type ruling struct {
	policy     *policy.Policy // the organisation's, tightened by the target's own
	repository string         // owner/name, "" if unknown
}

// ownPolicy is where a repository keeps its own policy.
const ownPolicy = ".github/castellan.yml"

// Run scans the targets one after another. A target that cannot be scanned is
// part of the error, and of the Report as one that was not read: its Skip without
// a path says why. What the others gave is in the Report all the same.
func Run(ctx context.Context, targets []string, o Options) (*Report, error) {
	r, g := o.begin()
	var errs []error
	for _, name := range targets {
		t := o.target(gitstore.RedactURL(name), g, r)
		err := ctx.Err()
		if err == nil {
			if err = t.scan(ctx, name); err != nil {
				errs = append(errs, fmt.Errorf("scan %s: %w", t.Name, err))
			}
		}
		if err != nil {
			t.fail(err)
		}
		t.end(r)
	}
	if err := ctx.Err(); err != nil && len(errs) == 0 {
		errs = append(errs, err)
	}
	if o.Baseline != nil {
		r.Notices = append(r.Notices, foreignKeys(o.Baseline, o.Hasher)...)
	}
	o.lookUp(ctx, r, g)
	g.decide(r, &o)
	return r, errors.Join(errs...)
}

func (o *Options) begin() (*Report, *gatherer) {
	o.rulings = map[string]*ruling{}
	if o.Progress == nil {
		o.Progress = silent{}
	}
	if o.Vendor == nil {
		o.Vendor = catalog.HostKnown
	}
	return &Report{Version: o.Version, Notices: policyNotices(o.Policy, o.Now)}, newGatherer()
}

func (o *Options) target(name string, g *gatherer, r *Report) *target {
	mask(&name)
	t := &target{Options: o, g: g, notices: &r.Notices, Target: Target{Name: name}, ruling: &ruling{policy: o.Policy}, mirrors: map[string]bool{}}
	o.rulings[name] = t.ruling
	return t
}

// fail notes that the target could not be scanned.
func (t *target) fail(err error) {
	if t.Mode == "" {
		t.Mode = t.asked()
	}
	reason := strings.Join(strings.Split(err.Error(), "\n"), "; ")
	t.skip(gitstore.Skip{Reason: reason, Incomplete: true})
}

// asked is how the target was to be read, as far as the options say.
func (o *Options) asked() Mode {
	switch {
	case o.History:
		return ModeHistory
	case o.Range != "":
		return ModeRange
	}
	return ModeTree
}

// end puts a target into the report.
func (t *target) end(r *Report) {
	t.Coverage.Complete = complete(t.Coverage.Skipped)
	t.Target.redact()
	t.tellLost()
	t.g.mirrored(t.Name, t.mirrors)
	r.Targets = append(r.Targets, t.Target)
}

func complete(skipped []Skip) bool {
	return !slices.ContainsFunc(skipped, func(s Skip) bool { return s.Incomplete })
}

// foreignKeys warns of a baseline whose hashes this key cannot match.
func foreignKeys(b Baseline, h *credential.Hasher) []string {
	for _, id := range b.KeyIDs() {
		if id != h.KeyID() {
			return []string{fmt.Sprintf("the baseline's credentials were hashed with key %s, this run uses %s: they count as new; set CASTELLAN_HASH_KEY to the same key in both places", id, h.KeyID())}
		}
	}
	return nil
}

// policyNotices are what a person should know of the policy.
func policyNotices(p *policy.Policy, now time.Time) []string {
	notices := slices.Clone(p.Notices)
	for _, w := range p.Ended(now) {
		notices = append(notices, fmt.Sprintf("the waiver of %s at %s:%d ended on %s: what it covered counts again", w.Rule, w.File, w.Line, w.Until))
	}
	return notices
}

type silent struct{}

func (silent) Phase(string, int) {}
func (silent) Step(int)          {}

// target is one target on its way.
type target struct {
	*Options
	Target
	*ruling
	g       *gatherer
	notices *[]string
	within  string // of the work tree, ending in a slash: only what is below counts; "" is all
	lost    int    // findings whose introducer is not known, though they are committed
	shallow bool   // because the repository is a shallow clone
	cut     bool   // commits that were asked for were left out of it

	mirrors map[string]bool // ecosystems for which its files name another registry
}

// scan finds out what the target is and reads it the way it was asked for.
func (t *target) scan(ctx context.Context, name string) error {
	if gitstore.IsURL(name) {
		return t.scanURL(ctx, name)
	}
	info, err := os.Stat(name)
	if errors.Is(err, os.ErrNotExist) {
		return errors.New("no such folder or repository")
	}
	if err != nil {
		return err
	}
	if !info.IsDir() && !info.Mode().IsRegular() {
		return errors.New("neither a folder nor a regular file")
	}
	needsGit := t.History || t.Range != "" || t.Staged || t.Revision != ""
	if !info.IsDir() && needsGit {
		return errors.New("not a repository but a file")
	}
	repo, err := gitstore.Open(name)
	switch {
	case err != nil && (needsGit || gitstore.IsGitFolder(name)):
		return err
	case errors.Is(err, gitstore.ErrNotRepository):
		return t.scanFolder(ctx, name, nil)
	case err != nil:
		*t.notices = append(*t.notices, fmt.Sprintf("findings in %s carry no commit: %v", t.Name, err))
		return t.scanFolder(ctx, name, nil)
	}
	t.repository = repo.Name()
	switch {
	case info.IsDir():
		if prefix := repo.Prefix(); prefix != "" {
			t.within = prefix + "/"
		}
		err = t.scanRepository(ctx, name, repo)
	case repo.Inside(): // one of git's own files, which no commit holds
		err = t.scanFolder(ctx, name, nil)
	default:
		err = t.scanFolder(ctx, name, repo)
	}
	return errors.Join(err, repo.Close())
}

func (t *target) scanURL(ctx context.Context, name string) error {
	if t.Staged {
		return errors.New("--staged needs a checked-out repository")
	}
	t.repository = gitstore.NameOf(name)
	t.Progress.Phase("fetching "+t.Name, 0)
	repo, remove, err := gitstore.Clone(ctx, name, gitstore.CloneOptions{Token: t.Token, History: true})
	if err != nil {
		return err
	}
	return errors.Join(t.scanRepository(ctx, "", repo), repo.Close(), remove())
}

// scanRepository reads a repository. folder is its work tree or a part of it, ""
// for none.
func (t *target) scanRepository(ctx context.Context, folder string, repo *gitstore.Repository) error {
	switch {
	case t.History:
		return t.scanHistory(ctx, repo)
	case t.Range != "":
		return t.scanRange(ctx, repo)
	case t.Staged && repo.Bare():
		return errors.New("--staged needs a checked-out repository")
	case t.Staged:
		return t.scanStaged(ctx, repo)
	case t.Revision != "":
		return t.scanCommit(ctx, repo, t.Revision)
	case folder == "" || repo.Bare() || repo.Inside():
		return t.scanCommit(ctx, repo, "HEAD")
	default:
		return t.scanFolder(ctx, folder, repo)
	}
}
