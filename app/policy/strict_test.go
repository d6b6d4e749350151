package policy

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Each bad file and exactly what is said of it; "version: 1" is put before
// those that do not begin with "|".
func TestStrict(t *testing.T) {
	t.Parallel()
	const waiver = `rule: mcp-sudo, match: "acme/lab:**", until: 2027-01-31, reason: r, approver: "@a"`
	for file, want := range map[string]string{
		"|":                                   `p:1:1: the file is empty: write at least "version: 1", or remove it`,
		"|# nothing\n":                        `p:1:1: the file is empty: write at least "version: 1", or remove it`,
		"|~":                                  `p:1:1: the file is empty: write at least "version: 1", or remove it`,
		"|- version: 1":                       `p:1:1: the file is no map: begin with "version: 1"`,
		"|rules: {}":                          `p:1:1: "version" is missing: begin with "version: 1"`,
		"|version: \"1\"":                     `p:1:10: "version" is no number: write 1, without quotes`,
		"|version: 1.0":                       `p:1:10: version "1.0" is not known to this Castellan: write 1, or update Castellan`,
		"|version: 2\nnew_key: 1":             `p:1:10: version "2" is not known to this Castellan: write 1, or update Castellan`,
		"|version: 1\n---\nversion: 1":        `p:3:1: a second document begins here: keep one`,
		"|version: 1\nversion: 1":             `p:2:1: the key "version" is here twice: keep one`,
		"rules: {}\nrules: {}":                `p:3:1: the key "rules" is here twice: keep one`,
		"approvers: [@acme]":                  `p:2:1: the YAML cannot be read here: found character that cannot start any token (put names that begin with @ in quotes, and indent with spaces)`,
		"waiver: []":                          `p:2:1: unknown key "waiver": did you mean "waivers"?`,
		"Rules: {}":                           `p:2:1: unknown key "Rules": did you mean "rules"?`,
		"on-incomplete: neutral":              `p:2:1: unknown key "on-incomplete": did you mean "on_incomplete"?`,
		"colour: blue":                        `p:2:1: unknown key "colour": the keys here are version, rules, approvers, owners, approved, private_names, approved_hosts, governance_repository, lookup, backfill, caps, sla, waivers, on_incomplete`,
		"\"a\\u001b[31m\": 1":                 `p:2:1: unknown key "a\x1b[31m": the keys here are version, rules, approvers, owners, approved, private_names, approved_hosts, governance_repository, lookup, backfill, caps, sla, waivers, on_incomplete`,
		"<<: {rules: {}}":                     `p:2:1: unknown key "<<": the keys here are version, rules, approvers, owners, approved, private_names, approved_hosts, governance_repository, lookup, backfill, caps, sla, waivers, on_incomplete`,
		"approvers: &a [\"@a\"]\nowners: *a":  `p:3:9: "owners" is an alias: aliases are not read here, write the value out`,
		"rules:":                              `p:2:7: "rules" has no value: write rule ids and their actions, as in {mcp-unpinned-package: {action: warn}}, or leave it out`,
		"rules: [mcp-sudo]":                   `p:2:8: "rules" is a list: write rule ids and their actions, as in {mcp-unpinned-package: {action: warn}}`,
		"rules: {mcp-sudo: warn}":             `p:2:19: "mcp-sudo" is text: write {action: warn}`,
		"rules: {mcp-sudo: {}}":               `p:2:19: "action" is missing: add it`,
		"rules: {mcp-sudo: {acton: warn}}":    "p:2:19: \"action\" is missing: add it\np:2:20: unknown key \"acton\": did you mean \"action\"?",
		"rules: {mcp-sudo: {action: fail}}":   `p:2:28: "action": "fail" is not known: write "block", "warn", "note" or "off"`,
		"rules: {mcp-sudo: {action: false}}":  `p:2:28: "action" is true or false: write text in quotes`,
		"rules: {mcp-sudoo: {action: warn}}":  `p:2:9: unknown rule "mcp-sudoo": did you mean "mcp-sudo"?`,
		"rules: {mcp-unpined-package: {}}":    `p:2:9: unknown rule "mcp-unpined-package": did you mean "mcp-unpinned-package"?`,
		"rules: {mcp-secret-in-envs: {}}":     `p:2:9: unknown rule "mcp-secret-in-envs": did you mean "mcp-secret-in-env"?`,
		"rules: {nothing-like-it: {}}":        "p:2:9: unknown rule \"nothing-like-it\": see `castellan rules` for the ids",
		"approvers: \"@a\"":                   `p:2:12: "approvers" is text: write a list, as in [a, b]`,
		"approvers: [acme/security]":          `p:2:13: entry 1 of "approvers": "acme/security" is neither user nor team: write @user or @org/team`,
		"approvers: [\"@a\", \"@a/b/c\"]":     `p:2:19: entry 2 of "approvers": "@a/b/c" is neither user nor team: write @user or @org/team`,
		"approvers: [\"@a/\"]":                `p:2:13: entry 1 of "approvers": "@a/" is neither user nor team: write @user or @org/team`,
		"owners: [{match: \"a/\"}]":           "p:2:10: \"owner\" is missing: add it\np:2:18: \"match\": the path \"a/\" ends with a slash: for all below a folder write \"a/**\"",
		"owners: [\"@a\"]":                    `p:2:10: entry 1 of "owners" is text: write {match: "docs/**", owner: "@org/team"}`,
		"private_names: [\"{a,b}\"]":          `p:2:17: entry 1 of "private_names": "{a,b}" has braces: write one entry for each alternative, or \{ for a brace`,
		"private_names: [7]":                  `p:2:17: entry 1 of "private_names" is a number: write text in quotes`,
		"approved_hosts: [\"https://a.b\"]":   `p:2:18: entry 1 of "approved_hosts": "https://a.b" is no host: write the name alone, as in mcp.example.com or *.example.com`,
		"approved_hosts: [\"a.*.b\"]":         `p:2:18: entry 1 of "approved_hosts": "a.*.b" is no host: write the name alone, as in mcp.example.com or *.example.com`,
		"governance_repository: governance":   `p:2:24: "governance_repository": "governance" is no repository: write owner/name, as in acme/lab`,
		"governance_repository: acme/*":       `p:2:24: "governance_repository": "acme/*" is no repository: write owner/name, as in acme/lab`,
		"lookup: true":                        `p:2:9: "lookup" is true or false: write {enabled: true} or {enabled: false}`,
		"lookup: {enabled: \"yes\"}":          `p:2:19: "enabled" is text: write true or false`,
		"lookup: {}":                          `p:2:9: "enabled" is missing: add it`,
		"backfill: {archived: all}":           `p:2:22: "archived": "all" is not known: write "skip", "inventory" or "full"`,
		"caps: {issues_per_repository: -1}":   `p:2:31: "issues_per_repository" is "-1": write a whole number from 0 to 10000`,
		"caps: {issues_per_repository: 1.5}":  `p:2:31: "issues_per_repository" is "1.5": write a whole number from 0 to 10000`,
		"caps: {issues_per_repository: 1e3}":  `p:2:31: "issues_per_repository" is "1e3": write a whole number from 0 to 10000`,
		"caps: {issues_per_repository: many}": `p:2:31: "issues_per_repository" is text: write a whole number from 0 to 10000`,
		"sla: {high: 7}":                      `p:2:13: "high" is a number: write text in quotes`,
		"sla: {high: 1w}":                     `p:2:13: "high": "1w" is no duration: write days or hours, as in 2d or 12h, at most 3650d`,
		"sla: {high: 0d}":                     `p:2:13: "high": "0d" is no duration: write days or hours, as in 2d or 12h, at most 3650d`,
		"sla: {high: 3651d}":                  `p:2:13: "high": "3651d" is no duration: write days or hours, as in 2d or 12h, at most 3650d`,
		"sla: {high: 1d12h}":                  `p:2:13: "high": "1d12h" is no duration: write days or hours, as in 2d or 12h, at most 3650d`,
		"sla: {higher: 7d}":                   `p:2:7: unknown key "higher": did you mean "high"?`,
		"on_incomplete: fail":                 `p:2:16: "on_incomplete": "fail" is not known: write "neutral" or "failure"`,

		"approved: [{integration: \"npm:x\", owner: \"@a\"}]":                       `p:2:12: "reason" is missing: add it`,
		"approved: [{integration: x, owner: \"@a\", reason: r, until: 2027-02-30}]": `p:2:60: "until": "2027-02-30" is no date: write YYYY-MM-DD, as in 2027-01-31`,
		"approved: [{integration: x, owner: \"@a\", reason: r, until: 31.1.2027}]":  `p:2:60: "until": "31.1.2027" is no date: write YYYY-MM-DD, as in 2027-01-31`,
		"approved: [{integration: x, owner: \"@a\", reason: r, scope: []}]":         `p:2:60: "scope" is empty: name repositories, or leave it out for all`,
		"approved: [{integration: x, owner: \"@a\", reason: r, scope: [acme]}]":     `p:2:61: entry 1 of "scope": "acme" is no repository: write owner/name, as in acme/lab`,
		"approved: [{integration: x, owner: \"@a\", reason: r, version: latest}]":   `p:2:62: "version": "latest" is no version or range: write 1.4.2 or ">=1.4, <2"`,
		"approved: [{integration: x, owner: \"@a\", reason: r, version: \"=>1\"}]":  `p:2:62: "version": "=>1" is no version or range: write 1.4.2 or ">=1.4, <2"`,
		"approved: [{integration: x, owner: \"@a\", reason: r, version: \",\"}]":    `p:2:62: "version": "," is no version or range: write 1.4.2 or ">=1.4, <2"`,
		"waivers: [{}]": "p:2:11: \"rule\" is missing: add it\np:2:11: \"match\" is missing: add it\np:2:11: \"until\" is missing: add it\np:2:11: \"reason\" is missing: add it\np:2:11: \"approver\" is missing: add it",
		"waivers: [{rule: mcp-sudo, match: \"a/b:**\", until: 2027-01-31, reason: r}]":                           `p:2:11: "approver" is missing: add it`,
		"waivers: [{rule: x-y, match: \"a/b:**\", until: 2027-01-31, reason: r, approver: \"@a\"}]":              "p:2:18: unknown rule \"x-y\": see `castellan rules` for the ids",
		"waivers: [{rule: mcp-sudo, match: \"a/b:**\", until: 2027-01-31, reason: \" \", approver: \"@a\"}]":     `p:2:72: "reason" is empty: write it, or leave it out`,
		"waivers: [{rule: mcp-sudo, match: \"a/b:**\", until: 2027-01-31, reason: \"a\\nb\", approver: \"@a\"}]": `p:2:72: "reason" has a line break or a character that does not show: write one line of plain text`,
		"waivers: [{" + waiver + ", fingerprint: abc}]":                                                          `p:2:109: "fingerprint": no fingerprint: copy the 64 hex digits of ` + "`castellan scan --format json`",
		"waivers: [{" + waiver + ", credential: abc}]":                                                           `p:2:108: "credential": no credential hash: copy "hash" of ` + "`castellan scan --format json`; never write the credential itself",
		"waivers: [{" + waiver + ", credential: \"" + hash("a") + "\"}]":                                         `p:2:11: "fingerprint" is missing: a waiver of a credential names both, add it`,
		"approvers: [\"@b\", \"@acme/c\"]\nwaivers: [{" + waiver + "}]":                                          `p:3:90: "approver": "@a" is not among the approvers of this file: name one of them, or add it there`,
		"waivers: [{" + waiver + "}]\napprovers: []":                                                             `p:2:90: "approver": "@a" is not among the approvers of this file: name one of them, or add it there`,
		"rules: {mcp-sudo: {action: " + strings.Repeat("x", 501) + "}}":                                          `p:2:28: "action" is longer than 500 bytes: shorten it`,
		"on_incomplete: " + strings.Repeat("é", 40):                                                              `p:2:16: "on_incomplete": "` + strings.Repeat("é", 30) + `…" is not known: write "neutral" or "failure"`,
	} {
		data, whole := strings.CutPrefix(file, "|")
		if !whole {
			data = "version: 1\n" + file
		}
		p, err := Read("p", []byte(data))
		got := ""
		if err != nil {
			got = err.Error()
		}
		if diff := cmp.Diff(want, got); diff != "" || p != nil {
			t.Errorf("%s\n(-want +got):\n%s", data, diff)
		}
	}
}

