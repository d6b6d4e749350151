package dependency

import (
	"encoding/json"
	"strings"
)

// maxVariables bounds how many variables are kept of a file.
const maxVariables = 1000

// readDockerfile reads the images that a Dockerfile starts from or copies from,
// and the packages that it installs.
func readDockerfile(f *file) {
	d := dockerfileReader{file: f, args: properties{}, stages: map[string]bool{}}
	f.vars = properties{}
	for _, in := range f.instructions() {
		switch in.word {
		case "ARG", "ENV":
			d.declare(in)
		case "FROM":
			d.readFrom(in)
		case "COPY", "ADD":
			d.readFlags(in, "--from=")
		case "RUN":
			d.readFlags(in, "from=")
			f.readRun(in)
		case "CMD", "ENTRYPOINT":
			f.readRun(in)
		}
	}
}

// dockerfileReader is what is known while a Dockerfile is read.
type dockerfileReader struct {
	*file
	args     properties      // of the head, for FROM
	stages   map[string]bool // their names in lower case: no images
	inside   bool            // a stage has begun
	declared int
}

// declare takes NAME=value, as many as there are, for what follows.
func (d *dockerfileReader) declare(in instruction) {
	for _, w := range wordsOf(in.start, in.text) {
		name, value, ok := strings.Cut(w.text, "=")
		if !ok || d.declared >= maxVariables {
			continue
		}
		d.declared++
		d.vars[name] = interpolate(strings.Trim(value, `"'`), d.vars)
		if !d.inside {
			d.args[name] = d.vars[name]
		}
	}
}

// readFrom reads FROM [--platform=…] image [AS stage].
func (d *dockerfileReader) readFrom(in instruction) {
	d.inside = true
	words := behindFlags(wordsOf(in.start, in.text))
	if len(words) == 0 {
		return
	}
	ref, at := words[0].text, words[0].start
	if trimmed := strings.Trim(ref, `"'`); trimmed != ref {
		ref, at = trimmed, at+1
	}
	if !d.stages[strings.ToLower(ref)] {
		d.addImage(at, ref, d.args)
	}
	if len(words) > 2 && strings.EqualFold(words[1].text, "AS") {
		d.stages[strings.ToLower(words[2].text)] = true
	}
}

// readFlags reads the images in the flags before the arguments: COPY
// --from=image, RUN --mount=type=bind,from=image.
func (d *dockerfileReader) readFlags(in instruction, flag string) {
	for _, w := range wordsOf(in.start, in.text) {
		if !strings.HasPrefix(w.text, "--") {
			return
		}
		if _, ref, ok := strings.Cut(w.text, flag); ok {
			at := w.start + len(w.text) - len(ref)
			ref, _, _ = strings.Cut(ref, ",")
			if !d.stages[strings.ToLower(ref)] {
				d.addImage(at, ref, d.args)
			}
		}
	}
}

// wordsOf are the words of a text between blanks.
func wordsOf(start int, text string) []placed {
	var words []placed
	at := 0
	for w := range strings.FieldsSeq(text) {
		at += strings.Index(text[at:], w)
		words = append(words, placed{w, start + at})
		at += len(w)
	}
	return words
}

// behindFlags are the words from the first that is no flag.
func behindFlags(words []placed) []placed {
	for len(words) > 0 && strings.HasPrefix(words[0].text, "--") {
		words = words[1:]
	}
	return words
}

// readRun reads the commands of a RUN: a shell's text, a list of words, or a
// document for a shell.
func (f *file) readRun(in instruction) {
	words := behindFlags(wordsOf(in.start, in.text))
	if len(words) == 0 {
		return
	}
	first := words[0]
	text := in.text[first.start-in.start:]
	switch {
	case strings.HasPrefix(text, "["):
		f.readWords(first.start, text)
	case in.heredoc != "" && forShell(words):
		f.readShell(in.heredocAt, in.heredoc)
	default:
		f.readShell(first.start, text)
	}
}

// forShell says whether a document that a command is given is read by a shell:
// nothing else stands there, or a shell.
func forShell(words []placed) bool {
	for _, w := range words {
		if !strings.HasPrefix(w.text, "<<") {
			return strings.HasSuffix(w.text, "sh")
		}
	}
	return true
}

// readWords reads RUN ["pip", "install", "x"].
func (f *file) readWords(start int, text string) {
	var words []string
	if json.Unmarshal([]byte(strings.TrimSpace(text)), &words) != nil {
		return
	}
	from, places := 0, make([]placed, 0, len(words))
	for _, w := range words {
		i := strings.Index(text[from:], w)
		if i < 0 {
			return // written with escapes
		}
		places = append(places, placed{w, start + from + i})
		from += i + len(w)
	}
	f.addInstalls(places)
}
