package main

import (
	"encoding/json"
	"fmt"
	"sort"
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

// fixed offers the values a flag can take to shell completion.
func fixed(cmd *cobra.Command, flag string, values ...string) {
	// The only error is an unknown flag, which is a mistake in this package.
	if err := cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(err)
	}
}
