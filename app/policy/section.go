package policy

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/doctree"
)

// organisationKeys are the keys only an organisation's file may have.
var organisationKeys = []string{
	"approvers", "approved", "private_names", "approved_hosts", "governance_repository",
	"lookup", "backfill", "caps", "sla", "waivers", "on_incomplete",
}

func (r *reader) organisation(root *doctree.Node) *Policy {
	p := Defaults()
	listed := false // approvers, without mistakes
	r.fields(root, func(m *doctree.Member) string { return "unknown key " + quote(m.Key) }, []field{
		isVersion(),
		{key: "rules", read: func(n *doctree.Node) { r.rules(n, p.Rules) }},
		{key: "approvers", read: func(n *doctree.Node) {
			before := len(r.problems)
			p.Approvers = r.texts(n, checkPerson)
			listed = len(r.problems) == before
		}},
		{key: "owners", read: func(n *doctree.Node) { p.Owners = r.owners(n) }},
		{key: "approved", read: func(n *doctree.Node) { p.Approved = r.approved(n) }},
		{key: "private_names", read: func(n *doctree.Node) { p.PrivateNames = r.texts(n, checkGlob) }},
		{key: "approved_hosts", read: func(n *doctree.Node) { p.ApprovedHosts = lower(r.texts(n, checkHost)) }},
		{key: "governance_repository", read: func(n *doctree.Node) {
			p.GovernanceRepository = r.checkedText(n, func(s string) error { return checkRepository(s, "") })
		}},
		{key: "lookup", read: func(n *doctree.Node) {
			r.object(n, "write {enabled: true} or {enabled: false}",
				field{"enabled", true, func(n *doctree.Node) { p.Lookup.Enabled = r.flag(n) }})
		}},
		{key: "backfill", read: func(n *doctree.Node) { r.backfill(n, &p.Backfill) }},
		{key: "caps", read: func(n *doctree.Node) { r.caps(n, &p.Caps) }},
		{key: "sla", read: func(n *doctree.Node) { r.sla(n, p.SLA) }},
		{key: "waivers", read: func(n *doctree.Node) { p.Waivers = r.waivers(n) }},
		{key: "on_incomplete", read: func(n *doctree.Node) { p.OnIncomplete = oneOf(r, n, Neutral, Failure) }},
	})
	if listed {
		r.mayApprove(p.Approvers)
	}
	return p
}

// rules reads actions by rule id.
func (r *reader) rules(n *doctree.Node, into map[string]Action) {
	if !r.is(n, doctree.Map, "write rule ids and their actions, as in {mcp-unpinned-package: {action: warn}}") {
		return
	}
	r.members(n, func(m *doctree.Member) {
		if !r.rule(m.Key, m.KeySpan.Start) {
			return
		}
		r.object(m.Value, "write {action: warn}", field{"action", true, func(v *doctree.Node) {
			if a := oneOf(r, v, Block, Warn, Note, Off); a != "" {
				into[m.Key] = a
			}
		}})
	})
}

// rule says whether an id is one, and reports one that is none, or that this
// version does not check.
func (r *reader) rule(id string, offset int) bool {
	if !slices.Contains(r.known, id) {
		if r.full() {
			return false
		}
		what := "see `castellan rules` for the ids"
		if like := near(id, r.known); like != nil {
			what = "did you mean " + either(like) + "?"
		}
		r.failAt(offset, "unknown rule %s: %s", quote(id), what)
		return false
	}
	if r.checked != nil && !slices.Contains(r.checked, id) {
		r.notice(offset, "%s is known, but not checked by this version", id)
	}
	return true
}

func (r *reader) notice(offset int, format string, args ...any) {
	if len(r.notices) < mostProblems {
		line, _ := r.doc.Position(offset)
		r.notices = append(r.notices, fmt.Sprintf("%s:%d: ", r.name, line)+fmt.Sprintf(format, args...))
	}
}

