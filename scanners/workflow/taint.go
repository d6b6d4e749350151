package workflow

import (
	"regexp"
	"strings"

	"github.com/castellan-app/castellan/scanners/doctree"
)

// flow is how a stranger's text comes to a place.
type flow struct {
	source
	start, end int    // in the text of the place
	by         string // what carries it: a variable, an output; "" if it is there itself
}

// flows are the strangers' texts that the expressions of a text put into it.
func (s *step) flows(text string) []flow {
	var out []flow
	for _, u := range uses(text) {
		for _, name := range properties(u.body) {
			if f, ok := s.traced(name, 0); ok {
				f.start, f.end = u.start, u.end
				out = append(out, f)
				break
			}
		}
	}
	return out
}

// maxTrace bounds how far a text is followed through variables and outputs.
const maxTrace = 5

// traced is the stranger's text that a property holds.
func (s *step) traced(name string, depth int) (flow, bool) {
	if src, ok := stranger(name); ok {
		return flow{source: src}, true
	}
	if depth == maxTrace {
		return flow{}, false
	}
	parts := strings.Split(name, ".")
	switch {
	case parts[0] == "env" && len(parts) == 2:
		if f, ok := s.variable(parts[1], depth+1); ok {
			f.by = "env." + parts[1]
			return f, true
		}
		if f, ok := s.written("github_env", parts[1]); ok {
			f.by = "env." + parts[1]
			return f, true
		}
	case parts[0] == "steps" && len(parts) >= 3:
		if other := s.job.step(parts[1]); other != nil && other != s {
			if f, ok := other.emits(); ok {
				f.by = "steps." + parts[1]
				return f, true
			}
		}
	case parts[0] == "needs" && len(parts) >= 4:
		if j := s.job.file.job(parts[1]); j != nil && j != s.job {
			if f, ok := j.emits(parts[3], depth+1); ok {
				f.by = "needs." + parts[1]
				return f, true
			}
		}
	}
	return flow{}, false
}

// variable is the stranger's text that a variable of the step holds.
func (s *step) variable(name string, depth int) (flow, bool) {
	for _, env := range s.envs() {
		for _, m := range env.Members {
			if strings.EqualFold(m.Key, name) {
				return s.valueOf(m.Value, depth)
			}
		}
	}
	return flow{}, false
}

// valueOf is the stranger's text that a value takes in.
func (s *step) valueOf(n *doctree.Node, depth int) (flow, bool) {
	for _, u := range uses(textOf(n.Resolve())) {
		for _, name := range properties(u.body) {
			if f, ok := s.traced(name, depth); ok {
				return f, true
			}
		}
	}
	return flow{}, false
}

// payload is how a script reads the event itself.
var payload = regexp.MustCompile(`(?i)context\.payload\.(comment|review|issue|pull_request|discussion|head_commit|workflow_run)(?:\?)?\.(?:body|title|message|head_branch|display_title|head\.ref)|github_event_path`)

// emits is the stranger's text that a step may give on: what its own
// expressions, its variables and the event give it.
func (s *step) emits() (flow, bool) {
	if name, _ := s.action(); name != "" && name != "actions/github-script" {
		return flow{}, false // what an action makes of it is not known
	}
	text := s.run + s.withText("script")
	if !strings.Contains(strings.ToLower(text), "output") && !strings.Contains(text, "return") {
		return flow{}, false
	}
	for _, u := range uses(text) {
		for _, name := range properties(u.body) {
			if src, ok := stranger(name); ok {
				return flow{source: src}, true
			}
		}
	}
	for _, env := range s.envs() {
		for _, m := range env.Members {
			if f, ok := s.valueOf(m.Value, maxTrace); ok && strings.Contains(text, m.Key) {
				return f, true
			}
		}
	}
	if m := payload.FindStringSubmatch(text); m != nil {
		return flow{source: source{name: m[0], of: wroteIn(m[1])}}, true
	}
	for _, m := range payloadPart.FindAllStringSubmatch(text, 10) {
		if regexp.MustCompile(`\b` + m[1] + m[2] + `\??\.(?:body|title|message)\b`).MatchString(text) {
			part := m[2] + m[3]
			return flow{source: source{name: "context.payload." + part, of: wroteIn(part)}}, true
		}
	}
	if m := fetchesText.FindString(text); m != "" && givesText.MatchString(text) {
		return flow{source: source{name: m, of: author}}, true
	}
	if strings.Contains(s.run, "GITHUB_OUTPUT") && s.readsArtifact() {
		return flow{source: source{name: "an artifact of the run", of: author}}, true
	}
	if strings.Contains(s.run, "GITHUB_OUTPUT") {
		for line := range strings.Lines(s.run) {
			if m := readsThread.FindString(line); m != "" && len(files(line)) == 0 {
				return flow{source: source{name: strings.TrimSpace(m), of: author}}, true
			}
		}
	}
	return flow{}, false
}

