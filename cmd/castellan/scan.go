package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/castellan-app/castellan/app/config"
	"github.com/castellan-app/castellan/app/gitstore"
	"github.com/castellan-app/castellan/app/lookup"
	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/app/report/csv"
	"github.com/castellan-app/castellan/app/report/cyclonedx"
	"github.com/castellan-app/castellan/app/report/json"
	"github.com/castellan-app/castellan/app/report/markdown"
	"github.com/castellan-app/castellan/app/report/sarif"
	"github.com/castellan-app/castellan/app/report/text"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners/credential"
)

// scanFlags are the flags of `castellan scan`.
type scanFlags struct {
	history, staged, includeIgnored, quiet bool
	online                                 *bool // nil: as the policy says
	revRange, format, output               string
	policy, baseline, failOn               string
	jobs                                   int
}

// scanGC lets the heap of this short command grow to 16 MiB before the first
// collection, in percent of Go's 4 MiB.
const scanGC = 400

const scanHelp = `Scans each TARGET and reports the AI integrations and leaked credentials in it.

A TARGET is a folder, a git repository (checked out or bare) or a git URL
(https or file); the default is the current folder. Nothing in it is executed:
no hooks, no submodules, no servers, no git program. Nothing is sent anywhere
without --online; of a URL the repository is fetched to a temporary folder, which is removed
afterwards.

  a folder          the files as they lie there: those git tracks, those it does
                    not ignore, and known AI files even if it ignores them
                    (noted as local only); of a part of a git repository, as
                    a scan of the whole gives it
  a bare repository its HEAD
  --range A..B      what B brings in that A has not, also what commits in
                    between added and removed again
  --history         every commit of all branches and tags
  --staged          what is staged and not committed yet, for a pre-commit hook

Results go to standard output, everything else to standard error; with -o FILE
the verdict and the notices go there. Colour and progress appear on terminals
only; NO_COLOR is respected. Without a terminal nothing is cut to a width.

Credentials are reported by provider, place and a keyed hash, never in clear.
The key is CASTELLAN_HASH_KEY (or CASTELLAN_HASH_KEY_FILE), else one made once
for this user and machine. Give machines that share a --baseline the same key.
CASTELLAN_TOKEN is used to fetch private https URLs.

` + onlineHelp + `

Exit codes:
  0  nothing at or above --fail-on
  1  findings at or above --fail-on
  2  the scan could not be done, or not completely; results are printed all
     the same, with what was not read, and 2 outranks 1`

func (c *cli) scanCommand() *cobra.Command {
	var f scanFlags
	var online bool
	cmd := &cobra.Command{
		Use:   "scan [TARGET…]",
		Short: "Scan folders, repositories and git URLs",
		Long:  scanHelp,
		Example: `  castellan scan
  castellan scan ~/src/*                                        several at once
  castellan scan https://git.example.com/acme/app.git
  castellan scan --range origin/main..HEAD                      a branch, before its pull request
  castellan scan --staged --quiet                               a pre-commit hook
  castellan scan --format json -o baseline.json --fail-on never write a baseline
  castellan scan --baseline baseline.json                       report only what is new`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				args = []string{"."}
			}
			if c.env("GOGC") == "" {
				debug.SetGCPercent(scanGC)
			}
			if cmd.Flags().Changed("online") {
				f.online = &online
			}
			return c.scan(cmd.Context(), f, args)
		},
	}
	fl := cmd.Flags()
	fl.SortFlags = false
	fl.BoolVar(&f.history, "history", false, "scan every commit of all branches and tags")
	fl.StringVar(&f.revRange, "range", "", "scan what the range `A..B` brings in")
	fl.BoolVar(&f.staged, "staged", false, "scan what is staged in git's index")
	fl.BoolVar(&f.includeIgnored, "include-ignored", false, "also scan files that git ignores")
	fl.StringVar(&f.format, "format", "text", "output `format`: text, json, sarif, cyclonedx, csv or markdown")
	fl.StringVarP(&f.output, "output", "o", "", "write the results to `FILE` instead of standard output")
	fl.StringVar(&f.policy, "policy", "", "decide by the policy in `FILE` (castellan.yml)")
	fl.StringVar(&f.baseline, "baseline", "", "leave out what the earlier JSON output `FILE` holds")
	fl.BoolVar(&online, "online", false, "look up the packages of servers at public registries: names and versions are sent")
	fl.StringVar(&f.failOn, "fail-on", "block", "exit 1 on findings of this `action` or worse: block, warn or never")
	fl.IntVar(&f.jobs, "jobs", runtime.GOMAXPROCS(0), "scan up to `N` files at once")
	fl.BoolVarP(&f.quiet, "quiet", "q", false, "no progress, no inventory: findings, notices and the verdict only")
	fixed(cmd, "format", formats...)
	fixed(cmd, "fail-on", "block", "warn", "never")
	return cmd
}

