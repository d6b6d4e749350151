package config

import (
	"bytes"
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners/catalog"
	"github.com/castellan-app/castellan/scanners/doctree"
)

// gateOpens says whether the document is of the format. A gate is the presence
// of one of its pointers; in a document that could not be read whole it is
// enough that the pointer's keys stand in the text as keys, so that damage
// hides nothing.
func gateOpens(format *catalog.Format, doc *doctree.Document) bool {
	if len(format.Gate) == 0 {
		return true
	}
	damaged, before := len(doc.Errors) > 0 || doc.Truncated, beforeKey
	if doc.Syntax == doctree.FrontMatter {
		before = beforeLineKey
	}
	for _, pointer := range format.Gate {
		switch {
		case pointer == "":
			if looksLikeServerMap(doc) {
				return true
			}
		case len(doc.At(pointer)) > 0, damaged && keysStand(structured(doc), before, pointer):
			return true
		}
	}
	return false
}

// structured is the part of the source that has a grammar: of Markdown, what
// stands before the second line of dashes. NUL bytes are left out: they are
// damage, or an encoding that was not told.
func structured(doc *doctree.Document) []byte {
	src := doc.Source
	if bytes.IndexByte(src, 0) >= 0 {
		src = bytes.ReplaceAll(src, []byte{0}, nil)
	}
	if doc.Syntax != doctree.FrontMatter {
		return src
	}
	fence := bytes.IndexByte(src, '\n')
	for fence >= 0 {
		line, _, more := bytes.Cut(src[fence+1:], []byte{'\n'})
		if bare := string(bytes.TrimRight(line, " \t\r")); bare == "---" || bare == "..." {
			return src[:fence+1]
		}
		if !more {
			break
		}
		fence += 1 + len(line)
	}
	return nil
}

// keysStand says whether every key of a pointer stands in a text as a key. A
// pointer of wildcards alone says nothing.
func keysStand(text []byte, before, pointer string) bool {
	found := false
	for key := range strings.SplitSeq(pointer[1:], "/") {
		if key == "*" {
			continue
		}
		if !keyStands(text, before, strings.ReplaceAll(strings.ReplaceAll(key, "~1", "/"), "~0", "~")) {
			return false
		}
		found = true
	}
	return found
}

// What may stand before a key: in front matter, whose text is prose for the
// most part, only the beginning of a line.
const (
	beforeKey     = " \t\r\n\"'{,[.\xbf" // the last is the end of a byte order mark
	beforeLineKey = "\n\"'"
)

// keyStands says whether a text holds a key as JSON, YAML and TOML write it:
// before a colon or an equals sign, or in a TOML header.
func keyStands(text []byte, before, key string) bool {
	for at := 0; ; {
		i := bytes.Index(text[at:], []byte(key))
		if i < 0 {
			return false
		}
		start, prev := at+i, byte('\n')
		at = start + len(key)
		if start > 0 {
			prev = text[start-1]
		}
		after := bytes.TrimLeft(text[at:min(len(text), at+8)], "\"' \t")
		if strings.IndexByte(before, prev) < 0 || len(after) == 0 {
			continue
		}
		switch after[0] {
		case ':', '=':
			return true
		case ']', '.':
			if prev == '[' || prev == '.' {
				return true
			}
		}
	}
}

// looksLikeServerMap says whether a top-level value is itself {name: server}, or
// one server.
func looksLikeServerMap(doc *doctree.Document) bool {
	for _, root := range doc.Roots {
		if serverMap(root) || loneServer(root) {
			return true
		}
		for _, item := range root.Items {
			if serverMap(item) {
				return true
			}
		}
	}
	return false
}

// serverMap says whether a map without a wrapper holds servers. A manifest
// does not, though its author and repository have a URL: it says of itself in
// plain text what it is.
func serverMap(node *doctree.Node) bool {
	found := false
	for _, m := range node.Members {
		if m.Value.Kind == doctree.String && slices.Contains(manifestKeys, m.Key) {
			return false
		}
		found = found || isServer(m.Value)
	}
	return found
}

// loneServer says whether a document is itself one server: how to launch or
// reach it stands at its root, as registries of servers and people who publish
// one have it.
func loneServer(node *doctree.Node) bool {
	if !isServer(node) || node.Get("mcpServers") != nil {
		return false
	}
	kind := func(key string, k doctree.Kind) bool {
		n := node.Get(key).Resolve()
		return n != nil && n.Kind == k
	}
	if first(node, commandKeys) != nil {
		return kind("command", doctree.String) && (kind("args", doctree.List) || kind("env", doctree.Map))
	}
	return kind("url", doctree.String) && (kind("headers", doctree.Map) || kind("type", doctree.String) || kind("transport", doctree.String))
}

// manifestKeys are texts at the root of a package's or plugin's manifest.
var manifestKeys = []string{"name", "version", "description", "schemaVersion", "manifest_version", "license", "homepage"}
