package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/castellan-app/castellan/app/report/text"
)

func (c *cli) explainCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "explain RULE",
		Short: "Tell what a rule checks, why, and how to fix it",
		Long: `Explains one rule: the question it asks, what goes wrong otherwise, how to fix
it, and an example of each kind. Credentials in the examples are made up and
shown cut.`,
		Example: "  castellan explain mcp-secret-in-env",
		Args: func(_ *cobra.Command, args []string) error {
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
					return text.Explain(c.stdout, r, measuredNote(r.ID), text.Options{Color: c.color(c.stdout), Width: terminal(c.stdout)})
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
