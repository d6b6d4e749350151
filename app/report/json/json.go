// Package json renders a report as the JSON of `castellan scan`: the contract
// that docs/scan.schema.json publishes. Fields may be added, never renamed. It
// also reads such an output back as a baseline.
package json

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
)

// Schema is the version of the contract.
const Schema = 1

// Options says what the report does not know.
type Options struct {
	Range string // that was asked for, as given; "" if none
}

// Write renders r, two spaces an indent. Strings are exact, but a byte that is
// not UTF-8 is written as \xNN. Characters that a terminal would act on or hide
// are written as JSON escapes, which every parser gives back as they were. The
// rules are not part of the output. Errors are those of w.
func Write(w io.Writer, r *scan.Report, _ []scanners.Rule, opt Options) error {
	b := bufio.NewWriter(w)
	enc := json.NewEncoder(&escaper{w: b})
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(document(r, opt)); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	return nil
}

// escaper writes encoded JSON, in which characters beyond ASCII stand only in
// strings, and escapes those that are not printable. A rune must not be split
// between two calls; the encoder makes one.
type escaper struct{ w *bufio.Writer }

func (e *escaper) Write(p []byte) (int, error) {
	from := 0
	for i := 0; i < len(p); {
		r, size := rune(p[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(p[i:])
		}
		if r >= 0x7f && !report.Printable(r) {
			e.w.Write(p[from:i])
			e.escape(r)
			from = i + size
		}
		i += size
	}
	_, err := e.w.Write(p[from:])
	return len(p), err
}

// escape writes one rune as UTF-16 code units, as RFC 8259 section 7 has it.
func (e *escaper) escape(r rune) {
	if r > 0xffff {
		r -= 0x10000
		fmt.Fprintf(e.w, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		return
	}
	fmt.Fprintf(e.w, `\u%04x`, r)
}