var formats = []string{"text", "json", "sarif", "cyclonedx", "csv", "markdown"}

// check refuses what cannot be meant, all of it at once.
func (f *scanFlags) check(targets []string) error {
	var errs []error
	modes := 0
	for _, set := range []bool{f.history, f.revRange != "", f.staged} {
		if set {
			modes++
		}
	}
	if modes > 1 {
		errs = append(errs, errors.New("--history, --range and --staged exclude each other"))
	}
	if f.revRange != "" {
		if err := checkRange(f.revRange); err != nil {
			errs = append(errs, err)
		}
	}
	if !slices.Contains(formats, f.format) {
		errs = append(errs, fmt.Errorf("--format %q: want %s", f.format, strings.Join(formats, ", ")))
	}
	if !slices.Contains([]string{"block", "warn", "never"}, f.failOn) {
		errs = append(errs, fmt.Errorf("--fail-on %q: want block, warn or never", f.failOn))
	}
	if f.jobs < 1 {
		errs = append(errs, fmt.Errorf("--jobs %d: want at least 1", f.jobs))
	}
	for _, t := range targets {
		if t == "" {
			errs = append(errs, errors.New("a target is empty"))
		}
	}
	return errors.Join(errs...)
}

// checkRange wants A..B. As in git a side may be left out and means HEAD.
func checkRange(revs string) error {
	a, b, ok := strings.Cut(revs, "..")
	switch {
	case ok && strings.HasPrefix(b, "."):
		return fmt.Errorf("--range %q: want two dots: A..B is what B has since it left A, so it needs no merge base", revs)
	case !ok || a == "" && b == "" || strings.Contains(b, ".."):
		return fmt.Errorf("--range %q: want A..B, two revisions (one left out means HEAD)", revs)
	}
	return nil
}

// bothSides is a range with HEAD written where a side was left out.
func bothSides(revs string) string {
	a, b, ok := strings.Cut(revs, "..")
	if !ok {
		return revs
	}
	return cmp.Or(a, "HEAD") + ".." + cmp.Or(b, "HEAD")
}

func (c *cli) scan(ctx context.Context, f scanFlags, targets []string) error {
	if err := f.check(targets); err != nil {
		return err
	}
	opt, err := c.scanOptions(f)
	if err != nil {
		return err
	}
	opt.Since = f.format == "cyclonedx"
	bars := newProgress(c.stderr, !f.quiet && terminal(c.stderr) > 0)
	opt.Progress = bars
	r, scanErr := scan.Run(ctx, targets, opt)
	bars.stop()
	if scanErr != nil {
		c.complain(scanErr)
		c.code = exitError
	}
	if err := c.write(f, r); err != nil {
		return err
	}
	c.aside(f, r)
	if c.code == exitOK {
		c.code = exitCode(r, f.failOn)
	}
	return nil
}

