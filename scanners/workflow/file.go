package workflow

import (
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/doctree"
)

// shape is what kind of file it is.
type shape uint8

const (
	ordinary  shape = iota // .github/workflows/*.yml
	composite              // action.yml of a composite action
	agentic                // .github/workflows/*.md of GitHub Agentic Workflows
)

// file is one workflow or action, read.
type file struct {
	calls    []scanners.Call
	callees  []scanners.Callee
	path     string
	doc      *doctree.Document
	shape    shape
	root     *doctree.Node
	events   []event
	perms    *doctree.Node // permissions of all jobs, nil if not given
	env      *doctree.Node
	jobs     []*job
	limited  bool // the whole workflow has a concurrency group
	passive  bool // in an example, documentation or a test
	findings []scanners.Finding
	sighted  []scanners.Sighting
	ordinals map[string]int
}

// event is one trigger.
type event struct {
	name  string
	types []string // activity types; empty for all that are the default
	node  *doctree.Node
	span  doctree.Span // of its name
}

// job is one job; of a composite action the only one.
type job struct {
	file    *file
	id      string
	node    *doctree.Node
	keySpan doctree.Span
	cond    condition
	needs   []string
	steps   []*step
}

// step is one step; a job that calls a workflow has one step, the call.
type step struct {
	job   *job
	index int
	node  *doctree.Node
	id    string
	uses  *doctree.Node
	run   string // text of the script, "" without one
	cond  condition
}

const (
	maxJobs  = 300
	maxSteps = 1000 // of a file
)

// read makes the file of a document, nil if it is no workflow.
func read(path string, doc *doctree.Document, s shape) *file {
	if len(doc.Roots) == 0 {
		return nil
	}
	f := &file{path: path, doc: doc, shape: s, root: doc.Roots[0].Resolve(), ordinals: map[string]int{}}
	switch s {
	case composite:
		runs := f.root.Get("runs")
		if runs.Get("steps") == nil {
			return nil
		}
		j := &job{file: f, id: "runs", node: runs, keySpan: runs.KeySpan(), cond: always()}
		j.readSteps(runs.Get("steps"), 0)
		f.jobs = []*job{j}
		return f
	case agentic:
		f.readEvents()
		f.perms = f.root.Get("permissions")
		return f
	}
	jobs := f.root.Get("jobs")
	if jobs == nil || jobs.Kind != doctree.Map {
		return nil
	}
	f.readEvents()
	f.perms, f.env, f.limited = f.root.Get("permissions"), f.root.Get("env"), f.root.Get("concurrency") != nil
	total := 0
	for _, m := range jobs.Members {
		if len(f.jobs) == maxJobs || total >= maxSteps {
			break
		}
		j := f.readJob(m)
		total += len(j.steps)
		f.jobs = append(f.jobs, j)
	}
	return f
}

// readEvents reads on:, a name, a list or a map. YAML 1.1 readers take the bare
// key for true.
func (f *file) readEvents() {
	on := f.root.Get("on")
	if on == nil {
		on = f.root.Get("true")
	}
	if on == nil {
		return
	}
	switch on.Kind {
	case doctree.Map:
		for _, m := range on.Members {
			v := m.Value.Resolve()
			f.events = append(f.events, event{strings.ToLower(m.Key), words(v.Get("types")), v, m.KeySpan})
		}
	case doctree.List:
		for _, item := range on.Items {
			if n := item.Resolve(); n.Text != "" {
				f.events = append(f.events, event{name: strings.ToLower(n.Text), node: n, span: n.Span})
			}
		}
	default:
		if on.Text != "" {
			name, _, _ := strings.Cut(strings.ToLower(on.Text), " ")
			f.events = append(f.events, event{name: name, node: on, span: on.Span})
		}
	}
}

// words are the scalars of a list, or the one.
func words(n *doctree.Node) []string {
	n = n.Resolve()
	if n == nil {
		return nil
	}
	if n.Kind != doctree.List {
		if n.Text == "" {
			return nil
		}
		return []string{n.Text}
	}
	var out []string
	for _, item := range n.Items {
		if item = item.Resolve(); item.Text != "" {
			out = append(out, item.Text)
		}
	}
	return out
}

func (f *file) readJob(m doctree.Member) *job {
	n := m.Value.Resolve()
	j := &job{file: f, id: m.Key, node: n, keySpan: m.KeySpan, cond: readCondition(textOf(n.Get("if"))), needs: words(n.Get("needs"))}
	if n.Get("uses") != nil { // a called workflow
		j.steps = []*step{{job: j, node: n, uses: n.Get("uses"), cond: always()}}
		return j
	}
	j.readSteps(n.Get("steps"), 0)
	return j
}

func (j *job) readSteps(list *doctree.Node, from int) {
	list = list.Resolve()
	if list == nil || list.Kind != doctree.List {
		return
	}
	for i, item := range list.Items {
		if i == maxSteps {
			return
		}
		n := item.Resolve()
		j.steps = append(j.steps, &step{
			job: j, index: from + i, node: n, id: textOf(n.Get("id")), uses: n.Get("uses"), run: textOf(n.Get("run")),
			cond: readCondition(textOf(n.Get("if"))),
		})
	}
}

func textOf(n *doctree.Node) string {
	if n == nil || n.Kind == doctree.Map || n.Kind == doctree.List {
		return ""
	}
	return n.Text
}

func (f *file) job(id string) *job {
	for _, j := range f.jobs {
		if strings.EqualFold(j.id, id) {
			return j
		}
	}
	return nil
}

func (j *job) step(id string) *step {
	for _, s := range j.steps {
		if s.id != "" && strings.EqualFold(s.id, id) {
			return s
		}
	}
	return nil
}

// action is what a step uses, in lower case, and its ref; "" of a script, an
// action of the repository itself or an image.
func (s *step) action() (name, ref string) {
	text := textOf(s.uses)
	if text == "" || strings.HasPrefix(text, "./") || strings.HasPrefix(text, "docker://") {
		return "", ""
	}
	name, ref, _ = strings.Cut(text, "@")
	return strings.ToLower(name), ref
}

// with is an input of a step's action. Names of inputs have no case.
func (s *step) with(name string) *doctree.Node {
	inputs := s.node.Get("with")
	if inputs == nil {
		return nil
	}
	for i := len(inputs.Members) - 1; i >= 0; i-- {
		if strings.EqualFold(inputs.Members[i].Key, name) {
			return inputs.Members[i].Value.Resolve()
		}
	}
	return inputs.Get(name)
}

func (s *step) withText(name string) string { return textOf(s.with(name)) }

// envs are the maps of variables that a step sees, its own first.
func (s *step) envs() []*doctree.Node {
	var out []*doctree.Node
	for _, n := range []*doctree.Node{s.node.Get("env"), s.job.node.Get("env"), s.job.file.env} {
		if n != nil && n.Kind == doctree.Map && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// before are the steps of the job that run before this one.
func (s *step) before() []*step {
	for i, other := range s.job.steps {
		if other == s {
			return s.job.steps[:i]
		}
	}
	return nil
}

// after are the steps of the job that run after this one.
func (s *step) after() []*step {
	if i := slices.Index(s.job.steps, s); i >= 0 {
		return s.job.steps[i+1:]
	}
	return nil
}

// label is what a person would call the step.
func (s *step) label() string {
	if s.job.steps[0] == s && s.uses != nil && s.node == s.job.node {
		return s.job.id
	}
	for _, text := range []string{s.id, textOf(s.node.Get("name"))} {
		if text != "" {
			return text
		}
	}
	if name, _ := s.action(); name != "" {
		return name
	}
	return "run"
}
