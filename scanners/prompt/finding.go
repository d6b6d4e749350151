package prompt

import (
	"path"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/catalog"
	"github.com/castellan-app/castellan/scanners/credential"
	"github.com/castellan-app/castellan/scanners/suppression"
)

// maxFindings bounds what is said of one file; a file with more is hostile.
const maxFindings = 500

// report collects what is found in one file.
type report struct {
	path, text string
	client     *catalog.Client // nil if nobody's in particular
	clientID   string
	lines      []int // where each line begins
	hits       []hit
	overfull   bool
}

// hit is one statement about text[start:end] of the file.
type hit struct {
	rule       string
	severity   scanners.Severity
	start, end int
	message    scanners.Text
	fix        scanners.Text // nil: the rule's
}

func newReport(path, client, text string) *report {
	return &report{path: path, text: text, clientID: client, client: catalog.ClientByID(client)}
}

// add keeps a sign that a rule reports.
func (r *report) add(m mark) {
	if m.rule != "" {
		r.keep(hit{rule: m.rule, severity: m.severity, start: m.start, end: m.end, message: messageOf(m, r.text)})
	}
}

func (r *report) hidden(h Hit) {
	r.keep(hit{rule: ruleUnicode, severity: h.Severity, start: h.Start, end: h.End, message: hiddenMessage(h)})
}

// keep adds a hit, unless the last of its rule says the same.
func (r *report) keep(h hit) {
	if len(r.hits) >= maxFindings {
		r.overfull = true
		return
	}
	for i := len(r.hits) - 1; i >= 0 && i >= len(r.hits)-4; i-- {
		if l := &r.hits[i]; l.rule == h.rule && h.start < l.end && l.start < h.end {
			l.severity = max(l.severity, h.severity)
			return
		}
	}
	r.hits = append(r.hits, h)
}

// result turns hits into findings.
func (r *report) result(whole bool) scanners.Result {
	sort.SliceStable(r.hits, func(i, j int) bool { return r.hits[i].start < r.hits[j].start })
	var out scanners.Result
	ordinals := map[string]int{}
	for i := range r.hits {
		f := r.finding(&r.hits[i])
		scanners.Distinguish(&f, ordinals)
		out.Findings = append(out.Findings, f)
	}
	if len(out.Findings) > 0 || r.ofAgent() {
		out.Sightings = []scanners.Sighting{{
			Integration: r.owner(), Name: path.Base(r.path), Path: r.path,
			Region: scanners.Region{Line: 1, Column: 1, EndLine: 1, EndColumn: 1}, Client: r.clientID,
		}}
	}
	switch {
	case !whole:
		out.Incomplete = "larger than " + strconv.Itoa(maxSize>>20) + " MiB; only the beginning was read"
	case r.overfull:
		out.Incomplete = "more than " + strconv.Itoa(maxFindings) + " findings in one file"
	}
	return out
}

// ofAgent says whether the file shows by itself that an agent works here: one
// that a client reads by its place, or that is written for all of them, in the
// capitals that tell it from a page about agents. A skill of nobody's in
// particular does not.
func (r *report) ofAgent() bool {
	base := path.Base(r.path)
	return strings.TrimSpace(r.text) != "" && (r.client != nil && r.client.Product != "" || base == "AGENTS.md" || base == "AGENT.md")
}

// owner is the agent whose file this is; a file of no one client gives an
// integration local to it.
func (r *report) owner() scanners.Integration {
	if r.client == nil || r.client.Product == "" {
		return scanners.Integration{ID: "local:" + r.path, Kind: scanners.KindAgent, Name: path.Base(r.path), Reputation: scanners.Unknown}
	}
	return scanners.Integration{
		ID: "product:" + r.client.Product, Kind: scanners.KindAgent, Name: r.client.Name,
		Product: r.client.Product, Vendor: r.client.Vendor, Reputation: scanners.Known,
	}
}

