package credential

import "sort"

// Bounds of one value, in bytes and levels. A longer value is only searched
// for shapes; a deeper part is not taken apart any further.
const (
	maxValue     = 64 << 10
	maxDocument  = 256 << 10
	maxDocuments = 2 // JSON in a string in JSON in a string
	maxDepth     = 5 // defaults, command lines and documents within each other
)

// scope is a Context on the way down into the parts of a value.
type scope struct {
	Context
	documents, depth int
}

func newScope(ctx Context) *scope { return &scope{Context: ctx} }

// named is the scope of a part that stands under a name of its own.
func (c *scope) named(name string) *scope {
	part := *c
	part.Name = name
	return &part
}

// at is the scope of a part that stands in another place.
func (c *scope) at(place Place) *scope {
	part := *c
	part.Place = place
	return &part
}

// deeper is the scope one level down; ok is false at the last one.
func (c *scope) deeper() (part *scope, ok bool) {
	part = c.named(c.Name)
	part.depth++
	return part, part.depth <= maxDepth
}

// says is a judgement of a class about [start,end) that holds no credential.
func (c *scope) says(class Class, start, end int) []Judgement {
	return []Judgement{{Class: class, Place: c.Place, Name: c.Name, Start: start, End: end}}
}

// finds is a Literal that no vendor's shape tells anything about.
func (c *scope) finds(kind string, confidence Confidence, secret string, start, end int) []Judgement {
	return []Judgement{{
		Class: Literal, Place: c.Place, Name: c.Name, Start: start, End: end,
		Kind: kind, Confidence: confidence, Secret: Secret{secret},
	}}
}

// IsCredential says whether a judgement is about a literal credential.
func (j *Judgement) IsCredential() bool { return j.Class == Literal || j.Class == Publishable }

// tidy orders judgements, drops what overlaps an earlier one, says whose key a
// name calls it, and keeps credentials out of names: a hostile key can be one
// itself.
func tidy(js []Judgement) []Judgement {
	js = order(js)
	for i := range js {
		js[i].attribute()
		if len(js[i].Name) >= 16 {
			js[i].Name = Redact(js[i].Name)
		}
	}
	return js
}

// byStart sorts judgements by their place.
func byStart(js []Judgement) []Judgement {
	if len(js) > 1 {
		sort.SliceStable(js, func(a, b int) bool { return js[a].Start < js[b].Start })
	}
	return js
}

// order sorts judgements and drops what overlaps an earlier one. It reuses js.
func order(js []Judgement) []Judgement {
	out := js[:0]
	end := 0
	for _, j := range byStart(js) {
		if j.Start >= end && j.End > j.Start {
			out = append(out, j)
			end = j.End
		}
	}
	return out
}

func shift(js []Judgement, by int) []Judgement {
	for i := range js {
		js[i].Start += by
		js[i].End += by
	}
	return js
}

// credentials are the judgements about literal credentials of at least a
// confidence. It reuses js.
func credentials(js []Judgement, least Confidence) []Judgement {
	out := js[:0]
	for _, j := range js {
		if j.IsCredential() && (j.Class == Publishable || j.Confidence >= least) {
			out = append(out, j)
		}
	}
	return out
}
