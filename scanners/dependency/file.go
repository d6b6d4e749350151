package dependency

import (
	"encoding/binary"
	"iter"
	"path"
	"sort"
	"strings"
	"unicode/utf16"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/catalog"
	"github.com/castellan-app/castellan/scanners/credential"
)

// maxVersion is longer than versions, ranges and addresses people write.
const maxVersion = 300

// file is one file while it is read.
type file struct {
	path   string
	text   string
	large  bool // the same name in several versions is several mentions
	starts []int
	vars   properties // values of variables that commands may name
	seen   map[mentionKey]bool
	result scanners.Result
}

// mentionKey is what two mentions have in common that are one.
type mentionKey struct {
	line          int
	name, version string
}

// mention is a place where a component is named.
type mention struct {
	ecosystem string
	name      string // as its ecosystem takes it, not yet folded
	start     int    // of the name's own bytes in the text
	end       int
	version   string // locked, or the range as written
	licence   string
	pointer   string
}

// isComponent says whether the catalogue knows a name as AI, for readers that
// want to spare themselves the rest of a mention.
func isComponent(ecosystem, name string) bool {
	_, ok := scanners.ComponentOf(ecosystem, catalog.FoldName(ecosystem, name))
	return ok
}

// add keeps a mention of what the catalogue knows, once for a name and line. Its
// name is what stands at its place.
func (f *file) add(m mention) {
	folded := catalog.FoldName(m.ecosystem, m.name)
	in, ok := scanners.ComponentOf(m.ecosystem, folded)
	if !ok || credential.RedactKnown(m.name) != m.name || m.start < 0 || m.start >= m.end || m.end > len(f.text) {
		return
	}
	region := f.region(m.start, m.end)
	key := mentionKey{line: region.Line, name: m.ecosystem + ":" + folded}
	if f.large {
		key.version = m.version
	}
	if f.seen[key] {
		return
	}
	if len(f.result.Sightings) >= maxSightings {
		f.result.Incomplete = "more components than are kept"
		return
	}
	f.seen[key] = true
	f.result.Sightings = append(f.result.Sightings, scanners.Sighting{
		Integration: in, Name: credential.RedactKnown(f.text[m.start:m.end]), Path: f.path, Region: region, Pointer: credential.RedactKnown(m.pointer),
		Package: folded, Version: shown(m.version), Licence: shown(m.licence),
	})
}

// shown is a version or licence as it may be published: an address loses
// whatever could be a credential, a word only what is known to be one.
func shown(s string) string {
	s = strings.TrimSpace(s)
	if len(s) > maxVersion {
		return ""
	}
	if strings.ContainsAny(s, "/?&") {
		return credential.Redact(s)
	}
	return credential.RedactKnown(s)
}

// region is where a range of the text stands.
func (f *file) region(start, end int) scanners.Region {
	line, column := f.position(start)
	endLine, endColumn := f.position(end)
	return scanners.Region{Line: line, Column: column, EndLine: endLine, EndColumn: endColumn}
}

func (f *file) position(offset int) (line, column int) {
	if f.starts == nil {
		f.starts = append(make([]int, 0, strings.Count(f.text, "\n")+1), 0)
		for at := 0; ; {
			i := strings.IndexByte(f.text[at:], '\n')
			if i < 0 {
				break
			}
			at += i + 1
			f.starts = append(f.starts, at)
		}
	}
	line = sort.Search(len(f.starts), func(i int) bool { return f.starts[i] > offset })
	return line, offset - f.starts[line-1] + 1
}

// byteOrderMark is U+FEFF at the start of a file.
const byteOrderMark = "\xEF\xBB\xBF"

// lines are the lines of the text without their ends and without a byte order
// mark, each with the offset of its first byte.
func (f *file) lines() iter.Seq2[int, string] { return linesOf(f.text) }

func linesOf(text string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		start := 0
		if strings.HasPrefix(text, byteOrderMark) {
			start = len(byteOrderMark)
		}
		for start < len(text) {
			end, next := len(text), len(text)
			if i := strings.IndexByte(text[start:], '\n'); i >= 0 {
				end, next = start+i, start+i+1
			}
			if !yield(start, strings.TrimSuffix(text[start:end], "\r")) {
				return
			}
			start = next
		}
	}
}

// owns says whether what a specifier leads to is the repository's own: a
// workspace's member, or a folder within the repository. What is packed (a
// tarball, a wheel) and what lies elsewhere is somebody's.
func (f *file) owns(spec string) bool {
	if strings.HasPrefix(spec, "workspace:") || strings.HasPrefix(spec, "{root:uri}") {
		return true
	}
	local := false
	for _, scheme := range []string{"file:", "link:", "portal:"} {
		if rest, ok := strings.CutPrefix(spec, scheme); ok {
			spec, local = strings.TrimPrefix(rest, "//"), true
		}
	}
	if !local && !strings.HasPrefix(spec, "./") && !strings.HasPrefix(spec, "../") && spec != "." && spec != ".." {
		return false
	}
	return f.within(spec)
}

// within says whether a path, seen from the file's folder, is a folder of the
// repository.
func (f *file) within(p string) bool {
	p = strings.ReplaceAll(p, `\`, "/")
	for _, ending := range []string{".tgz", ".tar.gz", ".whl", ".zip", ".jar", ".nupkg"} {
		if strings.HasSuffix(p, ending) {
			return false
		}
	}
	if strings.HasPrefix(p, "/") || strings.HasPrefix(p, "~") || len(p) > 1 && p[1] == ':' {
		return false
	}
	joined := path.Join(path.Dir(f.path), p)
	return joined != ".." && !strings.HasPrefix(joined, "../")
}

// decodeText is a file's text in UTF-8: Windows' shell writes lists of
// requirements in UTF-16.
func decodeText(data []byte) string {
	var order binary.ByteOrder
	switch {
	case len(data) > 1 && data[0] == 0xFF && data[1] == 0xFE:
		order = binary.LittleEndian
	case len(data) > 1 && data[0] == 0xFE && data[1] == 0xFF:
		order = binary.BigEndian
	default:
		return string(data)
	}
	units := make([]uint16, 0, len(data)/2)
	for i := 2; i+1 < len(data); i += 2 {
		units = append(units, order.Uint16(data[i:]))
	}
	return string(utf16.Decode(units))
}
