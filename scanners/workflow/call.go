package workflow

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
	"github.com/castellan-app/castellan/scanners/doctree"
)

// maxCalls bounds the calls and the agents of a file that are told of.
const maxCalls = 100

// noteCalls tells of the files of the repository that jobs and steps run.
func (f *file) noteCalls() {
	if f.shape != ordinary {
		return
	}
	for _, j := range f.jobs {
		for _, s := range j.steps {
			to, ok := strings.CutPrefix(textOf(s.uses), "./")
			if !ok || to == "" || len(f.calls) == maxCalls {
				continue
			}
			c := scanners.Call{To: path.Clean(to), Job: scanners.Plain(j.id)}
			for _, e := range s.exposures() {
				if e.open() && !j.dispatchedAway(e.event) {
					c.Open = append(c.Open, e.event)
				}
			}
			for _, w := range j.mayWrite() {
				c.Writes = append(c.Writes, w.name+": "+w.level)
			}
			_, given := j.permissions()
			c.Default = !given
			for _, m := range membersOf(s.node.Get("with")) {
				n := m.Value.Resolve()
				if textOf(n) == "*" {
					c.Stars = append(c.Stars, scanners.Given{Input: strings.ToLower(m.Key), Source: "*", Place: f.place(n, n.Span)})
				}
				for _, fl := range s.flows(textOf(n)) {
					if open := slices.ContainsFunc(s.exposures(), func(e exposure) bool { return e.wrote(fl.of) && !j.dispatchedAway(e.event) }); open {
						c.Given = append(c.Given, scanners.Given{Input: strings.ToLower(m.Key), Source: fl.name, Place: f.place(n, f.at(n, fl.start, fl.end))})
						break
					}
				}
			}
			f.calls = append(f.calls, c)
		}
	}
}

// noteCallees tells of the agents of a file that others call.
func (f *file) noteCallees(all []*agent) {
	if f.shape != composite && !f.has("workflow_call") {
		return
	}
	for _, a := range all {
		if a.kind == nil && a.prog == nil || len(f.callees) == maxCalls {
			continue
		}
		c := scanners.Callee{Name: a.in.Name, Told: a.toldInputs(), Guards: a.kind != nil && a.kind.guards && a.opened() == "", Acts: a.acts(), Place: f.place(a.node, a.span)}
		c.Place.Integration, c.Place.Server, c.Place.Slot = a.in.ID, a.job.id, a.label()
		c.Command = a.cmd != nil
		if a.kind != nil {
			for _, name := range a.kind.people {
				c.People = append(c.People, inputsIn(a.withText(name))...)
			}
		}
		if f.shape == ordinary {
			_, c.Limited = a.job.permissions()
		}
		for _, w := range a.job.mayWrite() {
			c.Writes = append(c.Writes, w.name+": "+w.level)
		}
		f.callees = append(f.callees, c)
	}
}

// place begins a finding about a place of the file.
func (f *file) place(n *doctree.Node, span doctree.Span) scanners.Finding {
	region := f.region(span)
	return scanners.Finding{
		Path: f.path, Region: region, Pointer: credential.RedactKnown(f.doc.Holder(n).Pointer()), Confidence: credential.High, Passive: f.passive,
		Excerpt: scanners.ExcerptAt(f.doc.Source, span.Start, span.End, region),
	}
}

// toldInputs are the inputs of the file that come to the agent: in what it is
// told, in its command, or in a variable it sees.
func (a *agent) toldInputs() []string {
	var texts []string
	if a.kind != nil {
		for _, name := range slices.Concat(a.kind.prompts, a.kind.args) {
			texts = append(texts, a.withText(name))
		}
	}
	if a.cmd != nil {
		texts = append(texts, a.run)
	}
	for _, env := range a.envs() {
		for _, m := range env.Members {
			texts = append(texts, textOf(m.Value.Resolve()))
		}
	}
	out := inputsIn(texts...)
	slices.Sort(out)
	return slices.Compact(out)
}

// inputsIn are the inputs of the file that texts take in.
func inputsIn(texts ...string) []string {
	var out []string
	for _, text := range texts {
		for _, u := range uses(text) {
			for _, p := range properties(u.body) {
				if name, ok := strings.CutPrefix(p, "inputs."); ok {
					out = append(out, strings.ToLower(name))
				} else if name, ok := strings.CutPrefix(p, "github.event.inputs."); ok {
					out = append(out, strings.ToLower(name))
				}
			}
		}
	}
	return out
}

// dispatched is a job's condition on the word that another one chose.
var dispatched = regexp.MustCompile(`needs\.([\w-]+)\.outputs\.[\w-]+\s*==\s*'([\w-]+)'`)

// dispatchedAway says whether the job runs for a word that the job it needs does
// not choose for an event: where its script names the event, it names another word
// beside it.
func (j *job) dispatchedAway(event string) bool {
	for _, m := range dispatched.FindAllStringSubmatch(j.cond.text, 10) {
		by := j.file.job(m[1])
		if by == nil || m[2] == "true" {
			continue
		}
		named, chosen := false, false
		for _, s := range by.steps {
			for line := range strings.Lines(s.run + "\n" + s.withText("script")) {
				if strings.Contains(line, "'"+event+"'") || strings.Contains(line, `"`+event+`"`) {
					named = true
					chosen = chosen || strings.Contains(line, "'"+m[2]+"'") || strings.Contains(line, `"`+m[2]+`"`) || strings.Contains(line, "="+m[2])
				}
			}
		}
		if named && !chosen {
			return true
		}
	}
	return false
}