func (r *reader) texts(n *doctree.Node, check func(string) error) []string {
	var all []string
	r.list(n, func(item *doctree.Node) {
		if s := r.checkedText(item, check); s != "" {
			all = append(all, s)
		}
	})
	return all
}

func (r *reader) owners(n *doctree.Node) []Owner {
	var all []Owner
	r.list(n, func(item *doctree.Node) {
		var o Owner
		r.object(item, `write {match: "docs/**", owner: "@org/team"}`,
			field{"match", true, func(n *doctree.Node) { o.Match = parsed(r, n, ParseMatch) }},
			field{"owner", true, func(n *doctree.Node) { o.Owner = r.checkedText(n, checkPerson) }})
		all = append(all, o)
	})
	return all
}

func (r *reader) approved(n *doctree.Node) []Approval {
	var all []Approval
	r.list(n, func(item *doctree.Node) {
		var a Approval
		r.object(item, `write {integration: "npm:name", owner: "@org/team", reason: "…"}`,
			field{"integration", true, func(n *doctree.Node) { a.Integration = r.text(n) }},
			field{"version", false, func(n *doctree.Node) { a.Version = r.checkedText(n, checkVersion) }},
			field{"scope", false, func(n *doctree.Node) {
				a.Scope = lower(r.texts(n, func(s string) error { return checkRepository(s, "*?") }))
				if n.Kind == doctree.List && len(n.Items) == 0 {
					r.fail(n, "%s is empty: name repositories, or leave it out for all", label(n))
				}
			}},
			field{"owner", true, func(n *doctree.Node) { a.Owner = r.checkedText(n, checkPerson) }},
			field{"reason", true, func(n *doctree.Node) { a.Reason = r.text(n) }},
			field{"until", false, func(n *doctree.Node) { a.Until = parsed(r, n, ParseDate) }})
		all = append(all, a)
	})
	return all
}

func (r *reader) backfill(n *doctree.Node, b *Backfill) {
	r.object(n, "write {archived: inventory, forks: skip, pull_refs: false}",
		field{"archived", false, func(n *doctree.Node) { b.Archived = oneOf(r, n, Skip, Inventory, Full) }},
		field{"forks", false, func(n *doctree.Node) { b.Forks = oneOf(r, n, Skip, Inventory, Full) }},
		field{"pull_refs", false, func(n *doctree.Node) { b.PullRefs = r.flag(n) }})
}

func (r *reader) caps(n *doctree.Node, c *Caps) {
	r.object(n, "write {issues_per_owner_per_day: 5, issues_per_repository: 10}",
		field{"issues_per_owner_per_day", false, func(n *doctree.Node) { c.IssuesPerOwnerPerDay = r.count(n) }},
		field{"issues_per_repository", false, func(n *doctree.Node) { c.IssuesPerRepository = r.count(n) }})
}

func (r *reader) sla(n *doctree.Node, sla map[scanners.Severity]time.Duration) {
	var fields []field
	for _, s := range []scanners.Severity{scanners.Critical, scanners.High, scanners.Medium, scanners.LowSeverity} {
		fields = append(fields, field{s.String(), false, func(n *doctree.Node) { sla[s] = parsed(r, n, parseDuration) }})
	}
	r.object(n, "write {critical: 2d, high: 7d, medium: 30d}", fields...)
}