// fetchesText is how a script gets an issue or its comments, givesText how it gives
// their text on.
var (
	fetchesText = regexp.MustCompile(`\brest\.(?:issues\.(?:get|listComments)|pulls\.(?:get|listReviewComments|listReviews)|reactions)\b`)
	givesText   = regexp.MustCompile(`(?s)\.(?:body|title)\b.*(?:setOutput|return)|(?:setOutput|return)\b[^\n]*\.(?:body|title)\b`)
)

// readsFile is how a script reads a file.
var readsFile = regexp.MustCompile(`\b(?:cat|head|tail|jq|sed)\s+[^|\n]*[\w.-]+/?[\w./-]*|\$\(<`)

// readsArtifact says whether a script may read what a run that somebody from
// outside caused has left (securitylab.github.com, preventing pwn requests).
func (s *step) readsArtifact() bool {
	if !s.job.file.has("workflow_run") || !readsFile.MatchString(s.run) {
		return false
	}
	for _, other := range s.before() {
		if name, _ := other.action(); strings.HasSuffix(name, "download-artifact") && (other.withText("run-id") != "" || other.withText("run_id") != "") {
			folder := cleaned(other.withText("path"))
			if folder == "" || strings.Contains(s.run, folder+"/") {
				return true
			}
		}
	}
	return false
}

// payloadPart is a part of the event that a script gives a name of its own:
// const i = context.payload.issue, const { issue } = context.payload.
var payloadPart = regexp.MustCompile(`\b(?:const|let|var)\s+(?:(\w+)\s*=\s*|\{[^}]*?\b(issue|comment|review|pull_request|discussion)\b[^}]*\}\s*=\s*)context\.payload\b(?:\??\.(issue|comment|review|pull_request|discussion)\b)?`)

// wroteIn is who wrote a part of an event.
func wroteIn(part string) who {
	if part == "comment" || part == "review" || part == "" {
		return commenter
	}
	return author
}

// emits is the stranger's text behind an output of a job.
func (j *job) emits(output string, depth int) (flow, bool) {
	n := j.node.Get("outputs").Get(output)
	if n == nil {
		for _, m := range membersOf(j.node.Get("outputs")) {
			if strings.EqualFold(m.Key, output) {
				n = m.Value.Resolve()
			}
		}
	}
	if n == nil || len(j.steps) == 0 {
		return flow{}, false
	}
	last := &step{job: j, node: j.node, cond: always()}
	return last.valueOf(n, depth)
}

func membersOf(n *doctree.Node) []doctree.Member {
	if n == nil {
		return nil
	}
	return n.Members
}

// written is the stranger's text that an earlier step of the job writes to a
// file of variables under a name.
func (s *step) written(file, name string) (flow, bool) {
	for _, other := range s.before() {
		if low := strings.ToLower(other.run); strings.Contains(low, file) && strings.Contains(low, name) {
			if f, ok := other.emitsTo(); ok {
				return f, true
			}
		}
	}
	return flow{}, false
}

// emitsTo is emits of a script that writes to a file of variables.
func (s *step) emitsTo() (flow, bool) {
	for _, u := range uses(s.run) {
		for _, name := range properties(u.body) {
			if src, ok := stranger(name); ok {
				return flow{source: src}, true
			}
		}
	}
	for _, env := range s.envs() {
		for _, m := range env.Members {
			if f, ok := s.valueOf(m.Value, maxTrace); ok && strings.Contains(s.run, m.Key) {
				return f, true
			}
		}
	}
	return flow{}, false
}

// mentionsVariable says whether a text names a variable as a shell, an
// expression or a person does.
func mentionsVariable(text, name string) bool {
	for at := 0; at < len(text); {
		i := strings.Index(text[at:], name)
		if i < 0 {
			return false
		}
		start, end := at+i, at+i+len(name)
		if (start == 0 || !isWord(text[start-1])) && (end == len(text) || !isWord(text[end])) {
			return true
		}
		at = end
	}
	return false
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
