package dependency

import (
	"strings"

	"github.com/castellan-app/castellan/scanners/doctree"
)

// readMSBuild reads the packages of a project of .NET, of the properties files
// around it, of packages.config and of a .nuspec.
func readMSBuild(f *file) {
	known := properties{}
	var found []*element
	f.walkXML(func(e *element, around []*element) {
		switch strings.ToLower(e.name) {
		case "propertygroup":
			for name, value := range e.children {
				known[name] = value.text
			}
		case "packagereference", "packageversion", "globalpackagereference", "packagedownload", "package", "dependency", "dotnetclitoolreference":
			found = append(found, e)
		}
	})
	for _, e := range found {
		f.addNuGet(e, known)
	}
}

func (f *file) addNuGet(e *element, known properties) {
	version := e.children["Version"].text
	for _, name := range []string{"VersionOverride", "Version"} {
		if value, _ := f.attribute(e, name); value != "" {
			version = value
		}
	}
	for _, name := range []string{"Include", "Update", "id"} {
		value, at := f.attribute(e, name)
		if value == "" {
			continue
		}
		for one := range strings.SplitSeq(value, ";") { // a list, as MSBuild has it
			trimmed := strings.TrimSpace(one)
			start := at + strings.Index(one, trimmed)
			f.add(mention{ecosystem: "nuget", name: trimmed, start: start, end: start + len(trimmed), version: known.resolve(version, "$(", ")")})
			at += len(one) + 1
		}
	}
}

// readNuGetLock reads a packages.lock.json: dependencies/FRAMEWORK/NAME.
func readNuGetLock(f *file) {
	var l locked
	f.walk(func(w *jsonWalk, e jsonEvent) {
		switch {
		case !w.leads("dependencies"):
		case w.depth() == 3 && e.kind == '{':
			l = locked{name: unescape(w.keyAt(2)), start: w.open[2].start, end: w.open[2].end}
		case w.depth() == 4 && e.kind == 's' && w.keyAt(3) == "resolved":
			l.version = w.value(e)
		case w.depth() == 4 && e.kind == 's' && w.keyAt(3) == "type":
			l.own = w.value(e) == "Project"
		case w.depth() == 3 && e.kind == '}':
			l.pointer = w.pointer()
			f.addLocked("nuget", &l)
			l = locked{}
		}
	})
}

// readDotnetTools reads the tools of a dotnet-tools.json.
func readDotnetTools(f *file) {
	f.parse(doctree.JSON).addTable("nuget", "/tools")
}

// readPaket reads the lines of a paket.dependencies: nuget NAME range.
func readPaket(f *file) {
	for start, line := range f.lines() {
		rest := strings.TrimLeft(line, " \t")
		behind, ok := strings.CutPrefix(rest, "nuget ")
		if !ok {
			continue
		}
		fields := strings.Fields(behind)
		if len(fields) == 0 {
			continue
		}
		at := start + len(line) - len(behind) + strings.Index(behind, fields[0])
		version, _, _ := strings.Cut(strings.Join(fields[1:], " "), " framework:")
		f.add(mention{ecosystem: "nuget", name: fields[0], start: at, end: at + len(fields[0]), version: version})
	}
}
