package trace

import (
	"regexp"
	"strings"
)

// awaited is the model that a line says one of the following gives.
type awaited struct {
	lines int            // for how many of them it is waited
	as    *regexp.Regexp // how it is given
	sure  bool
}

var (
	// openValue is a parameter for a model whose value begins on the next line.
	openValue = regexp.MustCompile(`(?i)["']?\b([\w.-]*model(?:[_-]?(?:name|id))?)["']?\s*(?::|=|=>)\s*\(?\s*$`)
	nextValue = regexp.MustCompile(`^\s*["'\x60]([^"'\x60\s]{2,120})["'\x60]`)
	// openDefault is a variable, a flag or an input for a model, which may have a
	// default: Terraform's, argparse's, a workflow's.
	openDefault = regexp.MustCompile(`(?i)^(?:variable\s+"([\w-]*model[\w-]*)"\s*\{|.*["']--?([\w-]*model[\w-]*)["']|["']?([\w-]*model[\w-]*)["']?\s*:\s*\{?)`)
	nextDefault = regexp.MustCompile(`\bdefault["']?\s*[=:]\s*["']?([A-Za-z][\w./:@-]{1,119})["']?\s*(?:[,)}]|$)`)
	// openModel is a block that describes a model, by its name (Terraform).
	openModel = regexp.MustCompile(`^model\s*\{$`)
	nextName  = regexp.MustCompile(`^\s*name\s*=\s*"([A-Za-z][\w./:@-]{1,119})"`)
	// openName is a variable whose value a list gives on the next line.
	openName  = regexp.MustCompile(`(?i)^(?:-\s+)?["']?name["']?\s*:\s*["']?([\w.-]*model[\w.-]*)["']?\s*,?$`)
	valueNext = regexp.MustCompile(`^\s*["']?value["']?\s*:\s*["']?([A-Za-z][\w./:@-]{1,119})`)
)

// farDefault is how many lines a default may stand below its variable.
const farDefault = 6

// expect looks at a line for what its next lines may give.
func (s *search) expect(trimmed string) {
	if !containsFold(trimmed, "model") {
		return
	}
	trimmed = strings.TrimRight(trimmed, " \t\r")
	if m := openName.FindStringSubmatch(trimmed); m != nil && s.lang == settings {
		s.awaited = awaited{1, valueNext, ofModels(m[1])}
		return
	}
	if m := openValue.FindStringSubmatch(trimmed); m != nil && s.lang != settings {
		s.awaited = awaited{1, nextValue, ofModels(m[1])}
		return
	}
	if openModel.MatchString(trimmed) && s.lang == settings {
		s.awaited = awaited{farDefault, nextName, true}
		return
	}
	if m := openDefault.FindStringSubmatch(trimmed); m != nil && !nextDefault.MatchString(trimmed) {
		s.awaited = awaited{farDefault, nextDefault, ofModels(m[1] + m[2] + m[3])}
	}
}

// await looks at a line for what one before it has announced.
func (s *search) await(line string) {
	s.awaited.lines--
	if trimmed := strings.TrimSpace(line); strings.HasPrefix(trimmed, "}") || strings.HasPrefix(trimmed, ")") {
		s.awaited.lines = 0
		return
	}
	if m := s.awaited.as.FindStringSubmatchIndex(line); m != nil {
		s.awaited.lines = 0
		s.taker(line)(m[2], m[3], s.awaited.sure)
	}
}
