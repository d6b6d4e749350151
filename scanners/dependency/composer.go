package dependency

import (
	"strings"

	"github.com/castellan-app/castellan/scanners/doctree"
)

// readComposer reads what a composer.json requires.
func readComposer(f *file) {
	f.parse(doctree.JSON).addTable("composer", "/require", "/require-dev")
}

// readComposerLock reads the packages of a composer.lock.
func readComposerLock(f *file) {
	var l locked
	f.walk(func(w *jsonWalk, e jsonEvent) {
		depth := w.depth()
		if depth < 2 || !w.leads("packages") && !w.leads("packages-dev") {
			return
		}
		switch {
		case depth == 2 && e.kind == '{':
			l = locked{}
		case depth == 2 && e.kind == '}':
			f.addLocked("composer", &l)
			l = locked{}
		case e.kind == 's':
			l.fillComposer(w, e)
		}
	})
}

// fillComposer takes a string of a package: below packages/N.
func (l *locked) fillComposer(w *jsonWalk, e jsonEvent) {
	switch depth := w.depth(); {
	case depth == 3 && w.keyAt(2) == "name":
		l.name, l.start, l.end, l.pointer = w.value(e), e.start, e.end, w.pointer()
	case depth == 3 && w.keyAt(2) == "version":
		l.version = strings.TrimPrefix(w.value(e), "v")
	case depth == 4 && w.keyAt(2) == "license":
		if l.licence != "" {
			l.licence += " OR "
		}
		l.licence += w.value(e)
	case depth == 4 && w.keyAt(2) == "dist" && w.keyAt(3) == "type":
		l.own = w.value(e) == "path"
	}
}
