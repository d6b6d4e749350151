package dependency

import "strings"

// instruction is one of a Dockerfile. text is what stands behind its word, in
// one line, every byte in its place; heredoc is the text of the first document
// that follows it.
type instruction struct {
	word      string // in upper case
	text      string
	start     int
	heredoc   string
	heredocAt int
}

// splitter cuts a Dockerfile into instructions.
type splitter struct {
	*file
	escape  string // the mark at the end of a line that goes on
	all     []instruction
	at      int
	endless bool // a document had no end
}

// instructions are those of the file, in order. A line goes on behind the escape
// at its end; comments and empty lines between do not end it.
func (f *file) instructions() []instruction {
	s := splitter{file: f, escape: `\`}
	for start, line := range f.lines() {
		directive := strings.ReplaceAll(strings.ToLower(line), " ", "")
		if !strings.HasPrefix(directive, "#") {
			s.at = start
			break
		}
		if directive == "#escape=`" {
			s.escape = "`"
		}
	}
	if strings.HasPrefix(f.text, byteOrderMark) {
		s.at = max(s.at, len(byteOrderMark))
	}
	for s.at < len(f.text) {
		s.next()
	}
	return s.all
}

// line is the line at the reader's place without its end; the reader moves on.
func (s *splitter) line() string {
	rest := s.text[s.at:]
	i := strings.IndexByte(rest, '\n')
	if i < 0 {
		s.at = len(s.text)
		return rest
	}
	s.at += i + 1
	return strings.TrimSuffix(rest[:i], "\r")
}

func (s *splitter) next() {
	start := s.at
	line := s.line()
	rest := strings.TrimLeft(line, " \t")
	if rest == "" || rest[0] == '#' {
		return
	}
	start += len(line) - len(rest)
	end := start + len(rest)
	for current := line; s.goesOn(current) && s.at < len(s.text); {
		begin := s.at
		current = s.line()
		end = begin + len(current)
		if left := strings.TrimSpace(current); left == "" || left[0] == '#' {
			current = s.escape
		}
	}
	whole := s.unfold(s.text[start:end])
	word := firstWord(whole)
	if strings.EqualFold(word, "ONBUILD") { // the instruction behind it runs in whatever is built from this
		behind := strings.TrimLeft(whole[len(word):], " \t")
		start += len(whole) - len(behind)
		whole, word = behind, firstWord(behind)
	}
	in := instruction{word: strings.ToUpper(word), text: whole[len(word):], start: start + len(word)}
	if in.word == "RUN" || in.word == "COPY" || in.word == "ADD" {
		s.documents(&in)
	}
	s.all = append(s.all, in)
}

func (s *splitter) goesOn(line string) bool {
	return strings.HasSuffix(strings.TrimRight(line, " \t"), s.escape)
}

// documents takes the here-documents that an instruction opens, each up to the
// line that is its name alone. After one without an end no other is looked for.
func (s *splitter) documents(in *instruction) {
	for _, w := range wordsOf(0, in.text) {
		name, ok := strings.CutPrefix(strings.TrimLeft(w.text, "0123456789"), "<<")
		name = strings.Trim(strings.TrimPrefix(name, "-"), `"'`)
		if !ok || s.endless || name == "" || !isWordByte(name[0]) {
			continue
		}
		from, stop, found := s.at, s.at, false
		for s.at < len(s.text) && !found {
			stop = s.at
			found = strings.TrimLeft(s.line(), "\t") == name
		}
		if !found {
			s.at, s.endless = from, true
			return
		}
		if in.heredoc == "" {
			in.heredoc, in.heredocAt = s.text[from:stop], from
		}
	}
}

// firstWord is what stands before the first blank.
func firstWord(s string) string {
	if i := strings.IndexAny(s, " \t\r\n"); i >= 0 {
		return s[:i]
	}
	return s
}

// unfold makes one line of a command that goes on over several, byte for byte.
func (s *splitter) unfold(text string) string {
	if !strings.Contains(text, "\n") {
		return text
	}
	out := []byte(text)
	for start, line := range linesOf(text) {
		end := start + len(line)
		trimmed := strings.TrimRight(line, " \t")
		if left := strings.TrimLeft(trimmed, " \t"); start > 0 && strings.HasPrefix(left, "#") {
			blank(out[start:end])
		} else if strings.HasSuffix(trimmed, s.escape) {
			out[start+len(trimmed)-1] = ' '
		}
		blank(out[end:nextLine(text, end)])
	}
	return string(out)
}

// nextLine is the offset behind the line break that follows at or after end.
func nextLine(text string, end int) int {
	if i := strings.IndexByte(text[end:], '\n'); i >= 0 {
		return end + i + 1
	}
	return len(text)
}

func blank(b []byte) {
	for i := range b {
		b[i] = ' '
	}
}
