package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"github.com/castellan-app/castellan/app/gitstore"
	"github.com/castellan-app/castellan/app/lookup"
	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/app/survey"
	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/agent"
	"github.com/castellan-app/castellan/scanners/builder"
	"github.com/castellan-app/castellan/scanners/config"
	"github.com/castellan-app/castellan/scanners/credential"
	"github.com/castellan-app/castellan/scanners/dependency"
	"github.com/castellan-app/castellan/scanners/key"
	"github.com/castellan-app/castellan/scanners/mcp"
	"github.com/castellan-app/castellan/scanners/prompt"
	"github.com/castellan-app/castellan/scanners/trace"
	"github.com/castellan-app/castellan/scanners/workflow"
)

// version is set at build time with -ldflags "-X main.version=v1.2.3".
var version string

// cli is what the commands share: the world outside, and the exit code of a
// command that ran without error.
type cli struct {
	env            func(string) string
	stdout, stderr io.Writer
	given          map[string]string // settings given as flags
	registries     http.RoundTripper // what look-ups go by; nil: the network
	code           int
}

func (c *cli) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "castellan",
		Short: "Find the AI integrations committed to repositories, and the keys they leak",
		Long: `Castellan keeps the keys an organisation hands to AI.

It reads the files in which AI clients declare MCP servers, agents and their
permissions, tells which integrations are committed there, and finds the
credentials that stand in them in clear. It never executes or connects to what
it reads, and never stores, logs or prints a credential it finds.

As a GitHub App (castellan serve) it checks every pull request and keeps one
issue for each risk, assigned to its owner, until the risk is gone.`,
		Example: `  castellan scan                      the current folder
  castellan scan --history .          every commit of all branches and tags
  castellan scan --format sarif -o castellan.sarif .
  castellan inventory                 what AI is here, and since when
  castellan diff main HEAD            what AI a branch brings
  castellan explain mcp-secret-in-env
  castellan serve                     the GitHub App`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          unknownCommand,
		// of letters, between what is typed and the command that is suggested
		SuggestionsMinimumDistance: 2,
		RunE:                       func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.AddCommand(c.scanCommand(), c.inventoryCommand(), c.diffCommand(), c.serveCommand(), c.rulesCommand(), c.explainCommand(), c.clientsCommand(), c.versionCommand())
	root.AddCommand(c.doctorCommand(), c.migrateCommand(), c.backupCommand())
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return flagError(err) })
	return root
}

// unknownCommand refuses arguments of castellan itself and says what could be meant.
func unknownCommand(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := "; `castellan --help` lists the commands"
	if near := root.SuggestionsFor(args[0]); len(near) > 0 {
		hint = fmt.Sprintf(": did you mean %q?", near[0])
	} else if _, err := os.Stat(args[0]); err == nil || gitstore.IsURL(args[0]) {
		hint = ": to scan it, write `castellan scan` before it"
	}
	return fmt.Errorf("unknown command %q%s", args[0], hint)
}

// flagError says of a number that is none what was wanted, without the name of
// the function that said so.
func flagError(err error) error {
	if bad, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		if _, ok := errors.AsType[*strconv.NumError](err); ok {
			return fmt.Errorf("--%s %q: want a whole number", bad.GetFlag().Name, bad.GetValue())
		}
	}
	return err
}

// scannerList is every scanner of this version.
func scannerList() []scanners.Scanner {
	return []scanners.Scanner{config.New(mcp.New(), agent.New()), agent.NewScripts(), agent.NewEndpoints(), prompt.New(), workflow.New(), builder.New(), dependency.New(), trace.New(), key.New()}
}

// ruleList is every rule: of every scanner, of surveys, and those that only
// look-ups find. Of two with one id the first counts.
func ruleList() []scanners.Rule {
	var rules []scanners.Rule
	for _, s := range scannerList() {
		rules = append(rules, s.Rules()...)
	}
	for _, r := range slices.Concat(survey.Rules(), lookup.Rules()) {
		if !slices.ContainsFunc(rules, func(known scanners.Rule) bool { return known.ID == r.ID }) {
			rules = append(rules, r)
		}
	}
	return rules
}

// complain tells a person what went wrong, a line for each problem. Parts of it
// come from repositories.
func (c *cli) complain(err error) {
	for _, text := range problems(err) {
		fmt.Fprintln(c.stderr, "castellan: "+report.Visible(credential.RedactKnown(text)))
	}
}

// maxWraps bounds how deep problems looks for joined errors.
const maxWraps = 64

// problems are the texts of the errors that were put together with errors.Join,
// each with what was said of all of them. A newline within one error is no
// border: it may come from a repository.
func problems(err error) []string {
	before := ""
	for at, wraps := err, 0; at != nil && wraps < maxWraps; at, wraps = errors.Unwrap(at), wraps+1 {
		rest, ends := strings.CutSuffix(err.Error(), at.Error())
		if !ends {
			break
		}
		before = rest
		joined, ok := at.(interface{ Unwrap() []error })
		if !ok {
			continue
		}
		var texts, all []string
		for _, part := range joined.Unwrap() {
			texts = append(texts, part.Error())
			for _, text := range problems(part) {
				all = append(all, before+text)
			}
		}
		if strings.Join(texts, "\n") == at.Error() {
			return all
		}
		break
	}
	return []string{err.Error()}
}

// versionString is the release, or the revision the binary was built from.
func versionString() string {
	if version != "" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 && (v == "" || v == "(devel)") {
			v = "devel-" + s.Value[:12]
		}
	}
	if v == "" || v == "(devel)" {
		return "devel"
	}
	return v
}

// terminal is the width of w if it is a terminal, else 0.
func terminal(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil || width <= 0 {
		return 80
	}
	return width
}

// color follows NO_COLOR (no-color.org) and TERM=dumb; CLICOLOR_FORCE gives
// colour where there is no terminal, as in CI logs that show it.
func (c *cli) color(w io.Writer) bool {
	switch {
	case c.env("NO_COLOR") != "":
		return false
	case c.env("CLICOLOR_FORCE") != "" && c.env("CLICOLOR_FORCE") != "0":
		return true
	}
	return c.env("TERM") != "dumb" && terminal(w) > 0
}
