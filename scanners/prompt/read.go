package prompt

import (
	"strings"
)

// maxTokens ends a unit that has no end.
const maxTokens = 200

// reader walks the lines of Markdown and gives units to an analysis.
type reader struct {
	text     string
	out      *analysis
	shown    tokenizer
	secret   tokenizer // of what is hidden
	place    place     // of the line at hand
	sections [7]place  // by level of heading
	section  place     // of all open sections together
	fence    byte      // '`' or '~' of the open code block, 0 outside
	fenceLen int
	region   hiddenRegion
	front    bool
	index    int   // of the next unit
	lead     place // what the sentence before a list says of its items
	itemLead place
	listed   bool // the section has had a list
	indent   int  // of the item that set itemLead
	attack   int  // index behind the last unit outside code that speaks of attacks
}

// quotedAfter is how many units behind a sentence about attacks a code block or
// a quotation is still what it speaks of.
const quotedAfter = 6

// quotes is what has been said of the code block or quotation that begins.
func (r *reader) quotes() place {
	if r.attack > 0 && r.index-r.attack < quotedAfter {
		return inAttack
	}
	return 0
}

// read looks at every unit of a text and gives what betrays itself to add.
func read(text, path string, add func(mark), short bool) {
	r := &reader{text: text, out: &analysis{text: text, path: path, add: add, short: short}}
	r.shown.text, r.secret.text = text, text
	for at := 0; at < len(text); {
		end := strings.IndexByte(text[at:], '\n')
		if end < 0 {
			end = len(text)
		} else {
			end += at
		}
		stop := end
		if stop > at && text[stop-1] == '\r' {
			stop--
		}
		r.line(at, stop)
		at = end + 1
	}
	r.endBlock()
	r.closeRegion(len(text))
}

// line reads text[at:end], a line without its end.
func (r *reader) line(at, end int) {
	if r.region.open {
		r.inline(at, end)
		return
	}
	start := at
	for at < end && (r.text[at] == ' ' || r.text[at] == '\t') {
		at++
	}
	indent := at - start
	if r.fence != 0 {
		r.fenced(at, end)
		return
	}
	if at == end {
		r.endBlock()
		return
	}
	if r.frontMatter(start, end) {
		return
	}
	if indent >= offsetColumns || end-start > offsetColumns && strings.Contains(r.text[at:end], offsetBlank) {
		if r.offset(start, end) {
			return
		}
	}
	r.block(at, end, indent)
}

// block tells what a line that is not code begins.
func (r *reader) block(at, end, indent int) {
	s := r.text[at:end]
	switch c := s[0]; {
	case c == '#' && heading(s) > 0:
		r.heading(at, end, heading(s))
	case c == '`' || c == '~':
		if r.openFence(at, end) {
			return
		}
		r.paragraph(at, end)
	case c == '|':
		r.endBlock()
		r.place = r.section | inTable
		r.inline(at, end)
		r.flush()
	case c == '>':
		for at < end && (r.text[at] == '>' || r.text[at] == ' ') {
			at++
		}
		if r.place&inQuote == 0 {
			r.endBlock()
		}
		r.place = r.section | inQuote | r.place&r.lead | r.quotes()
		r.inline(at, end)
	case c == '[' && linkComment(s) > 0:
		r.endBlock()
		r.openRegion(linkRegion, at)
		r.hide(at+linkComment(s), end)
		r.closeRegion(end)
	default:
		if n := listMarker(s); n > 0 {
			r.item(at, at+n, end, indent)
			return
		}
		if thematic(s) {
			r.endBlock()
			return
		}
		r.paragraph(at, end)
	}
}

// paragraph reads a line of running text.
func (r *reader) paragraph(at, end int) {
	if len(r.shown.tokens) == 0 && r.place&inList == 0 {
		r.place = r.section
		if r.listed && (at == 0 || r.text[at-1] == '\n') {
			r.place &^= inForbid // a list said what is forbidden; this stands outside it
		}
		r.lead = 0
	}
	if n := len(r.shown.tokens); n > 0 && n <= 2 && r.shown.tokens[0].class&cTurn != 0 {
		r.flush() // a turn's mark and role stand on a line of their own
	}
	r.inline(at, end)
}