func TestEveryProblemAtOnce(t *testing.T) {
	t.Parallel()
	_, err := Read("p", []byte("version: 1\non_incomplete: no\nwaiver: []\nsla: {high: soon}\nrules: {mcp-sudoo: {action: warn}}\n"))
	const want = `p:2:16: "on_incomplete": "no" is not known: write "neutral" or "failure"
p:3:1: unknown key "waiver": did you mean "waivers"?
p:4:13: "high": "soon" is no duration: write days or hours, as in 2d or 12h, at most 3650d
p:5:9: unknown rule "mcp-sudoo": did you mean "mcp-sudo"?`
	if err == nil {
		t.Fatal("no error")
	}
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestProblemsAreBounded(t *testing.T) {
	t.Parallel()
	_, err := Read("p", []byte("version: 1\n"+strings.Repeat("\"waver\": 1\n", 20_000)))
	if err == nil {
		t.Fatal("no error")
	}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != mostProblems+1 || !strings.HasPrefix(lines[mostProblems], "p: more problems may follow") {
		t.Errorf("%d lines, last %s", len(lines), lines[len(lines)-1])
	}
}

func TestHostileNesting(t *testing.T) {
	t.Parallel()
	for _, data := range []string{
		"version: 1\nrules: " + strings.Repeat("[", 100_000),
		"version: 1\nrules: " + strings.Repeat("{a: ", 60_000),
		"version: 1\nrules: " + strings.Repeat("[", 20) + strings.Repeat("]", 20),
		"version: 1\n" + strings.Repeat("- ", 100_000),
		"version: 1\nowners: [" + strings.Repeat("a,", 100_000) + "]",
	} {
		p, err := Read("p", []byte(data))
		if p != nil || err == nil {
			t.Errorf("%.40q: read", data)
		}
	}
}

func TestRepositoryFile(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{
		"waivers: []":        `p:2:1: "waivers" is the organisation's to set, a repository may only raise actions and add owners: the keys here are version, rules, owners`,
		"approvers: []":      `p:2:1: "approvers" is the organisation's to set, a repository may only raise actions and add owners: the keys here are version, rules, owners`,
		"on_incomplete: x":   `p:2:1: "on_incomplete" is the organisation's to set, a repository may only raise actions and add owners: the keys here are version, rules, owners`,
		"owner: []":          `p:2:1: unknown key "owner": did you mean "owners"?`,
		"lookup: 1\nsla: {}": "p:2:1: \"lookup\" is the organisation's to set, a repository may only raise actions and add owners: the keys here are version, rules, owners\np:3:1: \"sla\" is the organisation's to set, a repository may only raise actions and add owners: the keys here are version, rules, owners",
		"rules: {x: {}}":     "p:2:9: unknown rule \"x\": see `castellan rules` for the ids",
		"owners: [{match: \"acme/x:docs/**\", owner: \"@a\"}]": `p:2:18: "match" names a repository: a repository names owners of its own paths only, write "docs/**"`,
	} {
		p, err := ReadRepository("p", []byte("version: 1\n"+file))
		got := ""
		if err != nil {
			got = err.Error()
		}
		if diff := cmp.Diff(want, got); diff != "" || p != nil {
			t.Errorf("%s\n(-want +got):\n%s", file, diff)
		}
	}
}
