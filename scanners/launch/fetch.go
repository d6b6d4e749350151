package launch

import (
	"path"
	"slices"
	"strings"
)

// FetchesAndRuns says whether a text runs code as it is fetched: what a fetch
// prints reaches an interpreter by a pipe or a substitution, or what it writes
// to a file, or what it unpacks or clones into a folder, is run afterwards.
// Command is the fetch.
func FetchesAndRuns(sh Shell) (Command, bool) {
	f := flow{sh: sh, of: make([]effect, len(sh.Commands)), pipes: map[int]int{}, files: map[string]int{}, trees: map[string]int{}, vars: map[string]int{}}
	f.folders()
	for i := range sh.Commands {
		f.of[i] = f.effectOf(i)
	}
	f.spread()
	for _, i := range inOrder(sh.Commands) {
		f.write(i)
		f.plant(i)
		if by := f.runs(i); by >= 0 {
			return sh.Commands[by], true
		}
	}
	return Command{}, false
}

// inOrder are the commands as they run: what is substituted before the command
// it is part of, a nested text after the command that runs it. It goes as deep
// as commands stand in one another, maxCommands at most.
func inOrder(commands []Command) []int {
	before, after := make([][]int, len(commands)), make([][]int, len(commands))
	for i, c := range commands {
		switch {
		case c.Parent < 0:
		case c.Place == Nested:
			after[c.Parent] = append(after[c.Parent], i)
		default:
			before[c.Parent] = append(before[c.Parent], i)
		}
	}
	order := make([]int, 0, len(commands))
	var add func(i int)
	add = func(i int) {
		for _, j := range before[i] {
			add(j)
		}
		order = append(order, i)
		for _, j := range after[i] {
			add(j)
		}
	}
	for i, c := range commands {
		if c.Parent < 0 {
			add(i)
		}
	}
	return order
}

// effect is what one command does with what is fetched.
type effect struct {
	name  string // without wrappers
	words []Word
	// emits is the index of the fetch whose result it prints, -1 for none.
	emits int
	file  string // where its fetch writes to
	cwd   string
}

// flow follows what is fetched through a text. Pipes, files, folders and
// variables hold the index of the fetch whose result is in them.
type flow struct {
	sh    Shell
	of    []effect
	pipes map[int]int
	files map[string]int
	trees map[string]int
	vars  map[string]int
}

// folders notes the folder each command stands in.
func (f *flow) folders() {
	cwd := ""
	for i, c := range f.sh.Commands {
		f.of[i].cwd = cwd
		if c.Place == Nested && c.Parent >= 0 {
			f.of[i].cwd = f.of[c.Parent].cwd
		}
		if len(c.Words) > 1 && hasName(" cd pushd set-location sl chdir ", programName(c.Words[0].Text)) {
			cwd = join(cwd, c.Words[len(c.Words)-1].Text)
		}
	}
}

// join is a path seen from a folder, in one spelling.
func join(folder, p string) string {
	p = strings.Trim(slashes(p), `"'`)
	if strings.Contains(p, "${") { // ${X} is $X
		p = strings.NewReplacer("${", "$", "}", "").Replace(p)
	}
	if p == "" {
		return ""
	}
	if strings.HasPrefix(p, "/") || strings.HasPrefix(p, "~") || strings.HasPrefix(p, "$") || strings.HasPrefix(p, "%") || isDrive(p) || folder == "" {
		return path.Clean(p)
	}
	return path.Join(folder, p)
}

// effectOf says what a command by itself does.
func (f *flow) effectOf(i int) effect {
	c := f.sh.Commands[i]
	e := f.of[i]
	e.emits = -1
	e.name, e.words, _ = unwrapAll(c.Words)
	prints, file := fetches(e.name, e.words)
	if file != "" {
		e.file = join(e.cwd, file)
	}
	if prints {
		e.emits = i
	}
	for _, r := range c.Redirects {
		if !strings.HasPrefix(r.Op, ">") && !strings.HasPrefix(r.Op, "&>") || r.FD == "2" {
			continue
		}
		if prints {
			e.file, e.emits = join(e.cwd, r.Target.Text), -1
		}
	}
	return e
}

// spread lets what is fetched flow through pipes and substitutions until
// nothing changes; four rounds are more than people write.
func (f *flow) spread() {
	for range 4 {
		changed := false
		for i := range f.sh.Commands {
			changed = f.pass(i) || changed
		}
		for i := len(f.sh.Commands) - 1; i >= 0; i-- {
			changed = f.rise(i) || changed
		}
		if !changed {
			return
		}
	}
}

