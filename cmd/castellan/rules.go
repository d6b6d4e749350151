package main

import (
	"encoding/json"
	"fmt"
	"sort"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/castellan-app/castellan/scanners"
)

func (c *cli) rulesCommand() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "rules",
		Short: "List what is checked",
		Long: `Lists the rules, with the highest severity each reports and the question it
asks of a file. "castellan explain RULE" tells more of one.`,
		Example: "  castellan rules\n  castellan rules --format json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			rules := sortedRules()
			switch format {
			case "text":
				return c.rulesText(rules)
			case "json":
				return c.rulesJSON(rules)
			default:
				return fmt.Errorf("unknown format %q: want text or json", format)
			}
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	fixed(cmd, "format", "text", "json")
	return cmd
}

func sortedRules() []scanners.Rule {
	rules := ruleList()
	sort.Slice(rules, func(i, j int) bool { return rules[i].ID < rules[j].ID })
	return rules
}

func (c *cli) rulesText(rules []scanners.Rule) error {
	w := tabwriter.NewWriter(c.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "RULE\tSEVERITY\tQUESTION")
	for _, r := range rules {
		fmt.Fprintf(w, "%s\t%s\t%s\n", r.ID, r.Severity, r.Question)
	}
	return w.Flush()
}

func (c *cli) rulesJSON(rules []scanners.Rule) error {
	type rule struct {
		ID       string   `json:"id"`
		Severity string   `json:"severity"`
		Question string   `json:"question"`
		Why      string   `json:"why"`
		Fix      string   `json:"fix"`
		Docs     []string `json:"docs"`
	}
	out := []rule{}
	for _, r := range rules {
		out = append(out, rule{r.ID, r.Severity.String(), r.Question, r.Why, r.Fix, append([]string{}, r.Docs...)})
	}
	enc := json.NewEncoder(c.stdout)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(out)
}

func (c *cli) explainCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "explain RULE",
		Short: "Tell what a rule checks, why, and how to fix it",
		Long: `Explains one rule: the question it asks, what goes wrong otherwise, how to fix
it, and an example of each kind. Credentials in the examples are made up and
shown masked.`,
		Example: "  castellan explain mcp-secret-in-env",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("explain takes one rule; `castellan rules` lists them")
			}
			return nil
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			var ids []string
			for _, r := range sortedRules() {
				ids = append(ids, r.ID+"\t"+r.Question)
			}
			return ids, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			for _, r := range ruleList() {
				if r.ID == args[0] {
					return c.explain(r)
				}
			}
			return fmt.Errorf("no rule %q%s; `castellan rules` lists them", args[0], nearest(args[0]))
		},
	}
}

// nearest suggests the rule whose id shares most words with what was asked for.
func nearest(asked string) string {
	best, most := "", 0
	for _, r := range sortedRules() {
		n := 0
		for _, word := range strings.Split(asked, "-") {
			if len(word) > 2 && strings.Contains(r.ID, word) {
				n++
			}
		}
		if n > most {
			best, most = r.ID, n
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(": did you mean %q?", best)
}

// fixed offers the values a flag can take to shell completion.
func fixed(cmd *cobra.Command, flag string, values ...string) {
	// The only error is an unknown flag, which is a mistake in this package.
	if err := cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(err)
	}
}
