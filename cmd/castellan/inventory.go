package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/castellan-app/castellan/app/gitstore"
	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/app/report/csv"
	"github.com/castellan-app/castellan/app/report/cyclonedx"
	"github.com/castellan-app/castellan/app/report/text"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners/credential"
)

func (c *cli) inventoryCommand() *cobra.Command {
	f := scanFlags{format: "text", failOn: "never", jobs: runtime.GOMAXPROCS(0), quiet: true}
	cmd := &cobra.Command{
		Use:   "inventory [TARGET…]",
		Short: "List the AI in folders, repositories and git URLs",
		Long: `Lists every AI integration of each TARGET as ` + "`castellan scan`" + ` finds it: agents, MCP
servers, model providers and models, frameworks, vector stores, builders and
their flows. Of each it says whose it is, where it stands, since when and by
whom, what it reaches and what it is granted.

  text       a tree by kind
  csv        a row for each place
  cyclonedx  a bill of materials, CycloneDX 1.6
  json       as of ` + "`castellan scan`",
		Example: "  castellan inventory\n  castellan inventory --format cyclonedx -o bom.json .\n  castellan inventory --format csv ~/src/*",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				args = []string{"."}
			}
			return c.inventory(cmd.Context(), f, args)
		},
	}
	fl := cmd.Flags()
	fl.SortFlags = false
	fl.StringVar(&f.format, "format", "text", "output `format`: text, csv, cyclonedx or json")
	fl.StringVarP(&f.output, "output", "o", "", "write the results to `FILE` instead of standard output")
	fl.BoolVar(&f.history, "history", false, "of every commit of all branches and tags")
	fixed(cmd, "format", inventoryFormats...)
	return cmd
}

var inventoryFormats = []string{"text", "csv", "cyclonedx", "json"}

func (c *cli) inventory(ctx context.Context, f scanFlags, targets []string) error {
	if !slices.Contains(inventoryFormats, f.format) {
		return fmt.Errorf("--format %q: want %s", f.format, strings.Join(inventoryFormats, ", "))
	}
	if err := f.check(targets); err != nil {
		return err
	}
	opt, err := c.scanOptions(f)
	if err != nil {
		return err
	}
	opt.Since = true
	bars := newProgress(c.stderr, terminal(c.stderr) > 0)
	opt.Progress = bars
	r, scanErr := scan.Run(ctx, targets, opt)
	bars.stop()
	if scanErr != nil {
		c.complain(scanErr)
		c.code = exitError
	}
	w, done, err := c.destination(f.output)
	if err != nil {
		return err
	}
	switch f.format {
	case "csv":
		err = csv.WriteInventory(w, r)
	case "text":
		err = text.WriteTree(w, r, text.Options{Color: f.output == "" && c.color(c.stdout), Width: terminal(c.stdout)})
	default:
		err = c.render(w, f, r)
	}
	if err := errors.Join(err, done()); err != nil {
		return err
	}
	if !report.Complete(r) {
		c.code = exitError
	}
	return nil
}

func (c *cli) diffCommand() *cobra.Command {
	f := scanFlags{failOn: "never", jobs: runtime.GOMAXPROCS(0), quiet: true}
	var in string
	cmd := &cobra.Command{
		Use:   "diff A B",
		Short: "Show what AI a change brings",
		Long: `Compares the AI of two states and shows what comes (+), what goes (-) and what
changes (~): versions, places, grants and what is reached.

A and B are revisions of the repository, or two folders, repositories or URLs.`,
		Example: "  castellan diff main HEAD\n  castellan diff v1.2.0 v1.3.0 --in ~/src/app\n  castellan diff ../before ../after",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return fmt.Errorf("diff takes two states, A and B, not %d", len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return c.diff(cmd.Context(), f, in, args[0], args[1]) },
	}
	fl := cmd.Flags()
	fl.SortFlags = false
	fl.StringVar(&in, "in", ".", "the `REPOSITORY` whose revisions A and B are")
	fl.StringVar(&f.format, "format", "text", "output `format`: text, json or cyclonedx (of what comes)")
	fl.StringVarP(&f.output, "output", "o", "", "write the results to `FILE` instead of standard output")
	fixed(cmd, "format", diffFormats...)
	return cmd
}