// aside tells on standard error what a person would not see otherwise: the
// notices, which change what the result means, and the verdict.
func (c *cli) aside(f scanFlags, r *scan.Report) {
	if f.output == "" && f.format != "csv" { // which has no place for notices
		return
	}
	for _, n := range r.Notices {
		fmt.Fprintln(c.stderr, "castellan: note: "+report.Visible(n))
	}
	if f.output != "" && !f.quiet {
		fmt.Fprintf(c.stderr, "castellan: %s; results are in %s\n", report.Verdict(r), report.Visible(credential.RedactKnown(f.output)))
	}
}

func exitCode(r *scan.Report, failOn string) int {
	code := exitOK
	for i := range r.Findings {
		a := r.Findings[i].Action
		if failOn != "never" && (a == policy.Block || failOn == "warn" && a == policy.Warn) {
			code = exitFindings
		}
	}
	if !report.Complete(r) {
		code = exitError
	}
	return code
}

// scanOptions reads what the flags name.
func (c *cli) scanOptions(f scanFlags) (scan.Options, error) {
	opt := scan.Options{
		Scanners: scannerList(), Rules: lookup.Rules(), Version: versionString(), Policy: policy.Defaults(), Now: time.Now(),
		History: f.history, Range: bothSides(f.revRange), Staged: f.staged, IncludeIgnored: f.includeIgnored, Jobs: f.jobs,
		Token: c.env("CASTELLAN_TOKEN"),
	}
	key, err := config.HashKey(c.env, config.StateDir(c.env))
	if err != nil {
		return opt, err
	}
	if opt.Hasher, err = credential.NewHasher(key); err != nil {
		return opt, err
	}
	if f.policy != "" {
		if opt.Policy, err = readPolicy(f.policy); err != nil {
			return opt, err
		}
	}
	opt.Lookup = c.lookup(f.online, opt.Policy)
	if f.baseline != "" {
		if opt.Baseline, err = readBaseline(f.baseline); err != nil {
			return opt, err
		}
	}
	return opt, nil
}

func readPolicy(name string) (*policy.Policy, error) {
	data, err := gitstore.ReadFile(name, policy.MaxBytes)
	if err != nil {
		return nil, fmt.Errorf("read policy %s: %w", name, err)
	}
	return policy.Read(name, data, policy.ReadOptions{Rules: scan.RuleIDs(scannerList(), lookup.Rules()), Scan: true})
}

func readBaseline(name string) (scan.Baseline, error) {
	data, err := gitstore.ReadFile(name, json.MaxBaseline)
	if err != nil {
		return nil, fmt.Errorf("read baseline %s: %w", name, err)
	}
	b, err := json.Read(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("read baseline %s: %w", name, err)
	}
	return b, nil
}

// write renders the report to standard output or the file asked for.
func (c *cli) write(f scanFlags, r *scan.Report) error {
	w, done, err := c.destination(f.output)
	if err != nil {
		return err
	}
	if err := errors.Join(c.render(w, f, r), done()); err != nil {
		return fmt.Errorf("write results: %w", err)
	}
	return nil
}

// destination is standard output, or the file of that name. done is called once
// everything is written.
func (c *cli) destination(output string) (w io.Writer, done func() error, err error) {
	if output == "" {
		return c.stdout, func() error { return nil }, nil
	}
	file, err := os.Create(output)
	if err != nil {
		return nil, nil, fmt.Errorf("write results: %w", err)
	}
	return file, file.Close, nil
}

func (c *cli) render(w io.Writer, f scanFlags, r *scan.Report) error {
	rules, revs := ruleList(), credential.RedactKnown(f.revRange)
	switch f.format {
	case "json":
		return json.Write(w, r, rules, json.Options{Range: revs})
	case "cyclonedx":
		return cyclonedx.Write(w, r, rules, cyclonedx.Options{})
	case "sarif":
		return sarif.Write(w, r, rules, sarif.Options{})
	case "csv":
		return csv.Write(w, r, rules, csv.Options{})
	case "markdown":
		return markdown.Write(w, r, rules, markdown.Options{Range: revs})
	default:
		return text.Write(w, r, rules, text.Options{Color: c.color(w), Width: terminal(w), Quiet: f.quiet, Range: revs})
	}
}
