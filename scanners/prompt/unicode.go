package prompt

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/castellan-app/castellan/scanners"
)

// HitKind is a family of characters that people do not see.
type HitKind uint8

const (
	Tags      HitKind = iota // U+E0000–E007F, one for every ASCII character
	Selectors                // variation selectors, one for every byte value
	Bidi                     // controls that make text read in another order than it is shown
	ZeroWidth                // characters without width
	Filler                   // Hangul fillers, letters that look like nothing
)

// Hit is hidden text or a hidden character in a string.
type Hit struct {
	Kind       HitKind
	Start, End int // bytes
	Count      int // characters of the kind between them
	Severity   scanners.Severity
	Decoded    string // what the characters spell, "" if nothing readable
}

// maxHidden bounds the hits of one text.
const maxHidden = 1000

// Hidden finds characters in a text that people do not see but a model reads.
// What scripts and emoji need is no hit: joiners beside letters that join, line
// breaking hints of scripts without spaces, variation selectors after what they
// vary, flags of subdivisions, balanced isolates in right-to-left lines, a byte
// order mark at the start. Hits of one kind on one line are one.
func Hidden(text string) []Hit {
	s := &search{text: text}
	for at := 0; at < len(text) && len(s.hits) < maxHidden; {
		next := skipPlain(text, at)
		if next >= len(text) {
			break
		}
		r, size := utf8.DecodeRuneInString(text[next:])
		at = s.invisible(r, next, next+size)
	}
	return s.hits
}

// skipPlain is the next byte that may start an invisible character.
func skipPlain(text string, at int) int {
	for ; at < len(text); at++ {
		switch text[at] {
		case 0xE1, 0xE2, 0xE3, 0xEF, 0xF3:
			return at
		}
	}
	return at
}

// search is a text on its way through Hidden.
type search struct {
	text    string
	hits    []Hit
	bidiEnd int // the line up to here is judged for its bidi controls
	rtl     bool
}

// invisible judges the character r in text[start:end] and is where to go on.
func (s *search) invisible(r rune, start, end int) int {
	switch {
	case isTag(r):
		return s.tags(start)
	case isSelector(r):
		return s.selectors(start)
	case isBidi(r):
		s.bidi(start, end)
	case isZeroWidth(r):
		return s.zeroWidth(start)
	case isFiller(r):
		s.filler(start, end)
	}
	return end
}

func isTag(r rune) bool      { return r >= 0xE0000 && r <= 0xE007F }
func isSelector(r rune) bool { return r >= 0xFE00 && r <= 0xFE0F || r >= 0xE0100 && r <= 0xE01EF }
func isBidi(r rune) bool     { return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 }
func isFiller(r rune) bool   { return r == 0x3164 || r == 0x115F || r == 0x1160 || r == 0xFFA0 }

// isZeroWidth leaves out the soft hyphen, a hint that shows where it acts.
func isZeroWidth(r rune) bool {
	return r >= 0x200B && r <= 0x200F || r >= 0x2060 && r <= 0x2064 || r >= 0x206A && r <= 0x206F ||
		r == 0xFEFF || r == 0x180E || r >= 0xFFF9 && r <= 0xFFFB
}

// invisibleRune is every character an excerpt must not show as it is.
func invisibleRune(r rune) bool {
	return isTag(r) || isSelector(r) || isBidi(r) || isFiller(r) || isZeroWidth(r) || r == 0xAD
}

// run is the end of the longest run of characters at start, and their number.
func (s *search) run(start int, member func(rune) bool) (end, count int) {
	for end = start; end < len(s.text); count++ {
		r, size := utf8.DecodeRuneInString(s.text[end:])
		if !member(r) {
			break
		}
		end += size
	}
	return end, count
}

// before is the character before at, skipping those for which skip holds.
func (s *search) before(at int, skip func(rune) bool) rune {
	for at > 0 {
		r, size := utf8.DecodeLastRuneInString(s.text[:at])
		if skip == nil || !skip(r) {
			return r
		}
		at -= size
	}
	return 0
}

func (s *search) after(at int) rune {
	if at >= len(s.text) {
		return 0
	}
	r, _ := utf8.DecodeRuneInString(s.text[at:])
	return r
}

// add keeps a hit, joined to the last one if that is of its kind and line.
func (s *search) add(h Hit) {
	if n := len(s.hits); n > 0 {
		last := &s.hits[n-1]
		if last.Kind == h.Kind && h.Start-last.End < 4096 && strings.IndexByte(s.text[last.End:h.Start], '\n') < 0 {
			last.End, last.Count = h.End, last.Count+h.Count
			last.Severity = max(last.Severity, h.Severity)
			last.Decoded += h.Decoded
			return
		}
	}
	s.hits = append(s.hits, h)
}

// tags judges a run of tag characters. After a black flag they may spell a
// subdivision, such as gbsct for Scotland.
func (s *search) tags(start int) int {
	end, count := s.run(start, isTag)
	var b strings.Builder
	for _, r := range s.text[start:end] {
		if r >= 0xE0020 && r < 0xE007F {
			b.WriteByte(byte(r - 0xE0000))
		}
	}
	if s.before(start, nil) == 0x1F3F4 && subdivision(b.String()) && strings.HasSuffix(s.text[start:end], "\U000E007F") {
		return end
	}
	s.add(Hit{Kind: Tags, Start: start, End: end, Count: count, Severity: scanners.Critical, Decoded: b.String()})
	return end
}

func subdivision(code string) bool {
	if len(code) < 3 || len(code) > 6 {
		return false
	}
	for i := range len(code) {
		letter := code[i] >= 'a' && code[i] <= 'z'
		if !letter && (i < 2 || code[i] < '0' || code[i] > '9') {
			return false
		}
	}
	return true
}

// selectors judges a run of variation selectors. One after a character varies
// its form; more are data, 16 values in the first block and 240 in the second.
func (s *search) selectors(start int) int {
	end, count := s.run(start, isSelector)
	data := make([]byte, 0, min(count, 4096))
	plain := true // only emoji and text presentation
	for _, r := range s.text[start:end] {
		v := r - 0xFE00
		if r >= 0xE0100 {
			v = r - 0xE0100 + 16
		}
		plain = plain && (r == 0xFE0F || r == 0xFE0E)
		data = append(data, byte(v))
	}
	h := Hit{Kind: Selectors, Start: start, End: end, Count: count, Severity: scanners.Critical, Decoded: readable(data)}
	if count == 1 {
		r, _ := utf8.DecodeRuneInString(s.text[start:])
		prev := s.before(start, nil)
		if r < 0xE0100 || unicode.Is(unicode.Han, prev) {
			return end
		}
		h.Severity = scanners.High
	} else if plain && count < 4 { // a presentation said twice
		return end
	}
	s.add(h)
	return end
}

// readable is data as text if it is mostly that.
func readable(data []byte) string {
	good := 0
	for _, b := range data {
		if b >= ' ' && b < 0x7f || b == '\n' {
			good++
		}
	}
	if len(data) == 0 || good*10 < len(data)*9 {
		return ""
	}
	return strings.ToValidUTF8(string(data), "")
}

// filler judges a Hangul filler: none between Hangul, a hit among Latin.
func (s *search) filler(start, end int) {
	prev, next := s.before(start, isFiller), s.after(end)
	if latin(prev) || latin(next) {
		s.add(Hit{Kind: Filler, Start: start, End: end, Count: 1, Severity: scanners.Medium})
	}
}
