package dependency

import "strings"

// readPOM reads the dependencies of a pom.xml, managed ones and those of
// plugins too, with the properties it sets itself.
func readPOM(f *file) {
	known := properties{}
	var found []*element
	f.walkXML(func(e *element, around []*element) {
		switch {
		case len(around) == 1 && e.name == "parent":
			known.ofProject(e, false)
		case len(around) == 0:
			known.ofProject(e, true)
		case e.name == "properties":
			for name, value := range e.children {
				known[name] = value.text
			}
		case (e.name == "dependency" || e.name == "path") && e.children["artifactId"].text != "":
			found = append(found, e)
		}
	})
	for _, e := range found {
		f.addMaven(e, known)
	}
}

// ofProject notes the names that a project goes by itself, its parent's where it
// has none.
func (p properties) ofProject(e *element, over bool) {
	for child, names := range map[string][]string{"groupId": {"project.groupId", "pom.groupId", "groupId"}, "version": {"project.version", "pom.version", "version"}} {
		value := e.children[child].text
		for _, name := range names {
			if value != "" && (over || p[name] == "") {
				p[name] = value
			}
		}
	}
}

// addMaven adds a dependency. One of the project's own group in the project's
// own version is another module of it.
func (f *file) addMaven(e *element, known properties) {
	group, artifact, version := e.children["groupId"].text, e.children["artifactId"], e.children["version"].text
	resolve := func(s string) string { return known.resolve(s, "${", "}") }
	own := version == "${project.version}" || version == "${pom.version}" || version == "${revision}"
	group = resolve(group)
	if own && group == known["project.groupId"] {
		return
	}
	end := artifact.start + len(artifact.text)
	if end > len(f.text) || f.text[artifact.start:end] != artifact.text {
		return // written with entities or comments: it is no name
	}
	f.add(mention{ecosystem: "maven", name: group + ":" + resolve(artifact.text), start: artifact.start, end: end, version: strings.TrimSpace(resolve(version))})
}
