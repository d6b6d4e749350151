package launch

import (
	"slices"
	"strconv"
	"strings"
)

// Normal is what identifies the launch, as "key=value" strings in a fixed
// order. Wrappers, runners and variables do not count: what is fetched and run,
// from where, with which rights and which words does. Words are as Parse was
// given them: the caller has masked credentials.
func (l *Launch) Normal() []string {
	var out []string
	add := func(key, value string) {
		if value != "" {
			out = append(out, key+"="+value)
		}
	}
	for i, p := range l.Packages {
		key := "package"
		if p.Extra || i > 0 {
			key = "with"
		}
		l.normalPackage(add, key, p)
	}
	if len(l.Packages) == 0 || l.Packages[0].Extra {
		l.normalProgram(add)
	}
	for _, w := range l.Registry {
		add("registry", strings.TrimSuffix(w.Text, "/"))
	}
	add("url", l.URL.Text)
	add("hosted", l.Hosted.Text)
	for _, w := range l.BridgeHeaders {
		name, _, _ := strings.Cut(w.Text, ":")
		add("header", name)
	}
	l.normalContainer(add)
	for i, w := range append(slices.Clone(l.BridgeFlags), l.Args...) {
		add("arg."+strconv.Itoa(i), w.Text)
	}
	return out
}

func (l *Launch) normalPackage(add func(key, value string), key string, p Package) {
	name := p.Name
	if name == "" {
		name = p.Word.Text
	}
	add(key, p.Ecosystem+":"+name)
	switch {
	case key == "with":
		if p.Version != "" {
			add("with-version", name+" "+p.Version)
		}
	case p.Ecosystem == OCI:
		add("tag", p.Tag)
		add("digest", p.Digest)
	case p.Revision != "":
		add("revision", p.Revision)
	default:
		add("version", p.Version)
	}
	if p.Source != "" && p.Source != p.Name {
		add("source", p.Source)
	}
}

// normalProgram is what runs where no package does.
func (l *Launch) normalProgram(add func(key, value string)) {
	add("script", l.Script.Text)
	add("module", l.Module.Text)
	add("task", l.Task.Text)
	if l.Inline.Text != "" {
		add("inline", l.InlineLang+": "+l.Inline.Text)
	}
	if l.Script.Text == "" && l.Module.Text == "" && l.Task.Text == "" && l.Bridge == "" {
		add("program", l.Name)
	}
	add("bridge", l.Bridge)
}

func (l *Launch) normalContainer(add func(key, value string)) {
	c := &l.Container
	for _, m := range l.Mounts {
		mode := "rw"
		if m.ReadOnly {
			mode = "ro"
		}
		add("mount", m.Source+":"+m.Target+":"+mode)
	}
	if c.Privileged.Text != "" {
		add("privileged", "true")
	}
	for _, list := range []struct {
		key   string
		words []Word
	}{{"capability", c.CapAdd}, {"security-opt", c.SecurityOpts}, {"device", c.Devices}, {"namespace", c.Namespaces}, {"publish", c.Publish}} {
		for _, w := range list.words {
			text := w.Text
			if list.key == "capability" {
				text = strings.TrimPrefix(strings.ToUpper(text), "CAP_")
			}
			add(list.key, text)
		}
	}
	add("user", c.User.Text)
	add("entrypoint", c.Entrypoint.Text)
}

// Change is one difference between two launches. Values of one key are joined
// by ", "; "" means that there is none.
type Change struct{ Key, Before, After string }

// Diff says what changed from a to b, both from Normal. The order of values
// matters for arguments only.
func Diff(a, b []string) []Change {
	before, keys := grouped(a, nil)
	after, keys := grouped(b, keys)
	var out []Change
	for _, key := range keys {
		x, y := before[key], after[key]
		if key != "arg" {
			x, y = slices.Sorted(slices.Values(x)), slices.Sorted(slices.Values(y))
		}
		if !slices.Equal(x, y) {
			out = append(out, Change{key, strings.Join(x, ", "), strings.Join(y, ", ")})
		}
	}
	return out
}

// grouped collects the values of each key; keys gets those it does not hold.
func grouped(normal, keys []string) (map[string][]string, []string) {
	out := map[string][]string{}
	for _, pair := range normal {
		key, value, _ := strings.Cut(pair, "=")
		key, _, _ = strings.Cut(key, ".")
		if !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
		out[key] = append(out[key], value)
	}
	return out, keys
}