// pass lets a command print what it reads.
func (f *flow) pass(i int) bool {
	c, e := &f.sh.Commands[i], &f.of[i]
	by, tainted := f.pipes[c.In]
	changed := false
	if c.In > 0 && tainted && e.emits < 0 && !stops(e) {
		e.emits, changed = by, true
	}
	if e.emits < 0 && (e.name == "echo" || e.name == "printf" || e.name == "cat" || e.name == "write-output" || strings.HasPrefix(e.name, "$")) {
		for _, w := range e.words {
			if v := f.variable(w.Text); v >= 0 {
				e.emits, changed = v, true
			}
			if v, ok := f.files[join(e.cwd, w.Text)]; ok && e.name == "cat" {
				e.emits, changed = v, true
			}
		}
	}
	if _, seen := f.pipes[c.Out]; c.Out > 0 && e.emits >= 0 && !seen && !silent(c) {
		f.pipes[c.Out], changed = e.emits, true
	}
	if name := assigned(c, e); name != "" && e.emits >= 0 {
		if _, seen := f.vars[name]; !seen {
			f.vars[name], changed = e.emits, true
		}
	}
	return changed
}

// silent says whether a command's output goes into a file.
func silent(c *Command) bool {
	return slices.ContainsFunc(c.Redirects, func(r Redirect) bool { return strings.HasPrefix(r.Op, ">") && r.FD != "2" && r.Op != ">&" })
}

// stops says whether a command uses up what it reads.
func stops(e *effect) bool {
	return isInterpreter(e.name) || isShell(e.name) || hasName(" tar unzip apt-key gpg kubectl patch git docker podman ssh psql mysql wc true false test read ", e.name)
}

// rise lets the command around a substitution print what the substitution
// prints, or hold it in a variable.
func (f *flow) rise(i int) bool {
	c, e := &f.sh.Commands[i], &f.of[i]
	if e.emits < 0 || c.Parent < 0 || c.Place != Substitution && c.Place != Process || c.Out > 0 && !last(f.sh.Commands, i) {
		return false
	}
	if c.into != "" {
		_, seen := f.vars[c.into]
		if !seen {
			f.vars[c.into] = e.emits
		}
		return !seen
	}
	parent := &f.of[c.Parent]
	if parent.emits >= 0 || stops(parent) || parent.name == "eval" || isIEX(parent.name) {
		return false
	}
	if _, file := fetches(parent.name, parent.words); file != "" {
		return false
	}
	parent.emits = e.emits
	return true
}

// last says whether a command's output is that of the substitution it is in:
// whether its pipe leads out of it.
func last(commands []Command, i int) bool {
	for j := i + 1; j < len(commands) && j < i+32; j++ {
		if commands[j].In == commands[i].Out && commands[j].Parent == commands[i].Parent {
			return false
		}
	}
	return true
}

// assigned is the variable that PowerShell gives a command's output to.
func assigned(c *Command, e *effect) string {
	if len(c.Words) < 2 {
		return ""
	}
	first := c.Words[0].Text
	if name, ok := strings.CutPrefix(first, "$"); ok {
		if n := nameLength(name); n > 0 && (strings.HasPrefix(name[n:], "=") || name[n:] == "" && strings.HasPrefix(c.Words[1].Text, "=")) {
			return strings.ToLower(name[:n])
		}
	}
	return ""
}

// variable is the fetch whose result a variable named in a text holds.
func (f *flow) variable(text string) int {
	if len(f.vars) == 0 {
		return -1
	}
	for rest := text; ; {
		i := strings.IndexByte(rest, '$')
		if i < 0 {
			return -1
		}
		rest = strings.TrimPrefix(rest[i+1:], "{")
		n := nameLength(rest)
		if by, ok := f.vars[rest[:n]]; ok {
			return by
		}
		if by, ok := f.vars[strings.ToLower(rest[:n])]; ok {
			return by
		}
		rest = rest[n:]
	}
}

