package casework

import (
	"strings"

	"github.com/castellan-app/castellan/app/report"
)

const (
	maxBody = 65_536 // characters GitHub takes in a body; we count bytes
	minBody = 4_000  // below it nothing useful can be said
	reserve = 400    // for the note on what was left out
)

// section is a part of the body: rows under a title. One that is not fixed may
// lose rows, the last first, if they do not fit.
type section struct {
	title     string
	rows      []string
	rank      int // who is granted room first, from 1; 0 is fixed
	share     int // percent of the room left that it may take
	one, many string
}

// page puts sections together within a limit of bytes, and says at the end what
// was left out.
func page(opening string, sections []section, closing string, limit int) string {
	room := limit - len(opening) - len(closing) - reserve
	all := 0
	for i := range sections {
		n := len(sections[i].text())
		if all += n; sections[i].rank == 0 {
			room -= n
		}
	}
	crowded := all > limit-len(opening)-len(closing)
	var left []string
	for rank := 1; rank <= len(sections); rank++ {
		for i := range sections {
			s := &sections[i]
			if s.rank != rank || len(s.rows) == 0 || !crowded {
				continue
			}
			n := s.fit(room * s.share / 100)
			if n < len(s.rows) {
				left = append(left, report.Plural(len(s.rows)-n, s.one, s.many))
			}
			s.rows = s.rows[:n]
			room -= len(s.text())
		}
	}
	var b strings.Builder
	b.WriteString(opening)
	for i := range sections {
		b.WriteString(sections[i].text())
	}
	if len(left) > 0 {
		b.WriteString("_Left out because GitHub takes no more: " + report.List(left) + "._ `castellan scan` on a clone shows all.\n\n")
	}
	b.WriteString(closing)
	return b.String()
}

func (s *section) text() string {
	if len(s.rows) == 0 {
		return ""
	}
	head := ""
	if s.title != "" {
		head = "### " + s.title + "\n\n"
	}
	return head + strings.Join(s.rows, "") + "\n"
}

// fit is how many rows fit into room.
func (s *section) fit(room int) int {
	room -= len(s.title) + 7
	for i, r := range s.rows {
		if room -= len(r); room < 0 {
			return i
		}
	}
	return len(s.rows)
}
