package version

import "slices"

// Set is versions: spans in rising order that neither meet nor touch.
type Set []span

// span is the versions between two bounds.
type span struct{ low, high bound }

// bound is an end of a span; one that is open has no end there.
type bound struct {
	at       Version
	open     bool
	included bool
}

// all is every version.
func all() Set { return Set{{bound{open: true}, bound{open: true}}} }

// Covers says whether every version of b is one of a.
func (a Set) Covers(b Set) bool {
	for _, s := range b {
		if !slices.ContainsFunc(a, func(t span) bool { return !lowBefore(s.low, t.low) && !highBefore(t.high, s.high) }) {
			return false
		}
	}
	return true
}

// Meets says whether a and b have a version in common.
func (a Set) Meets(b Set) bool {
	for _, s := range a {
		for _, t := range b {
			if !s.and(t).empty() {
				return true
			}
		}
	}
	return false
}

// Has says whether v is one of them.
func (a Set) Has(v Version) bool { return a.Meets(Set{exactly(v)}) }

func exactly(v Version) span {
	b := bound{at: v, included: true}
	return span{b, b}
}

func (s span) and(t span) span {
	if lowBefore(s.low, t.low) {
		s.low = t.low
	}
	if highBefore(t.high, s.high) {
		s.high = t.high
	}
	return s
}

func (s span) empty() bool {
	if s.low.open || s.high.open {
		return false
	}
	n := s.low.at.Compare(s.high.at)
	return n > 0 || n == 0 && !(s.low.included && s.high.included)
}

// lowBefore says whether a lower bound lets in more than another.
func lowBefore(a, b bound) bool {
	if a.open || b.open {
		return a.open && !b.open
	}
	n := a.at.Compare(b.at)
	return n < 0 || n == 0 && a.included && !b.included
}

// highBefore says whether an upper bound lets in less than another.
func highBefore(a, b bound) bool {
	if a.open || b.open {
		return !a.open && b.open
	}
	n := a.at.Compare(b.at)
	return n < 0 || n == 0 && !a.included && b.included
}

// union sorts spans and joins those that meet or touch.
func union(spans []span) Set {
	spans = slices.DeleteFunc(spans, span.empty)
	slices.SortFunc(spans, func(s, t span) int {
		switch {
		case lowBefore(s.low, t.low):
			return -1
		case lowBefore(t.low, s.low):
			return 1
		}
		return 0
	})
	var out Set
	for _, s := range spans {
		if n := len(out) - 1; n >= 0 && joins(out[n].high, s.low) {
			if highBefore(out[n].high, s.high) {
				out[n].high = s.high
			}
			continue
		}
		out = append(out, s)
	}
	return out
}

// joins says whether nothing lies between an upper bound and a lower one.
func joins(high, low bound) bool {
	if high.open || low.open {
		return true
	}
	n := high.at.Compare(low.at)
	return n > 0 || n == 0 && (high.included || low.included)
}
