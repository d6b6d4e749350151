package config

import (
	"strings"

	"github.com/castellan-app/castellan/scanners/catalog"
)

// Class is what a file is there for. A credential is as bad in one as in
// another; everything else is less bad where no client acts on the file.
type Class uint8

const (
	Active   Class = iota // a client reads it where it lies
	Template              // an example to be copied
	Docs                  // below a folder of documentation or examples
	Test                  // below a folder of tests
)

// passive says that no client acts on such a file as it lies.
func (c Class) passive() bool { return c != Active }

// classOf decides by role and path.
func classOf(path string, format *catalog.Format) Class {
	switch format.Role {
	case catalog.RoleTemplate:
		return Template
	case catalog.RoleDocs:
		return Docs
	}
	for {
		segment, rest, more := strings.Cut(path, "/")
		if !more {
			return Active
		}
		switch strings.ToLower(segment) {
		case "docs", "doc", "documentation", "example", "examples", "sample", "samples", "demo", "demos", "tutorial", "tutorials", "website":
			return Docs
		case "template", "templates", "boilerplate", "skeleton", "scaffold":
			return Template
		case "test", "tests", "testdata", "testing", "fixture", "fixtures", "__tests__", "__fixtures__", "__mocks__", "spec", "specs", "e2e":
			return Test
		}
		path = rest
	}
}
