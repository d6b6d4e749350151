package catalog

import "strings"

// Component is what AI is built from: a package, an image, an action or a
// resource that a manifest names. Without a Slug it is known by its own name
// alone.
type Component struct {
	Slug   string // the key of its product's integration
	Name   string
	Vendor string
	Kind   string // of scanners.Kind
}

// beginning is how names of a component begin, after their ecosystem.
type beginning struct {
	text string
	row  int16
}

func component(row int) *Component {
	if row < 0 {
		return nil
	}
	return &components[row]
}

// Components are all components. Callers only read them.
func Components() []Component { return components }

// ComponentBySlug is the component of a product; nil if none is known.
func ComponentBySlug(slug string) *Component { return component(componentBySlug(slug)) }

// ComponentByName is what a name stands for in an ecosystem: npm, pypi, go,
// cargo, maven, nuget, gem, composer, pub, hex, swift, image, action,
// terraform, cloudformation or kubernetes; nil if it is no AI. The name is as
// FoldName gives it. Of Go any package of the module will do.
func ComponentByName(ecosystem, name string) *Component {
	if name == "" || len(name) > maxHost {
		return nil
	}
	if ecosystem == "go" {
		return componentByModule(name)
	}
	key := ecosystem + ":" + name
	if row := componentByName(key); row >= 0 {
		return component(row)
	}
	for i := range componentBeginnings {
		if b := &componentBeginnings[i]; strings.HasPrefix(key, b.text) {
			return component(int(b.row))
		}
	}
	return nil
}

func componentByModule(name string) *Component {
	module := knownModule(name)
	if module == "" {
		return nil
	}
	return component(componentByName("go:" + module))
}

// GoModule is the module that a Go package is of, with its major version; the
// package itself if it is of none that is known.
func GoModule(name string) string {
	module := knownModule(name)
	if module == "" {
		return name
	}
	major, _, _ := strings.Cut(strings.TrimPrefix(name[len(module):], "/"), "/")
	if len(major) > 1 && major[0] == 'v' && strings.Trim(major[1:], "0123456789") == "" {
		return module + "/" + major
	}
	return module
}

// knownModule is the longest beginning of a package's path that is a component.
func knownModule(name string) string {
	for strings.Contains(name, "/") {
		if componentByName("go:"+name) >= 0 {
			return name
		}
		name = name[:strings.LastIndexByte(name, '/')]
	}
	return ""
}

// FoldName is a name as its ecosystem takes it to be the same: PyPI's as PEP 503
// folds it, NuGet's, Composer's, GitHub's and the clouds' without regard to
// case.
func FoldName(ecosystem, name string) string {
	switch ecosystem {
	case "pypi":
		return foldPyPI(name)
	case "nuget", "composer", "swift", "action", "cloudformation", "kubernetes", "gem":
		return strings.ToLower(name)
	}
	return name
}
