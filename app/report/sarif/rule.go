package sarif

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
)

// descriptors are the rules by id, with a bare one for every rule that a finding
// names and none is known of; index is where each stands.
//
// GitHub takes the severity of an alert from its rule, and only from there. A
// finding that is less severe than its rule at worst therefore names a rule of
// its own: RULE/SEVERITY, a hierarchical id as SARIF 3.5.4 has it. Such a rule
// stands in the log only if a finding names it, and in place of its RULE if none
// names that.
func descriptors(known map[string]*scanners.Rule, findings []*scan.Finding) (out []descriptor, index map[string]int) {
	all, named := maps.Clone(known), map[string]bool{}
	for _, f := range findings {
		if all[f.Rule] == nil {
			all[f.Rule] = &scanners.Rule{ID: f.Rule, Severity: f.Severity, Question: f.Rule}
		}
		id := ruleID(f, known)
		if all[id] == nil {
			milder := *all[f.Rule]
			milder.ID, milder.Severity = id, f.Severity
			all[id] = &milder
		}
		named[id] = true
	}
	for _, f := range findings {
		if !named[f.Rule] {
			delete(all, f.Rule)
		}
	}
	ids := make([]string, 0, len(all))
	for id := range all {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	index = make(map[string]int, len(ids))
	out = make([]descriptor, len(ids))
	for i, id := range ids {
		index[id] = i
		out[i] = descriptorOf(all[id])
	}
	return out, index
}

// ruleID is the id of the rule that a result names.
func ruleID(f *scan.Finding, rules map[string]*scanners.Rule) string {
	if r := rules[f.Rule]; r == nil || r.Severity == f.Severity {
		return f.Rule
	}
	return f.Rule + "/" + f.Severity.String()
}

func descriptorOf(r *scanners.Rule) descriptor {
	d := descriptor{
		ID: report.UTF8(r.ID), Name: name(r.ID),
		Short:    message{Text: plain(r.Question)},
		Full:     message{Text: plain(cmp.Or(r.Why, r.Question))},
		Help:     help(r),
		Defaults: configuration{Level: level(r.Severity)},
		Properties: ruleProperties{
			SecuritySeverity: securitySeverity(r.Severity),
			Tags:             []string{"security", "ai"},
		},
	}
	if len(r.Docs) > 0 {
		d.HelpURI = r.Docs[0]
	}
	return d
}

// name is an id as SARIF wants names: McpSecretInEnv.
func name(id string) string {
	var b strings.Builder
	for _, part := range strings.FieldsFunc(report.Visible(id), func(r rune) bool { return r == '-' || r == '/' }) {
		if part != "" {
			b.WriteString(strings.ToUpper(part[:1]) + part[1:])
		}
	}
	return b.String()
}

// plain is our own text without the marks of Markdown.
func plain(s string) string { return strings.ReplaceAll(s, "`", "") }

// help is why, fix, both examples and where to read on. Keys in the examples are
// cut, so that the log is not taken for a leak.
func help(r *scanners.Rule) message {
	text, marked := strings.Builder{}, strings.Builder{}
	section := func(title, body string) {
		if body != "" {
			text.WriteString(title + ": " + plain(body) + "\n\n")
			marked.WriteString("**" + title + "**\n\n" + body + "\n\n")
		}
	}
	example := func(title string, e scanners.Example) {
		if e.Content != "" {
			content := strings.TrimRight(report.Specimen(e.Content), "\n")
			text.WriteString(title + " (" + e.Path + "):\n" + content + "\n\n")
			fence := strings.Repeat("`", max(3, report.LongestRun(content, '`')+1))
			marked.WriteString("**" + title + "** (`" + e.Path + "`)\n\n" + fence + "\n" + content + "\n" + fence + "\n\n")
		}
	}
	section("Why", r.Why)
	section("Fix", r.Fix)
	example("Raises this rule", r.Bad)
	example("Raises nothing", r.Benign)
	if len(r.Docs) > 0 {
		text.WriteString("Read on: " + strings.Join(r.Docs, " ") + "\n")
		marked.WriteString("**Read on**\n\n- <" + strings.Join(r.Docs, ">\n- <") + ">\n")
	}
	return message{Text: cmp.Or(strings.TrimSpace(text.String()), r.ID), Markdown: strings.TrimSpace(marked.String())}
}

// levelOf is the SARIF level of a finding: what is done about it.
func levelOf(a policy.Action) string {
	switch a {
	case policy.Block:
		return "error"
	case policy.Warn:
		return "warning"
	}
	return "note"
}

// level is the SARIF level of a severity, for rules.
func level(s scanners.Severity) string {
	switch s {
	case scanners.Critical, scanners.High:
		return "error"
	case scanners.Medium:
		return "warning"
	}
	return "note"
}

// securitySeverity is the score that GitHub sorts security rules by: over 9.0
// critical, 7.0 to 8.9 high, 4.0 to 6.9 medium, 0.1 to 3.9 low; of 0.0 it shows
// the level alone.
func securitySeverity(s scanners.Severity) string {
	switch s {
	case scanners.Critical:
		return "9.5"
	case scanners.High:
		return "8.0"
	case scanners.Medium:
		return "5.5"
	case scanners.LowSeverity:
		return "3.0"
	}
	return "0.0"
}
