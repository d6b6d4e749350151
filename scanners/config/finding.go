package config

import (
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
	"github.com/castellan-app/castellan/scanners/doctree"
)

// finding makes a hit presentable: from here on no credential is in clear.
func (s *File) finding(h *Hit, mask *masker) scanners.Finding {
	f := scanners.Finding{
		Rule: h.Rule, Severity: h.Severity, Confidence: credential.High - credential.Confidence(min(h.Doubt, 2)),
		Integration: s.owner(h).ID, Slot: credential.RedactKnown(h.Slot), Path: s.Path, Pointer: s.pointer(h.Node),
		Client: s.Format.Client, Message: redactText(h.Message), Fix: redactText(h.Fix),
		Passive: s.Class.passive(), Broad: h.Broad, Host: h.Host, Package: h.Package,
	}
	if h.Server != nil {
		f.Server = h.Server.Name
	}
	if h.Span != (doctree.Span{}) {
		f.Region = s.region(h.Span)
		f.Excerpt = mask.excerpt(h.Span)
	}
	if h.judgement != nil {
		f.Confidence = h.judgement.Confidence
		f.Credential = s.hasher.Identity(h.judgement)
	}
	return f
}

// redactText guards what came from the file: a name can be a credential too.
func redactText(t scanners.Text) scanners.Text {
	for i := range t {
		if t[i].Code {
			t[i].Text = credential.Redact(t[i].Text)
		}
	}
	return t
}

// Width of an excerpt in bytes of the source, before masking.
const (
	excerptWidth = 160
	excerptLead  = 60 // kept before a region that starts far to the right
)

// masker cuts excerpts in which no credential of the file stands.
type masker struct {
	s     *File
	spans []doctree.Span // of credentials, sorted, apart
}

func newMasker(s *File) *masker {
	m := &masker{s: s, spans: slices.Clone(s.secret)}
	sort.Slice(m.spans, func(i, j int) bool { return m.spans[i].Start < m.spans[j].Start })
	return m
}

// excerpt is the first line of a span with its surroundings.
func (m *masker) excerpt(span doctree.Span) scanners.Excerpt {
	w := m.window(span)
	e := scanners.Excerpt{Line: w.line}
	var b strings.Builder
	if w.cutLeft {
		b.WriteString("…")
	}
	at := w.from
	first := sort.Search(len(m.spans), func(i int) bool { return m.spans[i].End > w.from })
	for _, s := range m.spans[first:] {
		if s.Start >= w.to {
			break
		}
		b.WriteString(m.clean(at, s.Start))
		if s == span {
			e.Start, e.End = b.Len(), b.Len()+len(credential.Mask)
		}
		b.WriteString(credential.Mask)
		at = max(at, min(s.End, w.to))
	}
	if e.End == 0 { // a region that is no credential
		start := max(at, span.Start)
		stop := min(max(start, span.End), w.to)
		b.WriteString(m.clean(at, start))
		e.Start = b.Len()
		b.WriteString(m.clean(start, stop))
		e.End = b.Len()
		at = stop
	}
	b.WriteString(m.clean(at, w.to))
	if w.cutRight {
		b.WriteString("…")
	}
	e.Text = b.String()
	return e
}

// clean is source text made fit for one line: credentials that were not judged
// masked, control characters blank, invalid bytes replaced.
func (m *masker) clean(from, to int) string {
	if from >= to {
		return ""
	}
	text := strings.ToValidUTF8(string(m.s.Doc.Source[from:to]), "\uFFFD")
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, text)
	return credential.Redact(text)
}

// window is the part of a span's first line that is shown.
type window struct {
	line              int
	from, to          int // bytes of the source, on rune boundaries
	cutLeft, cutRight bool
}

// window never walks further than it shows: a line can be megabytes long.
func (m *masker) window(span doctree.Span) window {
	src := m.s.Doc.Source
	line, column := m.s.Doc.Position(span.Start)
	start := span.Start - (column - 1)
	w := window{line: line, from: start}
	if column > excerptWidth-excerptLead {
		w.from, w.cutLeft = span.Start-excerptLead, true
	}
	end := span.Start
	for end < span.End && end-span.Start < excerptWidth && !newline(src[end]) {
		end++
	}
	for limit := end + excerptLead; end < len(src) && !newline(src[end]); end++ {
		if end >= limit {
			w.cutRight = true
			break
		}
	}
	w.to = end
	for w.from > start && !utf8.RuneStart(src[w.from]) {
		w.from--
	}
	for w.to < len(src) && !utf8.RuneStart(src[w.to]) {
		w.to++
	}
	return w
}

func newline(b byte) bool { return b == '\n' || b == '\r' }
