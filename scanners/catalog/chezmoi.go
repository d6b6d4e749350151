package catalog

import "strings"

// attributes begin names in a source folder of chezmoi, and say how a file is to
// be made (chezmoi.io/reference/source-state-attributes). Names of scripts, of
// what is encrypted and of what is made by a program have others: none of those
// holds a file's content.
var attributes = [...]string{"exact_", "private_", "readonly_", "empty_", "executable_", "create_", "external_"}

// deployed is the path at which chezmoi puts a file of its source folder, which
// is where a client reads it: dot_config/zed/private_settings.json is
// .config/zed/settings.json. Any other path is itself.
func deployed(p string) string {
	if !strings.Contains(p, "dot_") {
		return p
	}
	var b strings.Builder
	for i, segment := range strings.Split(p, "/") {
		if i > 0 {
			b.WriteByte('/')
		}
		b.WriteString(deployedName(segment))
	}
	return b.String()
}

func deployedName(segment string) string {
	bare := segment
	for _, a := range attributes {
		bare = strings.TrimPrefix(bare, a)
	}
	if plain, ok := strings.CutPrefix(bare, "dot_"); ok {
		return "." + plain
	}
	if rest, ok := strings.CutPrefix(bare, "literal_"); ok {
		return rest
	}
	return bare
}