func (r *reader) waivers(n *doctree.Node) []Waiver {
	var all []Waiver
	r.list(n, func(item *doctree.Node) {
		w := Waiver{File: r.name}
		w.Line, _ = r.doc.Position(item.Span.Start)
		r.object(item, `write {rule: …, match: "owner/name:**", until: YYYY-MM-DD, reason: "…", approver: "@org/team"}`,
			field{"rule", true, func(n *doctree.Node) {
				if id := r.text(n); id != "" && r.rule(id, n.Span.Start) {
					w.Rule = id
				}
			}},
			field{"match", true, func(n *doctree.Node) {
				if w.Match = parsed(r, n, ParseMatch); w.Match.Path != "" && w.Match.Repository == "" && !r.scan {
					r.notice(n.Span.Start, "a waiver that names no repository applies only where the repository is not known, as in `castellan scan`")
				}
			}},
			field{"until", true, func(n *doctree.Node) { w.Until = parsed(r, n, ParseDate) }},
			field{"reason", true, func(n *doctree.Node) { w.Reason = r.text(n) }},
			field{"approver", true, func(n *doctree.Node) {
				if w.Approver = r.checkedText(n, checkPerson); w.Approver != "" {
					r.approvers = append(r.approvers, n)
				}
			}},
			field{"fingerprint", false, func(n *doctree.Node) { w.Fingerprint = r.checkedText(n, checkFingerprint) }},
			field{"credential", false, func(n *doctree.Node) { w.Credential = r.checkedText(n, checkHash) }})
		if w.Credential != "" && w.Fingerprint == "" {
			r.fail(item, `"fingerprint" is missing: a waiver of a credential names both, add it`)
		}
		all = append(all, w)
	})
	return all
}

// mayApprove reports waivers by people that the same file does not let
// approve.
func (r *reader) mayApprove(approvers []string) {
	for _, n := range r.approvers {
		name := strings.TrimSpace(n.Text)
		if !slices.ContainsFunc(approvers, func(a string) bool { return strings.EqualFold(a, name) }) {
			r.fail(n, "\"approver\": %s is not among the approvers of this file: name one of them, or add it there", quote(name))
		}
	}
}

func lower(all []string) []string {
	for i, s := range all {
		all[i] = strings.ToLower(s)
	}
	return all
}

// checkPerson wants @user or @org/team.
func checkPerson(s string) error {
	name, ok := strings.CutPrefix(s, "@")
	org, team, isTeam := strings.Cut(name, "/")
	if !ok || org == "" || isTeam && team == "" || !only(org+team, "-_.") {
		return fmt.Errorf("%s is neither user nor team: write @user or @org/team", quote(s))
	}
	return nil
}

// checkHost wants a host name, *. before it for all below, or an address.
func checkHost(s string) error {
	name := strings.TrimPrefix(s, "*.")
	if _, err := netip.ParseAddr(s); err == nil {
		return nil
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 || !only(label, "-_") {
			return fmt.Errorf("%s is no host: write the name alone, as in mcp.example.com or *.example.com", quote(s))
		}
	}
	return nil
}

// checkVersion wants comparisons joined by commas or spaces: ">=1.4, <2".
func checkVersion(s string) error {
	terms := strings.FieldsFunc(s, func(c rune) bool { return c == ',' || c == ' ' })
	for _, term := range terms {
		v := strings.TrimLeft(term, "<>=^~")
		if op := term[:len(term)-len(v)]; !slices.Contains([]string{"", "=", "<", "<=", ">", ">=", "^", "~"}, op) {
			v = ""
		}
		v = strings.TrimPrefix(v, "v")
		if v == "" || v[0] < '0' || v[0] > '9' || !only(v, ".-+") {
			terms = nil
			break
		}
	}
	if len(terms) == 0 {
		return fmt.Errorf("%s is no version or range: write 1.4.2 or \">=1.4, <2\"", quote(s))
	}
	return nil
}

func checkFingerprint(s string) error {
	if !hexDigits(s, 64) {
		return errors.New("no fingerprint: copy the 64 hex digits of `castellan scan --format json`")
	}
	return nil
}

func checkHash(s string) error {
	id, sum, ok := strings.Cut(s, ":")
	if !ok || !strings.HasPrefix(id, "k") || !hexDigits(id[1:], 8) || !hexDigits(sum, 64) {
		return errors.New("no credential hash: copy \"hash\" of `castellan scan --format json`; never write the credential itself")
	}
	return nil
}

func hexDigits(s string, n int) bool {
	return len(s) == n && strings.Trim(s, "0123456789abcdef") == ""
}
