package dependency

import (
	"strings"

	"github.com/castellan-app/castellan/scanners/doctree"
)

// readTemplate reads a document of whatever platform: the images it runs, the
// kinds of Kubernetes and the types of CloudFormation it declares.
func readTemplate(f *file) { f.parse(doctree.YAML).readObjects() }

func (t *tree) readObjects() {
	t.doc.Walk(func(n *doctree.Node) bool {
		if n.Kind == doctree.Map {
			t.readMap(n)
		}
		return true
	})
}

// readMap reads what one map says by itself.
func (t *tree) readMap(n *doctree.Node) {
	t.readKind(n)
	for i := range n.Members {
		m := &n.Members[i]
		value := m.Value.Resolve()
		switch {
		case m.Key == "Type":
			t.readType(value)
		case value.Kind == doctree.String && namesImage(m.Key):
			t.addReference(value, scalar(n.Get("tag")))
		case m.Key == "repository" && value.Kind == doctree.String && isImageMap(n):
			t.readRepository(n, value)
		case value.Kind == doctree.Map && namesImage(m.Key):
			if name := value.Get("name"); scalar(name) != "" {
				t.addReference(name, "")
			}
		case value.Kind == doctree.List && (m.Key == "images" || m.Key == "services"):
			t.readImages(value)
		}
	}
}

// namesImage says whether a key is one under which an image stands: image,
// containerImage, container of a workflow's job.
func namesImage(key string) bool {
	return key == "container" || len(key) >= len("image") && strings.EqualFold(key[len(key)-len("image"):], "image")
}

// isImageMap says whether a map is an image in parts, as charts have it, and
// not a repository of code.
func isImageMap(n *doctree.Node) bool {
	if key := strings.ToLower(n.NearestKey()); strings.Contains(key, "image") {
		return true
	}
	for _, key := range []string{"tag", "digest", "registry", "pullPolicy", "imagePullPolicy"} {
		if n.Get(key) != nil {
			return true
		}
	}
	return false
}

// readRepository reads {registry, repository, tag, digest}.
func (t *tree) readRepository(n, repository *doctree.Node) {
	ref := repository.Text
	if registry := scalar(n.Get("registry")); registry != "" {
		ref = strings.TrimRight(registry, "/") + "/" + ref
	}
	if strings.Contains(ref, "://") {
		return
	}
	im, ok := parseImage(ref, nil)
	if !ok {
		return
	}
	version := im.version
	for _, key := range []string{"tag", "digest"} {
		if v := scalar(n.Get(key)); v != "" && v != "null" {
			version = v
		}
	}
	t.addText(repository, 0, len(repository.Text), "image", im.repository, version)
}

// readImages reads lists of images: of Kustomize, and the services of GitLab's
// jobs.
func (t *tree) readImages(list *doctree.Node) {
	for _, item := range list.Items {
		item = item.Resolve()
		if item.Kind == doctree.String {
			t.addReference(item, "")
			continue
		}
		version := scalar(item.Get("newTag"))
		for _, key := range []string{"newName", "name"} {
			if name := item.Get(key); scalar(name) != "" {
				t.addReference(name, version)
				break
			}
		}
	}
}

// addReference adds the image that a scalar refers to; tag is its version if it
// has none of its own.
func (t *tree) addReference(n *doctree.Node, tag string) {
	im, ok := parseImage(strings.TrimSpace(n.Text), nil)
	if !ok {
		return
	}
	if im.version == "" {
		im.version = tag
	}
	t.addText(n, im.start, im.end, "image", im.repository, im.version)
}

// readKind reads what an object of Kubernetes is.
func (t *tree) readKind(n *doctree.Node) {
	version, kind := scalar(n.Get("apiVersion")), n.Get("kind")
	group, version, ok := strings.Cut(version, "/")
	if ok && scalar(kind) != "" {
		t.addText(kind, 0, len(kind.Text), "kubernetes", kind.Text+"."+group, version)
	}
}

// typePrefix begins the types of CloudFormation.
const typePrefix = "AWS::"

func (t *tree) readType(n *doctree.Node) {
	if strings.HasPrefix(scalar(n), typePrefix) {
		t.addAll(n, "cloudformation", "")
	}
}

// readJSONTemplate reads the types of a CloudFormation template in JSON.
func readJSONTemplate(f *file) {
	f.walk(func(w *jsonWalk, e jsonEvent) {
		if e.kind != 's' || w.depth() == 0 || w.open[w.depth()-1].list || w.keyAt(w.depth()-1) != "Type" || !strings.HasPrefix(f.text[e.start:e.end], typePrefix) {
			return
		}
		if name := w.value(e); isComponent("cloudformation", strings.ToLower(name)) {
			f.add(mention{ecosystem: "cloudformation", name: name, start: e.start, end: e.end, pointer: w.pointer()})
		}
	})
}
