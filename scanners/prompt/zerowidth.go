package prompt

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/castellan-app/castellan/scanners"
)

// bidi judges the direction controls of the line around start, once a line. In
// a line of right-to-left script, isolates and embeddings that are closed where
// they should be are how such text is written; overrides never are.
func (s *search) bidi(start, end int) {
	if start >= s.bidiEnd {
		from := strings.LastIndexByte(s.text[:start], '\n') + 1
		to := strings.IndexByte(s.text[start:], '\n')
		if to < 0 {
			to = len(s.text) - start
		}
		s.bidiEnd = start + to
		s.rtl = properBidi(s.text[max(from, start-4096):s.bidiEnd])
	}
	if !s.rtl {
		s.add(Hit{Kind: Bidi, Start: start, End: end, Count: 1, Severity: scanners.High})
	}
}

// properBidi says that a line has right-to-left letters and that its controls
// are balanced, without overrides.
func properBidi(line string) bool {
	letters, isolates, embeddings := false, 0, 0
	for _, r := range line {
		switch {
		case r == 0x202D || r == 0x202E:
			return false
		case r >= 0x2066 && r <= 0x2068:
			isolates++
		case r == 0x2069:
			isolates--
		case r == 0x202A || r == 0x202B:
			embeddings++
		case r == 0x202C:
			embeddings--
		case unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Thaana, unicode.Nko):
			letters = true
		}
		if isolates < 0 || embeddings < 0 {
			return false
		}
	}
	return letters && isolates == 0 && embeddings == 0
}

// Runs of zero-width characters: from dataRun on nothing but data has that many.
const (
	dataRun   = 8
	longRun   = 4
	maxDecode = 1 << 15
)

// zeroWidth judges a run of zero-width characters by its length and by what
// stands on either side.
func (s *search) zeroWidth(start int) int {
	end, count := s.run(start, isZeroWidth)
	h := Hit{Kind: ZeroWidth, Start: start, End: end, Count: count, Severity: scanners.Medium}
	switch {
	case count >= dataRun:
		h.Severity = scanners.High
		if h.Decoded = decodeBits(s.text[start:min(end, start+maxDecode)]); h.Decoded != "" {
			h.Severity = scanners.Critical
		}
	case count >= longRun:
		h.Severity = scanners.High
	case !s.splitsWord(start, end):
		return end
	}
	s.add(h)
	return end
}

// splitsWord says that a run stands inside a word of a script that has no use
// for it: between two letters of an alphabet that neither joins nor breaks
// lines at invisible places.
func (s *search) splitsWord(start, end int) bool {
	return latin(s.before(start, nil)) && latin(s.after(end)) && !directionMark(s.text[start:end])
}

// directionMark says that a run is only LRM and RLM, which move punctuation in
// mixed lines and hide nothing.
func directionMark(run string) bool {
	for _, r := range run {
		if r != 0x200E && r != 0x200F {
			return false
		}
	}
	return true
}

func latin(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
	}
	return unicode.In(r, unicode.Latin, unicode.Cyrillic, unicode.Greek)
}

// decodeBits reads a run of two characters as bits, either way round and with
// either bit first; of four characters as pairs of bits. "" if nothing readable
// comes out.
func decodeBits(run string) string {
	var alphabet []rune
	var symbols []byte
	for _, r := range run {
		at := 0
		for at < len(alphabet) && alphabet[at] != r {
			at++
		}
		if at == len(alphabet) {
			if at == 4 {
				return ""
			}
			alphabet = append(alphabet, r)
		}
		symbols = append(symbols, byte(at))
	}
	switch len(alphabet) {
	case 2:
		return firstReadable(symbols, 1, [][]byte{{0, 1}, {1, 0}})
	case 3: // the third separates characters
		for sep := byte(0); sep < 3; sep++ {
			if t := separated(symbols, sep); t != "" {
				return t
			}
		}
	case 4:
		return firstReadable(symbols, 2, orders())
	}
	return ""
}

// firstReadable packs symbols of width bits into bytes under each assignment of
// values and gives the first that reads.
func firstReadable(symbols []byte, width int, values [][]byte) string {
	for _, v := range values {
		for skip := 0; skip < 2; skip++ {
			bits := 8 - skip // 7-bit ASCII too
			if width == 2 && skip == 1 {
				continue
			}
			if t := readable(pack(symbols, width, bits, v)); len(t) > 1 {
				return t
			}
		}
	}
	return ""
}

func pack(symbols []byte, width, size int, value []byte) []byte {
	var out []byte
	acc, n := 0, 0
	for _, s := range symbols {
		acc = acc<<width | int(value[s])
		if n += width; n == size {
			out = append(out, byte(acc))
			acc, n = 0, 0
		}
	}
	return out
}

// separated reads groups of two symbols between occurrences of a third.
func separated(symbols []byte, sep byte) string {
	for _, flip := range []byte{0, 1} {
		var out []byte
		acc, n := 0, 0
		low := byte(0)
		if sep == 0 {
			low = 1
		}
		for i := 0; i <= len(symbols); i++ {
			if i == len(symbols) || symbols[i] == sep {
				if n > 0 && n <= 8 {
					out = append(out, byte(acc))
				} else if n > 8 {
					return ""
				}
				acc, n = 0, 0
				continue
			}
			bit := 1
			if symbols[i] == low {
				bit = 0
			}
			acc, n = acc<<1|bit^int(flip), n+1
		}
		if t := readable(out); len(t) > 1 {
			return t
		}
	}
	return ""
}

// orders are the 24 assignments of two-bit values to four symbols.
func orders() [][]byte {
	var out [][]byte
	for a := byte(0); a < 4; a++ {
		for b := byte(0); b < 4; b++ {
			for c := byte(0); c < 4; c++ {
				d := 6 - a - b - c
				if a != b && a != c && b != c {
					out = append(out, []byte{a, b, c, d})
				}
			}
		}
	}
	return out
}
