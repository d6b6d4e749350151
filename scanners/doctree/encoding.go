package doctree

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"
)

// encoding is how a source that is not UTF-8 is written.
type encoding struct {
	order binary.ByteOrder
	width int // bytes of a unit: 2 or 4
	mark  int // bytes of the byte order mark
}

// decode gives the source as UTF-8 and the traits that says. Sources without
// one of the other encodings come back as they are.
func decode(src []byte) ([]byte, Trait) {
	enc, ok := encodingOf(src)
	if !ok {
		return src, 0
	}
	traits := UTF16
	if enc.mark > 0 {
		traits |= ByteOrderMark
	}
	if enc.width == 4 {
		return fromUTF32(src[enc.mark:], enc.order), traits
	}
	return fromUTF16(src[enc.mark:], enc.order), traits
}

// encodingOf goes by the byte order mark, else by where NUL bytes stand.
func encodingOf(src []byte) (encoding, bool) {
	switch {
	case bytes.HasPrefix(src, []byte{0xFF, 0xFE, 0, 0}):
		return encoding{binary.LittleEndian, 4, 4}, true
	case bytes.HasPrefix(src, []byte{0, 0, 0xFE, 0xFF}):
		return encoding{binary.BigEndian, 4, 4}, true
	case bytes.HasPrefix(src, []byte{0xFF, 0xFE}):
		return encoding{binary.LittleEndian, 2, 2}, true
	case bytes.HasPrefix(src, []byte{0xFE, 0xFF}):
		return encoding{binary.BigEndian, 2, 2}, true
	}
	return unmarked(src)
}

// encodingSample is how much of a source without a mark is looked at, in bytes.
const encodingSample = 64 << 10

// unmarked tells UTF-16 and UTF-32 by the places of NUL bytes within four, as
// RFC 4627 section 3 does of the first four bytes of JSON. Here the whole
// sample is counted, so that a few NUL bytes in UTF-8 do not pass for it: of
// UTF-32 every character must have its NUL bytes, of UTF-16 the first and half
// of all, and next to none have one on the other side. In what is no UTF-8
// either the first is enough: most scripts have characters without NUL bytes.
func unmarked(src []byte) (encoding, bool) {
	if len(src) < 2 || bytes.IndexByte(src[:min(len(src), encodingSample)], 0) < 0 {
		return encoding{}, false
	}
	share := 50 // least share of pairs with a NUL byte, in percent
	if !utf8.Valid(src) {
		share = 0
	} else if len(src)%2 != 0 {
		share = 75
	}
	src = src[:min(len(src), encodingSample)]
	var nul [4]int
	for i, c := range src {
		if c == 0 {
			nul[i&3]++
		}
	}
	quads, pairs := len(src)/4, len(src)/2
	even, odd := nul[0]+nul[2], nul[1]+nul[3]
	switch {
	case quads > 0 && nul[3] >= quads && nul[2]*4 >= quads*3 && nul[0]*8 <= quads:
		return encoding{binary.LittleEndian, 4, 0}, true
	case quads > 0 && nul[0] >= quads && nul[1]*4 >= quads*3 && nul[3]*8 <= quads:
		return encoding{binary.BigEndian, 4, 0}, true
	case src[1] == 0 && odd*100 >= pairs*share && even*8 <= odd:
		return encoding{binary.LittleEndian, 2, 0}, true
	case src[0] == 0 && even*100 >= pairs*share && odd*8 <= even:
		return encoding{binary.BigEndian, 2, 0}, true
	}
	return encoding{}, false
}

// fromUTF16 transcodes. Lone surrogates become U+FFFD, an odd last byte is
// dropped.
func fromUTF16(src []byte, order binary.ByteOrder) []byte {
	out := make([]byte, 0, len(src))
	for i := 0; i+1 < len(src); i += 2 {
		r := rune(order.Uint16(src[i:]))
		if utf16.IsSurrogate(r) && i+3 < len(src) {
			if pair := utf16.DecodeRune(r, rune(order.Uint16(src[i+2:]))); pair != utf8.RuneError {
				r, i = pair, i+2
			}
		}
		out = utf8.AppendRune(out, r)
	}
	return out
}

// fromUTF32 transcodes. What is no code point becomes U+FFFD, an incomplete
// last one is dropped.
func fromUTF32(src []byte, order binary.ByteOrder) []byte {
	out := make([]byte, 0, len(src)/2)
	for i := 0; i+3 < len(src); i += 4 {
		r := utf8.RuneError
		if v := order.Uint32(src[i:]); v <= utf8.MaxRune {
			r = rune(v)
		}
		out = utf8.AppendRune(out, r)
	}
	return out
}
