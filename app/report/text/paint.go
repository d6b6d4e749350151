package text

import (
	"strings"

	"github.com/castellan-app/castellan/scanners"
)

// paint colours with the terminal's own palette, so that light and dark themes
// both stay readable: no white, no black, no bright variants, no background.
type paint struct{ on bool }

func (p paint) sgr(codes, s string) string {
	if !p.on || s == "" {
		return s
	}
	return "\x1b[" + codes + "m" + s + "\x1b[0m"
}

func (p paint) bold(s string) string  { return p.sgr("1", s) }
func (p paint) faint(s string) string { return p.sgr("2", s) }
func (p paint) code(s string) string  { return p.sgr("36", s) }
func (p paint) good(s string) string  { return p.sgr("1;32", s) }
func (p paint) bad(s string) string   { return p.sgr("1;31", s) }
func (p paint) warn(s string) string  { return p.sgr("1;33", s) }

func (p paint) severity(s scanners.Severity, text string) string {
	switch s {
	case scanners.Critical:
		return p.bad(text)
	case scanners.High:
		return p.sgr("1;35", text)
	case scanners.Medium:
		return p.warn(text)
	case scanners.LowSeverity:
		return p.sgr("1;36", text)
	}
	return p.bold(text)
}

func repeat(s string, n int) string { return strings.Repeat(s, max(n, 0)) }
