package main

import (
	"fmt"
	"strings"

	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
)

func (c *cli) explain(r scanners.Rule) error {
	width := terminal(c.stdout)
	if width == 0 || width > 100 {
		width = 100
	}
	bold, plain := "", ""
	if c.color(c.stdout) {
		bold, plain = "\x1b[1m", "\x1b[0m"
	}
	var b strings.Builder
	head := func(s string) { fmt.Fprintf(&b, "\n%s%s%s\n", bold, s, plain) }
	para := func(s string) {
		for _, line := range report.Wrap(s, width-2) {
			b.WriteString("  " + line + "\n")
		}
	}
	fmt.Fprintf(&b, "%s%s%s  (up to %s)\n", bold, r.ID, plain, r.Severity)
	para(r.Question)
	head("Why")
	para(r.Why)
	head("How to fix it")
	para(r.Fix)
	head("This is reported")
	example(&b, r.Bad)
	head("This is not")
	example(&b, r.Benign)
	if len(r.Docs) > 0 {
		head("Read on")
		for _, d := range r.Docs {
			b.WriteString("  " + d + "\n")
		}
	}
	_, err := fmt.Fprint(c.stdout, b.String())
	return err
}

func example(b *strings.Builder, e scanners.Example) {
	fmt.Fprintf(b, "  %s\n", e.Path)
	for _, line := range strings.Split(strings.TrimRight(credential.Redact(e.Content), "\n"), "\n") {
		b.WriteString("    " + line + "\n")
	}
}