var diffFormats = []string{"text", "json", "cyclonedx"}

func (c *cli) diff(ctx context.Context, f scanFlags, in, a, b string) error {
	if !slices.Contains(diffFormats, f.format) {
		return fmt.Errorf("--format %q: want %s", f.format, strings.Join(diffFormats, ", "))
	}
	before, err := c.stateOf(ctx, f, in, a)
	if err != nil {
		return err
	}
	after, err := c.stateOf(ctx, f, in, b)
	if err != nil {
		return err
	}
	changes := scan.Changes(before, after)
	w, done, err := c.destination(f.output)
	if err != nil {
		return err
	}
	a, b = credential.RedactKnown(a), credential.RedactKnown(b)
	switch f.format {
	case "json":
		err = writeChanges(json.NewEncoder(w), changes, a, b)
	case "cyclonedx":
		added := *after
		added.Integrations, added.Findings = nil, nil
		for _, ch := range changes {
			if ch.Kind == scan.Added {
				added.Integrations = append(added.Integrations, *ch.Integration)
			}
		}
		err = cyclonedx.Write(w, &added, ruleList(), cyclonedx.Options{})
	default:
		err = text.WriteChanges(w, changes, a, b, text.Options{Color: f.output == "" && c.color(c.stdout), Width: terminal(c.stdout)})
	}
	return errors.Join(err, done())
}

// stateOf is the inventory of a revision of the repository, or of a folder or URL.
func (c *cli) stateOf(ctx context.Context, f scanFlags, in, state string) (*scan.Report, error) {
	opt, err := c.scanOptions(f)
	if err != nil {
		return nil, err
	}
	target := in
	if info, err := os.Stat(state); err == nil && info.IsDir() || gitstore.IsURL(state) {
		target = state
	} else {
		opt.Revision = state
	}
	bars := newProgress(c.stderr, terminal(c.stderr) > 0)
	opt.Progress = bars
	r, err := scan.Run(ctx, []string{target}, opt)
	bars.stop()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", credential.RedactKnown(state), err)
	}
	if !report.Complete(r) {
		c.code = exitError
		for _, s := range r.Targets[0].Coverage.Skipped {
			if s.Incomplete {
				c.complain(fmt.Errorf("%s: %s was not read: %s", state, s.Path, s.Reason))
			}
		}
	}
	return r, nil
}

// changed is one change in JSON.
type changed struct {
	Change     string   `json:"change"` // added, removed or changed
	ID         string   `json:"id"`
	Kind       string   `json:"kind"`
	Name       string   `json:"name"`
	Vendor     string   `json:"vendor"`
	Reputation string   `json:"reputation"`
	Places     []string `json:"places"`
	Gained     []string `json:"gained"`
	Lost       []string `json:"lost"`
}

func writeChanges(enc *json.Encoder, changes []scan.Change, a, b string) error {
	out := struct {
		Schema  int       `json:"schema"`
		Before  string    `json:"before"`
		After   string    `json:"after"`
		Changes []changed `json:"changes"`
	}{Schema: 1, Before: report.Visible(a), After: report.Visible(b), Changes: []changed{}}
	for _, ch := range changes {
		in := ch.Integration
		x := changed{
			Change: [...]string{"added", "removed", "changed"}[ch.Kind], ID: report.Visible(in.ID), Kind: string(in.Kind), Name: report.Visible(cmp.Or(in.Name, in.ID)),
			Vendor: report.Visible(in.Vendor), Reputation: string(in.Reputation), Places: []string{}, Gained: visibleAll(ch.Gained), Lost: visibleAll(ch.Lost),
		}
		for i := range in.Sightings {
			x.Places = append(x.Places, report.Visible(report.Location(in.Sightings[i].Path, in.Sightings[i].Region.Line, 0)))
		}
		out.Changes = append(out.Changes, x)
	}
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(out)
}

func visibleAll(texts []string) []string {
	out := make([]string, 0, len(texts))
	for _, s := range texts {
		out = append(out, report.Visible(s))
	}
	return out
}
