package prompt

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// regionKind is why a stretch of text is not shown.
type regionKind uint8

const (
	commentRegion regionKind = iota
	styleRegion
	linkRegion
	offsetRegion
	codedRegion
)

// hiddenRegion is a stretch of text that is not shown when the file is rendered
// or looked at.
type hiddenRegion struct {
	open   bool
	kind   regionKind
	start  int
	closer string // what ends it
}

func (r *reader) openRegion(k regionKind, at int) {
	r.region = hiddenRegion{open: true, kind: k, start: at}
	r.secret.reset()
	r.out.beginRegion()
}

// closeRegion ends the open region, if there is one, before text[end].
func (r *reader) closeRegion(end int) {
	if r.region.open {
		r.give(&r.secret, inHidden)
		r.region.open = false
		r.out.endRegion(r.region, end)
	}
}

// inRegion reads hidden text up to where its region or the line ends.
func (r *reader) inRegion(at, end int) int {
	stop := indexFold(r.text[at:end], r.region.closer)
	if stop < 0 {
		r.hide(at, end)
		return end
	}
	r.hide(at, at+stop)
	end = at + stop + len(r.region.closer)
	r.closeRegion(end)
	return end
}

// indexFold is where closer stands in s, in any case of its letters.
func indexFold(s, closer string) int {
	for at := 0; ; at++ {
		i := strings.IndexByte(s[at:], closer[0])
		if i < 0 || len(s)-at-i < len(closer) {
			return -1
		}
		if at += i; strings.EqualFold(s[at:at+len(closer)], closer) {
			return at
		}
	}
}

// hide reads hidden text.
func (r *reader) hide(at, end int) {
	for at < end {
		next, done := r.secret.step(at, end)
		if done || len(r.secret.tokens) >= maxTokens {
			r.give(&r.secret, inHidden)
		}
		at = next
	}
}

// Text that begins this far to the right is out of sight.
const offsetColumns = 120

var offsetBlank = strings.Repeat(" ", 40)

// offset reads a line of which a part stands far to the right; false if it
// has none.
func (r *reader) offset(at, end int) bool {
	for i := at; i < end; {
		if r.text[i] != ' ' && r.text[i] != '\t' {
			i++
			continue
		}
		n, columns := i, 0
		for ; n < end && (r.text[n] == ' ' || r.text[n] == '\t'); n++ {
			columns++
			if r.text[n] == '\t' {
				columns += 3
			}
		}
		if columns >= offsetColumns && n < end {
			if shown := strings.TrimLeft(r.text[at:i], " \t"); shown != "" {
				r.block(i-len(shown), i, 0)
			}
			r.openRegion(offsetRegion, n)
			r.hide(n, end)
			r.closeRegion(end)
			return true
		}
		i = n
	}
	return false
}

// minCoded is the shortest run that is looked at as base64, in characters.
const minCoded = 24

// encoded looks for runs of base64 and hexadecimal in a line and reads what
// they spell.
func (r *reader) encoded(at, end int) {
	if r.out.inner || end-at < minCoded {
		return
	}
	run := at
	for i := at; i <= end; i++ {
		if i < end && codeByte[r.text[i]] {
			continue
		}
		if i-run >= minCoded {
			r.decode(run, i)
		}
		run = i + 1
	}
}

// codeByte are the characters of base64, of both alphabets.
var codeByte = codeBytes()

func codeBytes() (set [256]bool) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_-") {
		set[c] = true
	}
	return set
}

// decode reads text[at:end] if it is text in code.
func (r *reader) decode(at, end int) {
	s := strings.TrimRight(r.text[at:end], "=")
	if len(s) < minCoded-2 {
		return
	}
	var plain []byte
	if b, err := hex.DecodeString(s); err == nil {
		plain = b
	} else {
		if _, err := base64.RawStdEncoding.DecodeString(s[:20]); err == nil {
			plain, _ = base64.RawStdEncoding.DecodeString(s)
		} else {
			plain, _ = base64.RawURLEncoding.DecodeString(s)
		}
	}
	t := readable(plain)
	if !strings.Contains(t, " ") {
		return
	}
	r.out.decoded(t, at, end)
}
