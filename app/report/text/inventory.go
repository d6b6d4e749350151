package text

import (
	"strings"

	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/app/scan"
)

const (
	maxRows   = 60 // of the inventory
	maxPlaces = 4  // of one integration in it
)

// column is one column of the inventory. Where the table is too wide, columns
// shrink in the order of rank: all down to fair, then all down to least.
type column struct {
	title             string
	fair, least, rank int
	left              bool // cut on the left: the end of a path says more
}

func columns() []column {
	return []column{
		{title: "NAME", fair: 24, least: 10, rank: 3},
		{title: "KIND", fair: 14, least: 10, rank: 5},
		{title: "WHERE", fair: 28, least: 12, rank: 2, left: true},
		{title: "RUNS", fair: 28, least: 8, rank: 1},
		{title: "CLIENT", fair: 12, least: 6, rank: 4},
		{title: "", fair: 18, least: 8, rank: 6},
	}
}

// inventory writes the integrations without findings.
func (p *printer) inventory(list []*scan.Integration, others bool) {
	if len(list) == 0 {
		return
	}
	title := "Integrations"
	if others {
		title = "Integrations without findings"
	}
	p.heading(title)
	rows, left := tableRows(list)
	p.table(rows)
	if left > 0 {
		p.print(p.paint.faint("  and "+report.Plural(left, "more integration", "more integrations")+" (--format json lists all)"), "\n")
	}
}

// tableRows are at most maxRows rows; left is the number of integrations that
// have none.
func tableRows(list []*scan.Integration) (rows [][]string, left int) {
	for i, in := range list {
		if len(rows) >= maxRows && i < len(list)-1 {
			return rows, len(list) - i
		}
		name, kind := clean(in.Name), report.KindName(in.Kind)
		if name == "" {
			name = clean(in.ID)
		}
		if len(in.Sightings) == 0 {
			rows = append(rows, []string{name, kind, "", "", "", ""})
		}
		most := report.Most(len(in.Sightings), maxPlaces)
		for j := range in.Sightings {
			s := &in.Sightings[j]
			if j == most {
				rows = append(rows, []string{"", "", "and " + report.Plural(len(in.Sightings)-j, "more place", "more places"), "", "", ""})
				break
			}
			rows = append(rows, []string{name, kind, report.Location(clean(s.Path), s.Region.Line, 0), clean(report.Launch(s)), clean(s.Client), marks(s)})
			name, kind = "", ""
		}
	}
	return rows, 0
}

func marks(s *scan.Sighting) string {
	var m []string
	if s.Disabled {
		m = append(m, "disabled")
	}
	if s.Template {
		m = append(m, "template")
	}
	return strings.Join(m, ", ")
}

// table writes rows in columns that fit the width.
func (p *printer) table(rows [][]string) {
	cols := columns()
	widths := make([]int, len(cols))
	for i, c := range cols {
		widths[i] = len(c.title)
		for _, r := range rows {
			widths[i] = max(widths[i], report.Width(r[i]))
		}
	}
	shrink(cols, widths, p.most-indent)
	head := make([]string, len(cols))
	for i, c := range cols {
		head[i] = c.title
	}
	p.row(cols, widths, head, p.paint.faint)
	for _, r := range rows {
		p.row(cols, widths, r, func(s string) string { return s })
	}
}

// shrink takes columns from widths, and two between each, until they fit.
func shrink(cols []column, widths []int, width int) {
	over := 2*(len(widths)-1) - width
	for _, w := range widths {
		over += w
	}
	for step := 0; step < 2*len(cols) && over > 0; step++ {
		for i, c := range cols {
			if c.rank != step%len(cols)+1 {
				continue
			}
			floor := c.fair
			if step >= len(cols) {
				floor = c.least
			}
			give := min(max(widths[i]-floor, 0), over)
			widths[i] -= give
			over -= give
		}
	}
}

func (p *printer) row(cols []column, widths []int, cells []string, paint func(string) string) {
	line, gap := strings.Builder{}, indent
	for i, cell := range cells {
		if cols[i].left {
			cell = report.TruncateLeft(cell, widths[i])
		} else {
			cell = report.Truncate(cell, widths[i])
		}
		if cell != "" {
			line.WriteString(repeat(" ", gap))
			line.WriteString(cell)
			gap = 0
		}
		gap += widths[i] - report.Width(cell) + 2
	}
	p.print(paint(line.String()), "\n")
}