// write notes the files that a command fills with what is fetched.
func (f *flow) write(i int) {
	c, e := &f.sh.Commands[i], &f.of[i]
	note := func(file string, by int) {
		if file != "" && file != "/dev/null" && !strings.EqualFold(file, "nul") && file != "$null" {
			if _, seen := f.files[file]; !seen {
				f.files[file] = by
			}
		}
	}
	if e.file != "" {
		note(e.file, i)
	}
	if e.emits >= 0 {
		for _, r := range c.Redirects {
			if strings.HasPrefix(r.Op, ">") && r.FD != "2" || strings.HasPrefix(r.Op, "&>") {
				note(join(e.cwd, r.Target.Text), e.emits)
			}
		}
	}
	by, tainted := f.pipes[c.In]
	if c.In > 0 && tainted {
		for _, file := range writes(e) {
			note(join(e.cwd, file), by)
		}
	}
	if (e.name == "mv" || e.name == "cp" || e.name == "install" || e.name == "move-item" || e.name == "copy-item") && len(e.words) > 2 {
		from, to := e.words[len(e.words)-2].Text, e.words[len(e.words)-1].Text
		if by, ok := f.files[join(e.cwd, from)]; ok {
			note(join(e.cwd, to), by)
			note(path.Join(join(e.cwd, to), path.Base(slashes(from))), by)
		}
	}
}

// writes are the files that a command writes its input to.
func writes(e *effect) []string {
	var out []string
	switch e.name {
	case "tee", "sponge", "tee-object", "out-file", "set-content", "add-content":
		for _, w := range e.words[1:] {
			if !strings.HasPrefix(w.Text, "-") {
				out = append(out, w.Text)
			}
		}
	case "dd":
		for _, w := range e.words[1:] {
			if file, ok := strings.CutPrefix(w.Text, "of="); ok {
				out = append(out, file)
			}
		}
	}
	return out
}

// runs says which fetch's result a command runs, -1 for none.
func (f *flow) runs(i int) int {
	c, e := &f.sh.Commands[i], &f.of[i]
	if len(e.words) == 0 {
		return -1
	}
	if selfContained(e) {
		return i
	}
	how := howRuns(e.name, e.words)
	if how.stdin {
		if by, ok := f.pipes[c.In]; ok && c.In > 0 {
			return by
		}
		for _, r := range c.Redirects {
			if by, ok := f.files[join(e.cwd, r.Target.Text)]; ok && strings.HasPrefix(r.Op, "<") {
				return by
			}
			if by := f.variable(r.Target.Text); by >= 0 && strings.HasPrefix(r.Op, "<<") {
				return by
			}
		}
	}
	for _, w := range how.code {
		if by := f.variable(w.Text); by >= 0 {
			return by
		}
	}
	for _, w := range how.files {
		if by, ok := f.files[join(e.cwd, w.Text)]; ok {
			return by
		}
		if by, ok := f.files[strings.TrimPrefix(path.Clean(slashes(w.Text)), "./")]; ok && !isPath(strings.TrimPrefix(slashes(w.Text), "./")) {
			return by
		}
		if by := f.within(e.cwd, w.Text); by >= 0 {
			return by
		}
	}
	if by := f.onPath(e.words[0].Text); by >= 0 {
		return by
	}
	return f.substituted(i, how)
}

// substituted looks at the substitutions within a command: whether one that
// prints what is fetched stands where code is expected.
func (f *flow) substituted(i int, how running) int {
	words := f.sh.Commands[i].Words
	for j := i + 1; j < len(f.sh.Commands) && j < i+64; j++ {
		c, e := &f.sh.Commands[j], &f.of[j]
		if c.Parent != i || c.Place == Nested || e.emits < 0 || c.into != "" || c.Out > 0 && !last(f.sh.Commands, j) {
			continue
		}
		if c.ParentWord < 0 { // bash < <(…), bash <<< "$(…)"
			if how.stdin {
				return e.emits
			}
			continue
		}
		if c.ParentWord >= len(words) {
			continue
		}
		w := words[c.ParentWord]
		if c.ParentWord == 0 && (f.sh.Lang == POSIX || how.expression) || slices.Contains(how.code, w) || c.Place == Process && slices.Contains(how.files, w) {
			return e.emits
		}
	}
	return -1
}

// onPath says whether a bare name is a program that was fetched into a folder
// of programs.
func (f *flow) onPath(word string) int {
	if word == "" || isPath(word) {
		return -1
	}
	for _, folder := range []string{"/usr/local/bin/", "/usr/bin/", "/bin/", "~/.local/bin/", "~/bin/", "$HOME/.local/bin/", "$HOME/bin/", "/opt/bin/", "/opt/homebrew/bin/"} {
		if by, ok := f.files[folder+word]; ok {
			return by
		}
	}
	return -1
}
