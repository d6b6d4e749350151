package credential

import (
	"strings"

	"github.com/castellan-app/castellan/scanners/doctree"
)

// judgeDocument judges the scalars of a JSON document in a value, each under
// its own key; ok is false if the value holds none.
func judgeDocument(ctx *scope, value string) (js []Judgement, ok bool) {
	if len(value) > maxDocument || ctx.documents >= maxDocuments || !strings.ContainsAny(value, "{[") {
		return nil, false
	}
	doc := doctree.Embedded(value, doctree.Limits{Bytes: maxDocument, Depth: 50, Nodes: 20000})
	if doc == nil || len(doc.Roots) == 0 {
		return nil, false
	}
	if len(doc.Errors) > 0 && len(doc.Roots[0].Members)+len(doc.Roots[0].Items) == 0 {
		return nil, false
	}
	part, deep := ctx.deeper()
	if !deep {
		return nil, false
	}
	part.documents++
	scalars := 0
	doc.Walk(func(n *doctree.Node) bool {
		if n.Kind != doctree.String && n.Kind != doctree.Number {
			return true
		}
		scalars++
		inner := part
		if k := n.NearestKey(); k != "" {
			inner = part.named(k)
		}
		for _, j := range judgeValue(inner, n.Text) {
			span := doc.Outer(doc.Locate(n, j.Start, j.End))
			if span.Start < 0 || span.End > len(value) || span.Start >= span.End {
				continue
			}
			j.Start, j.End = span.Start, span.End
			js = append(js, j)
		}
		return true
	})
	return js, scalars > 0
}
