package trace

import (
	"path"
	"regexp"
	"strings"
)

// prose is what is known, from line to line, of the texts and comments that
// stand between a program's lines.
type prose struct {
	docstring string // the quotes that end the string a line is in
	block     bool   // within a comment of several lines
	text      string // what ends the text of several lines that a line is in
	alone     bool   // it ends it only at the beginning of a line
	endless   bool   // one was opened that nothing ends: no other is looked for
	outside   bool   // not within the script of a page
}

// quiet says whether a line is a comment or part of a text.
func (s *search) quiet(line string) bool {
	if s.prose.text != "" {
		s.ends(line)
		return true
	}
	if s.sectioned && s.beside(line) {
		return true
	}
	switch s.lang {
	case python:
		return s.quietPython(line)
	case settings, shell:
		return line[0] == '#' || line[0] == ';' || strings.HasPrefix(line, "//")
	case ruby:
		if strings.HasPrefix(line, "=begin") {
			s.prose.text, s.prose.alone = "=end", true
			return true
		}
		s.opens(line)
		return line[0] == '#'
	}
	if s.prose.block {
		if _, _, ends := strings.Cut(line, "*/"); ends {
			s.prose.block = false
		}
		return true
	}
	if strings.HasPrefix(line, "/*") {
		s.prose.block = !strings.Contains(line, "*/")
		return true
	}
	if strings.HasPrefix(line, "//") || line[0] == '*' || s.lang == php && line[0] == '#' {
		return true
	}
	s.opens(line)
	return false
}

func (s *search) quietPython(line string) bool {
	if s.prose.docstring != "" {
		if strings.Contains(line, s.prose.docstring) {
			s.prose.docstring = ""
		}
		return true
	}
	for _, q := range []string{`"""`, "'''"} {
		if i := strings.Index(line, q); i >= 0 && strings.Count(line, q) == 1 {
			s.prose.docstring = q
			return i == 0 || strings.HasPrefix(line, "r"+q) // a value that begins here may still be code
		}
		if strings.HasPrefix(line, q) {
			return true
		}
	}
	return line[0] == '#'
}

// ends notes that the text that a line is in ends with it.
func (s *search) ends(line string) {
	i := strings.Index(line, s.prose.text)
	if i < 0 || s.prose.alone && i > 0 {
		return
	}
	if rest := line[i+len(s.prose.text):]; s.prose.alone && rest != "" && isNameByte(rest[0]) {
		return
	}
	s.prose.text, s.prose.alone = "", false
}

func isNameByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// document is how a text of several lines is opened whose end is a line with its
// name: Ruby's and PHP's.
var document = regexp.MustCompile(`(?:<<[~-]["'\x60]?|<<<\s*["']?|[\s=(,]<<["']?)([A-Z_][A-Z0-9_]*)`)

// opens notes that a line opens a text that goes on below it. The line itself is
// still code.
func (s *search) opens(line string) {
	if s.prose.endless {
		return
	}
	end := ""
	switch s.lang {
	case ruby, php:
		if strings.Contains(line, "<<") {
			if m := document.FindStringSubmatch(line); m != nil {
				end, s.prose.alone = m[1], true
			}
		}
	case golang:
		if strings.IndexByte(line, '`') >= 0 && openQuote(line) == '`' {
			end = "`"
		}
	case jvm, csharp:
		if strings.Count(line, `"""`)%2 == 1 {
			end = `"""`
		}
	case rust:
		if i := strings.Index(line, `r#"`); i >= 0 && !strings.Contains(line[i:], `"#`) {
			end = `"#`
		}
	}
	if end == "" {
		return
	}
	if s.next >= len(s.text) || !strings.Contains(s.text[s.next:], end) {
		s.prose.endless = true
		return
	}
	s.prose.text = end
}

// sectioned says whether a file is a page with parts that are scripts.
func sectioned(p string) bool {
	switch strings.ToLower(path.Ext(p)) {
	case ".vue", ".svelte", ".astro":
		return true
	}
	return false
}

// beside says whether a line of a page is not of its script: markup, styles, and
// the tags themselves.
func (s *search) beside(line string) bool {
	switch {
	case strings.HasPrefix(line, "<script"):
		s.prose.outside = strings.Contains(line, "</script") || strings.HasSuffix(strings.TrimSpace(line), "/>")
		return true
	case strings.HasPrefix(line, "</script"):
		s.prose.outside = true
		return true
	case strings.HasPrefix(line, "---") && strings.HasSuffix(s.path, ".astro"): // its own fences
		s.prose.outside = !s.prose.outside
		return true
	}
	return s.prose.outside
}

// rawText is a string of Rust's in which quotes stand for themselves.
var rawText = regexp.MustCompile(`r#"(.*?)"#`)

// masked is a line with the strings blanked that a pattern would take for code.
func (s *search) masked(line string) string {
	if s.lang != rust || !strings.Contains(line, `r#"`) {
		return line
	}
	return rawText.ReplaceAllStringFunc(line, func(text string) string { return strings.Repeat(" ", len(text)) })
}

// translated are the folders of a program's own texts in several tongues: what
// stands in them is read by people.
var translated = map[string]bool{"i18n": true, "l10n": true, "locale": true, "locales": true, "_locales": true, "translations": true, "messages": true}

// messages are files of such texts by their own name.
var messages = regexp.MustCompile(`^(?i:messages|strings|translations?)(?:[_.-][a-z]{2}(?:[_-][A-Za-z]{2})?)?\.(?:properties|json|ya?ml)$`)

// ofTranslation says whether a file has texts for people.
func ofTranslation(p string) bool {
	if lang := languageOf(p); lang != settings && lang != script {
		return false
	}
	if messages.MatchString(path.Base(p)) {
		return true
	}
	for dir := range strings.SplitSeq(path.Dir(p), "/") {
		if translated[strings.ToLower(dir)] {
			return true
		}
	}
	return false
}
