package dependency

import (
	"strconv"
	"strings"
)

// tomlLock is a lock file that is a list of tables, each with a name and a
// version on lines of their own.
type tomlLock struct {
	*file
	ecosystem string
	table     string // the list's header
	l         locked
	n         int  // entries so far
	inside    bool // an entry, not a table below it
	source    bool // the table of an entry's source
	sourced   bool // it says where it is from
	needs     bool // an entry that says nothing is the repository's own
}

func readPoetryLock(f *file) { f.readTOMLLock("pypi", "package", false) } // also uv's and pdm's
func readPylock(f *file)     { f.readTOMLLock("pypi", "packages", false) }
func readCargoLock(f *file)  { f.readTOMLLock("cargo", "package", true) }

// readTOMLLock reads a list of tables line by line. needs says that what has no
// source is the repository's own.
func (f *file) readTOMLLock(ecosystem, list string, needs bool) {
	t := tomlLock{file: f, ecosystem: ecosystem, table: list, needs: needs}
	for start, line := range f.lines() {
		line = strings.TrimRight(line, " \t")
		if strings.HasPrefix(line, "[") {
			t.header(line)
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		if ok && (t.inside || t.source) && line[0] != ' ' {
			t.field(strings.TrimSpace(key), strings.TrimSpace(value), start+strings.IndexByte(line, '=')+1)
		}
	}
	t.flush()
}

func (t *tomlLock) header(line string) {
	switch line {
	case "[[" + t.table + "]]":
		t.flush()
		t.n++
		t.inside, t.source = true, false
	case "[" + t.table + ".source]", "[" + t.table + ".directory]":
		t.inside, t.source = false, true
		t.l.own = t.l.own || strings.HasSuffix(line, "directory]")
	default:
		if !strings.HasPrefix(line, "["+t.table+".") && !strings.HasPrefix(line, "[["+t.table+".") {
			t.flush()
		}
		t.inside, t.source = false, false
	}
}

// field takes a line of an entry; start is the offset of what is behind the "=".
func (t *tomlLock) field(key, value string, start int) {
	text := strings.Trim(value, `"'`)
	switch {
	case t.source:
		t.l.own = t.l.own || key == "type" && text == "directory"
	case key == "name":
		start += strings.Index(t.text[start:], text)
		t.l.name, t.l.start, t.l.end = text, start, start+len(text)
	case key == "version":
		t.l.version = text
	case key == "path" || key == "directory":
		t.l.own = true
	case key == "source":
		t.sourced = true
		for _, local := range []string{"editable", "virtual", "directory", "workspace"} {
			t.l.own = t.l.own || strings.HasPrefix(strings.TrimLeft(value, "{ "), local)
		}
	}
}

func (t *tomlLock) flush() {
	if t.l.name != "" && (t.sourced || !t.needs) {
		t.l.pointer = "/" + t.table + "/" + strconv.Itoa(t.n-1) + "/name"
		t.addLocked(t.ecosystem, &t.l)
	}
	t.l, t.sourced = locked{}, false
}
