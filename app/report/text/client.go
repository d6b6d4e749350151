package text

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/catalog"
)

// Known is a client with the formats it reads.
type Known struct {
	catalog.Client
	Formats []*catalog.Format
}

// Clients lists clients and the files each reads: what a file holds, how many
// public repositories have it, and how well that is known.
func Clients(w io.Writer, all []Known, opt Options) error {
	p := newPrinter(w, opt)
	rows, total := [][4]string{{"FILE", "HOLDS", "REPOSITORIES", "KNOWN"}}, 0
	for _, k := range all {
		for _, f := range k.Formats {
			rows = append(rows, formatRow(f))
			total++
		}
	}
	var widths [4]int
	for _, r := range rows {
		for i, cell := range r {
			widths[i] = max(widths[i], report.Width(cell))
		}
	}
	widths[0] = min(widths[0], max(p.width-2-widths[1]-widths[2]-widths[3]-6, 16))
	p.clientRow(rows[0], widths, p.paint.faint)
	rows = rows[1:]
	for _, k := range all {
		p.client(k)
		for range k.Formats {
			p.clientRow(rows[0], widths, func(s string) string { return s })
			rows = rows[1:]
		}
	}
	p.print("\n", clientsTally(all, total), "\n")
	return p.flush()
}

func (p *printer) client(k Known) {
	name := k.Name
	if k.Product == "" {
		name = "Files of no client in particular"
	}
	p.print(p.paint.bold(name), p.paint.faint("  "+strings.TrimSuffix(k.ID+" · "+k.Vendor, " · ")), "\n")
}

func formatRow(f *catalog.Format) [4]string {
	row := [4]string{"(no file is known)", f.Role.String(), repositories(f.Count), f.Evidence.String()}
	if len(f.Paths) > 0 {
		row[0] = shownGlob(f.Paths[0])
		if more := len(f.Paths) - 1; more > 0 {
			row[0] += " and " + strconv.Itoa(more) + " more"
		}
	}
	if f.Off != "" {
		row[3] += ", off"
	}
	return row
}

// shownGlob is a glob without what says that it holds in every folder.
func shownGlob(glob string) string { return strings.TrimPrefix(glob, "**/") }

// repositories is a count with its thousands apart, "" for none.
func repositories(n int) string {
	digits := strconv.Itoa(n)
	switch {
	case n == 0:
		return ""
	case n >= 1000:
		return digits[:len(digits)-3] + "," + digits[len(digits)-3:]
	}
	return digits
}

func (p *printer) clientRow(cells [4]string, widths [4]int, paint func(string) string) {
	pad := func(i int) string { return repeat(" ", widths[i]-report.Width(cells[i])) }
	cells[0] = report.Truncate(cells[0], widths[0])
	line := "  " + cells[0] + pad(0) + "  " + cells[1] + pad(1) + "  " + pad(2) + cells[2] + "  " + cells[3]
	p.print(paint(strings.TrimRight(line, " ")), "\n")
}

func clientsTally(all []Known, total int) string {
	var by [3]int
	off := 0
	for _, k := range all {
		for _, f := range k.Formats {
			by[f.Evidence]++
			if f.Off != "" {
				off++
			}
		}
	}
	t := report.Plural(len(all), "client", "clients") + ", " + report.Plural(total, "kind of file", "kinds of files") + ": "
	var parts []string
	for e, n := range by {
		if n > 0 {
			parts = append(parts, strconv.Itoa(n)+" "+catalog.Evidence(e).String())
		}
	}
	t += strings.Join(parts, ", ")
	if off > 0 {
		t += "; " + strconv.Itoa(off) + " off"
	}
	return t + ". REPOSITORIES counts public ones with the file at their root."
}

// Client tells all there is to know of one client's files.
func Client(w io.Writer, k Known, opt Options) error {
	p := newPrinter(w, opt)
	p.client(k)
	for _, f := range k.Formats {
		p.format(f)
	}
	return p.flush()
}

func (p *printer) format(f *catalog.Format) {
	const indent = 14
	p.print("\n", p.paint.bold(f.ID), "\n")
	line := func(label string, parts ...string) {
		if len(parts) > 0 && parts[0] != "" {
			p.prose("  "+label, indent, scanners.Say(parts...))
		}
	}
	line("files", codes(shownGlobs(f.Paths))...)
	line("holds", f.Role.String()+", as "+f.Syntax.String())
	if f.Off != "" {
		line("not read", f.Off)
	}
	line("servers at", codes(pointers(f))...)
	line("only with", codes(slices.Concat(f.Gate, f.Words))...)
	line("references", referencesOf(f)...)
	p.prose("  keys", indent, report.Prose(strings.ReplaceAll(f.Fix, "{NAME}", "NAME")))
	line("writes", strings.Join(f.Generates, ", "))
	known := f.Evidence.String()
	if f.Count > 0 {
		known += ", in " + repositories(f.Count) + " public repositories or more"
	}
	line("known", known)
	line("from", f.Source)
}

// codes are the parts of a sentence that lists names as code.
func codes(names []string) []string {
	var parts []string
	for i, name := range names {
		before := ", "
		if i == 0 {
			before = ""
		}
		if name == "" {
			name = "(top level)"
		}
		parts = append(parts, before, name)
	}
	if len(parts) > 0 {
		parts[0] = " " // a sentence begins with plain text
	}
	return parts
}

func shownGlobs(globs []string) []string {
	var out []string
	for _, g := range globs {
		out = append(out, shownGlob(g))
	}
	return out
}

func pointers(f *catalog.Format) []string {
	var out []string
	for _, place := range f.Servers {
		if !slices.Contains(out, place.Pointer) {
			out = append(out, place.Pointer)
		}
	}
	return out
}

// referencesOf are examples of what the client replaces by a value kept elsewhere.
func referencesOf(f *catalog.Format) []string {
	if f.AnyReference {
		return []string{"any syntax counts: what expands them is not known"}
	}
	if len(f.References) == 0 {
		return []string{"none: what stands here is taken as it is"}
	}
	var out []string
	for _, r := range catalog.References() {
		if slices.Contains(f.References, r.ID) {
			out = append(out, strings.ReplaceAll(r.Example, "{NAME}", "NAME"))
		}
	}
	return codes(out)
}