// suppressed looks for scanners that comments tell to look away. Files with
// settings at their head are looked at with those.
func (r *report) suppressed() {
	if catalog.IsNamed(r.path) {
		return
	}
	for at := 0; len(r.hits) < maxFindings; {
		i := strings.Index(r.text[at:], "<!--")
		if i < 0 {
			return
		}
		from := at + i
		end := strings.Index(r.text[from:], "-->")
		if end < 0 {
			return
		}
		at = from + end
		comment := strings.NewReplacer("\n", " ", "\r", " ").Replace(r.text[from:at]) // a reason may stand on a line below
		for _, m := range suppression.Unexplained([]byte(comment), maxFindings-len(r.hits)) {
			written := r.text[from+m.Start : from+m.End]
			r.keep(hit{rule: suppression.Rule, severity: scanners.LowSeverity, start: from + m.Start, end: from + m.End, message: suppression.Message(written), fix: suppression.Fix()})
		}
	}
}

// finding makes a hit presentable: from here on no credential is in clear.
func (r *report) finding(h *hit) scanners.Finding {
	fix := h.fix
	if fix == nil {
		fix = scanners.Say(fixes[h.rule])
	}
	return scanners.Finding{
		Rule: h.rule, Severity: h.severity, Confidence: confidence(h), Integration: r.owner().ID, Path: r.path, Client: r.clientID,
		Region: r.region(h.start, h.end), Excerpt: r.excerpt(h.start, h.end), Message: h.message, Fix: fix,
	}
}

// confidence is high where characters or marks decide, medium where words do.
func confidence(h *hit) credential.Confidence {
	if h.rule == ruleUnicode || h.rule == suppression.Rule {
		return credential.High
	}
	return credential.Medium
}

// region is text[start:end] as lines and columns.
func (r *report) region(start, end int) scanners.Region {
	line, column := r.position(start)
	endLine, endColumn := r.position(end)
	return scanners.Region{Line: line, Column: column, EndLine: endLine, EndColumn: endColumn}
}

func (r *report) position(at int) (line, column int) {
	if r.lines == nil {
		r.lines = append(r.lines, 0)
		for i := 0; i < len(r.text); i++ {
			if r.text[i] == '\n' {
				r.lines = append(r.lines, i+1)
			}
		}
	}
	line = sort.SearchInts(r.lines, at+1)
	return line, at - r.lines[line-1] + 1
}

// Width of an excerpt in bytes of the source.
const (
	excerptWidth = 160
	excerptLead  = 60
)

// excerpt is the first line of text[start:end] with its surroundings.
func (r *report) excerpt(start, end int) scanners.Excerpt {
	line, column := r.position(start)
	from, to := start-column+1, min(end, start+excerptWidth)
	if i := strings.IndexByte(r.text[start:to], '\n'); i >= 0 {
		to = start + i
	}
	lead, tail := "", ""
	if column > excerptLead {
		from, lead = r.boundary(start-excerptLead), "…"
	}
	stop := to
	for stop < len(r.text) && stop < to+excerptLead && r.text[stop] != '\n' && r.text[stop] != '\r' {
		stop++
	}
	if stop == to+excerptLead {
		stop, tail = r.boundary(stop), "…"
	}
	to = r.boundary(to)
	a, b, c := lead+visible(r.text[from:start]), visible(r.text[start:to]), visible(r.text[to:max(to, stop)])
	return scanners.Excerpt{Line: line, Text: a + b + c + tail, Start: len(a), End: len(a) + len(b)}
}

// boundary is the start of the character at at.
func (r *report) boundary(at int) int {
	for at > 0 && at < len(r.text) && !utf8.RuneStart(r.text[at]) {
		at--
	}
	return at
}

// visible is text fit for one line: what is invisible or controls a terminal is
// replaced, credentials are masked.
func visible(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r < ' ' || r >= 0x7f && r < 0xa0:
			return ' '
		case r == 0x2028 || r == 0x2029:
			return ' '
		case invisibleRune(r):
			return '\uFFFD'
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return credential.Redact(s)
}
