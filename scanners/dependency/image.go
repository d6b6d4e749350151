package dependency

import (
	"strings"

	"github.com/castellan-app/castellan/scanners/launch"
)

// maxReference is longer than any reference to an image.
const maxReference = 512

// image is a reference to a container image, read.
type image struct {
	repository string // with its registry spelled out
	version    string // tag or digest
	start, end int    // of the repository within the reference as written
}

// parseImage reads a reference. vars are the defaults of variables in it.
func parseImage(ref string, vars properties) (image, bool) {
	if i := strings.Index(ref, ":{{"); i > 0 && !strings.Contains(ref[i:], "/") { // a tag that a chart puts in
		im, ok := parseImage(ref[:i], vars)
		im.version = ref[i+1:]
		return im, ok
	}
	if ref == "" || len(ref) > maxReference || strings.ContainsAny(ref, " \t\r\n\"'") {
		return image{}, false
	}
	plain := interpolate(ref, vars)
	run := launch.Parse([]string{"docker", "run", plain})
	pkg := run.Package()
	if pkg.Name == "" || strings.HasPrefix(plain, "-") {
		return image{}, false
	}
	im := image{repository: pkg.Name, version: pkg.Version, end: len(ref)}
	written := plain
	for _, transport := range []string{"docker://", "oci://"} {
		written = strings.TrimPrefix(written, transport)
	}
	written, _, _ = strings.Cut(written, "@")
	if i := strings.LastIndexByte(written, ':'); i > strings.LastIndexByte(written, '/') {
		written = written[:i]
	}
	if i := strings.Index(ref, written); i >= 0 && written != "" {
		im.start, im.end = i, i+len(written)
	}
	return im, true
}

// interpolate puts known values and defaults in the place of variables: $X,
// ${X}, ${X:-default}. Of what is unknown the reference stays.
func interpolate(s string, vars properties) string {
	if !strings.Contains(s, "$") || len(s) > maxReference {
		return s
	}
	var b strings.Builder
	for b.Len() < maxReference {
		i := strings.IndexByte(s, '$')
		if i < 0 {
			break
		}
		b.WriteString(s[:i])
		whole, value := variable(s[i:], vars)
		b.WriteString(value)
		s = s[i+whole:]
	}
	return b.String() + s
}

// variable is how long the variable at the start of a text is, and what it stands
// for.
func variable(s string, vars properties) (length int, value string) {
	if !strings.HasPrefix(s, "${") {
		end := 1
		for end < len(s) && isWordByte(s[end]) {
			end++
		}
		if value, ok := vars[s[1:end]]; ok {
			return end, value
		}
		return end, s[:end]
	}
	end := closingBrace(s)
	if end < 0 {
		return len(s), s
	}
	inside, name := s[2:end], 0
	for name < len(inside) && isWordByte(inside[name]) {
		name++
	}
	if value, ok := vars[inside[:name]]; ok && value != "" {
		return end + 1, value
	}
	rest := strings.TrimPrefix(inside[name:], ":")
	if fallback, ok := strings.CutPrefix(rest, "-"); ok {
		if strings.HasPrefix(fallback, "${") && strings.HasSuffix(fallback, "}") { // ${A:-${B:-c}}
			if i := strings.LastIndex(fallback, ":-"); i >= 0 {
				fallback = strings.TrimRight(fallback[i+2:], "}")
			}
		}
		return end + 1, fallback
	}
	return end + 1, s[:end+1]
}

// closingBrace is where the brace that opens at s[1] closes, -1 if nowhere.
func closingBrace(s string) int {
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// addImage adds the image that a reference in the text names.
func (f *file) addImage(start int, ref string, vars properties) {
	if im, ok := parseImage(ref, vars); ok {
		f.add(mention{ecosystem: "image", name: im.repository, start: start + im.start, end: start + im.end, version: im.version})
	}
}
