package checkrun

import (
	"slices"
	"strings"

	"github.com/castellan-app/castellan/app/report"
)

// reserve is kept free for the note on what was left out.
const reserve = 512

// block is a piece of a page: items between an opening and a closing. An item
// that does not fit is left out with all after it; a block without a single
// item is left out whole.
type block struct {
	rank             int // what is kept first: 0 before 1
	opening, closing string
	n                int
	item             func(i int) string
	one, many        string // what to call an item that was left out
	// brief, if there is one, is an item in one line. Items that do not fit in
	// full are told so, between an opening and a closing of their own.
	brief                      func(i int) string
	briefOpening, briefClosing string
}

// piece is a block that is one item.
func piece(rank int, s, name string) block {
	if s == "" {
		return block{}
	}
	return block{rank: rank, n: 1, item: func(int) string { return s }, one: name, many: name}
}

// page puts blocks together within a limit of bytes. Blocks are granted room by
// rank, then in the order given, which is the order of the page. What was left
// out is said at the end.
func page(limit int, blocks []block) string {
	room := limit - reserve
	order := make([]int, len(blocks))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return blocks[a].rank - blocks[b].rank })
	parts := make([]string, len(blocks))
	var left []string
	for _, i := range order {
		var out []string
		parts[i], out = blocks[i].fit(room)
		room -= len(parts[i])
		left = append(left, out...)
	}
	s := strings.Join(parts, "")
	if len(left) > 0 {
		if s != "" && !strings.HasSuffix(s, "\n\n") {
			s += "\n"
		}
		s += "_Left out because GitHub takes no more: " + report.List(left) + "._ `castellan scan` on a clone shows all.\n"
	}
	return s
}

// fit is as much of a block as fits into room, and what was left out.
func (k *block) fit(room int) (string, []string) {
	if k.n == 0 {
		return "", nil
	}
	whole, done := k.fill(room, k.opening, k.closing, 0, k.item)
	if done == k.n {
		return whole, nil
	}
	if k.brief == nil {
		return whole, k.omit(done)
	}
	// A quarter is kept for the brief items, so that more is at least named.
	whole, done = k.fill(room-room/4, k.opening, k.closing, 0, k.item)
	more, told := k.fill(room-len(whole), k.briefOpening, k.briefClosing, done, k.brief)
	left := k.omit(told)
	if told > done {
		left = append([]string{"the explanations of " + report.Plural(told-done, k.one, k.many)}, left...)
	}
	return whole + more, left
}

// omit says how many items are left out behind the first done.
func (k *block) omit(done int) []string {
	if done == k.n {
		return nil
	}
	return []string{report.Plural(k.n-done, k.one, k.many)}
}

// fill is the items from one on, as many as fit, and the index behind the last.
func (k *block) fill(room int, opening, closing string, from int, item func(i int) string) (string, int) {
	var b strings.Builder
	room -= len(opening) + len(closing)
	i := from
	for ; i < k.n; i++ {
		s := item(i)
		if len(s) > room {
			break
		}
		room -= len(s)
		if i == from {
			b.WriteString(opening)
		}
		b.WriteString(s)
	}
	if i == from {
		return "", from
	}
	b.WriteString(closing)
	return b.String(), i
}