// item begins a list item.
func (r *reader) item(at, from, end, indent int) {
	r.listed = true
	r.endUnit()
	r.shown.reset()
	if indent <= r.indent {
		r.itemLead, r.indent = 0, indent
	}
	r.place = r.section | inList | r.lead | r.itemLead
	if r.itemLead == 0 {
		r.indent = indent
	}
	for from < end && r.text[from] == ' ' {
		from++
	}
	if n := len(r.text[from:end]); n >= 3 && (r.text[from] == '`' || r.text[from] == '~') && r.openFence(from, end) {
		return
	}
	r.inline(from, end)
}

// heading opens a section and closes those below it.
func (r *reader) heading(at, end, level int) {
	r.endBlock()
	r.lead, r.itemLead, r.indent = 0, 0, 0
	r.listed = false
	r.place = inHeading
	if first := strings.ToLower(strings.Trim(r.text[at+level:end], " \t*")); first == "system:" || first == "assistant:" || first == "human:" || first == "user:" {
		r.shown.push(stop, meaning{class: cTurn}, at, end)
		r.place = r.section
		r.flush()
		return
	}
	first := at + level
	r.inlineAll(first, end)
	stance := r.shown.stance(r.text)
	for i := level; i < len(r.sections); i++ {
		r.sections[i] = 0
	}
	r.sections[level] = stance
	r.section = 0
	for _, s := range r.sections {
		r.section |= s
	}
	r.place = inHeading | r.section
	if level == 1 {
		r.place |= inTitle
	}
	r.flush()
	r.place = r.section
	r.out.newSection()
}

// fenced reads a line of a code block, or its end.
func (r *reader) fenced(at, end int) {
	n := at
	for n < end && r.text[n] == r.fence {
		n++
	}
	if n-at >= r.fenceLen && strings.TrimSpace(r.text[n:end]) == "" {
		r.flush()
		r.fence = 0
		r.place = r.section | r.place&inList
		return
	}
	r.inlineAll(at, end)
	if end > at && r.text[end-1] == '\\' {
		return // the command goes on
	}
	r.flush()
}

// openFence begins a code block if the line does.
func (r *reader) openFence(at, end int) bool {
	n := at
	for n < end && r.text[n] == r.text[at] {
		n++
	}
	if n-at < 3 || r.text[at] == '`' && strings.IndexByte(r.text[n:end], '`') >= 0 {
		return false
	}
	place := r.place & inList
	r.endUnit()
	r.shown.reset()
	r.fence, r.fenceLen = r.text[at], n-at
	r.place = r.section | inFence | r.lead | r.itemLead | place | r.quotes()
	return true
}

// frontMatter reads a line of YAML at the head of the file.
func (r *reader) frontMatter(at, end int) bool {
	s := r.text[at:end]
	if at == 0 || at == 3 && strings.HasPrefix(r.text, "\uFEFF") {
		r.front = s == "---" || s == "\uFEFF---"
		return r.front
	}
	if !r.front {
		return false
	}
	if s == "---" || s == "..." {
		r.flush()
		r.front = false
		return true
	}
	r.place = inFront
	r.inlineAll(at, end)
	r.flush()
	return true
}

// endBlock ends a paragraph, a list item or a quotation.
func (r *reader) endBlock() {
	r.endUnit()
	r.shown.reset()
	r.place = r.section
}

// endUnit ends the last unit of a block. If it announces a list, its stance is
// that of the items.
func (r *reader) endUnit() {
	if n := len(r.shown.tokens); n > 0 && r.text[r.shown.tokens[n-1].start] == ':' {
		stance := r.shown.leadStance(r.text)
		if r.place&inList != 0 {
			r.itemLead = stance
		} else {
			r.lead = stance
		}
	}
	r.flush()
}

// flush gives the tokens read so far as a unit.
func (r *reader) flush() { r.give(&r.shown, r.place) }

func (r *reader) give(t *tokenizer, p place) {
	if len(t.tokens) > 0 {
		u := unit{text: r.text, tokens: t.tokens, place: p, index: r.index}
		r.index++
		for i := range t.tokens {
			u.any |= t.tokens[i].class
			u.senses |= t.tokens[i].sense
		}
		if u.any&cAttack != 0 && !u.is(inFence|inHidden) {
			r.attack = r.index
		}
		r.out.unit(&u)
		t.tokens = t.tokens[:0]
	}
}
