package dependency

import "strings"

// locked is an entry of a lock file while it is read.
type locked struct {
	name, version, licence string
	start, end             int // of the name as written
	pointer                string
	own                    bool // of the repository
}

// addLocked adds an entry that is nobody's own.
func (f *file) addLocked(ecosystem string, l *locked) {
	if l.own || l.name == "" {
		return
	}
	f.add(mention{ecosystem: ecosystem, name: l.name, start: l.start, end: l.end, version: l.version, licence: l.licence, pointer: l.pointer})
}

// nodeModules stands before every installed package of a package-lock.json.
const nodeModules = "node_modules/"

// readPackageLock reads package-lock.json and npm-shrinkwrap.json of all three
// versions. The second says everything twice: as the third, and as the first,
// which then is left out.
func readPackageLock(f *file) {
	p := packageLock{file: f}
	f.walk(p.visit)
	if p.packages {
		return
	}
	for i := range p.old {
		f.addLocked("npm", &p.old[i])
	}
}

type packageLock struct {
	*file
	open     []locked // entries that are open, innermost last
	old      []locked // of the first version
	packages bool     // there is a section of the third
}

// visit follows packages/KEY and dependencies/NAME/dependencies/NAME/….
func (p *packageLock) visit(w *jsonWalk, e jsonEvent) {
	entry := w.depth() == 2 && w.leads("packages") || w.depth()%2 == 0 && w.depth() == 2*len(p.open)+2 && w.leads("dependencies") && w.keyAt(w.depth()-2) == "dependencies"
	switch {
	case e.kind == '{' && entry:
		p.open = append(p.open, p.begin(w))
	case e.kind == '}' && len(p.open) > 0 && w.depth() == 2*len(p.open):
		p.close(w)
	case (e.kind == 's' || e.kind == 'w') && len(p.open) > 0 && w.depth() == 2*len(p.open)+1:
		p.fill(w, e)
	}
}

// begin is the entry of the key that the walk stands under.
func (p *packageLock) begin(w *jsonWalk) locked {
	top := w.open[w.depth()-1]
	key := w.text[top.start:top.end]
	if !w.leads("packages") {
		return locked{name: unescape(key), start: top.start, end: top.end}
	}
	p.packages = true
	i := strings.LastIndex(key, nodeModules)
	if i < 0 {
		return locked{own: true} // a member of the workspace
	}
	from := i + len(nodeModules)
	return locked{name: key[from:], start: top.start + from, end: top.end}
}

// fill takes a scalar of the innermost open entry.
func (p *packageLock) fill(w *jsonWalk, e jsonEvent) {
	l := &p.open[len(p.open)-1]
	switch w.keyAt(w.depth() - 1) {
	case "name": // of an alias
		l.name = w.value(e)
	case "version":
		spec := w.value(e)
		l.own = l.own || p.owns(spec)
		if s := parseSpec(spec); s.alias != "" {
			l.name, spec = s.alias, s.version
		}
		l.version = spec
	case "license":
		l.licence = w.value(e)
	case "resolved":
		l.own = l.own || p.owns(w.value(e))
	case "link":
		l.own = l.own || w.value(e) == "true"
	}
}

func (p *packageLock) close(w *jsonWalk) {
	l := p.open[len(p.open)-1]
	p.open = p.open[:len(p.open)-1]
	if l.own || !isComponent("npm", l.name) {
		return
	}
	l.pointer = w.pointer()
	if w.leads("packages") {
		p.addLocked("npm", &l)
		return
	}
	p.old = append(p.old, l)
}
