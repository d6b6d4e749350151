package credential

import (
	"strings"
)

// judgeText judges running text: a permission rule, a hook, a comment, a
// prompt. Shapes count anywhere; an opaque value only after a flag, a header
// or a variable that names it, and never on a guess.
func judgeText(ctx *Context, value string) []Judgement {
	near := append([]string{ctx.Name}, ctx.Near...)
	out := searchNear(value, near)
	for i := range out {
		out[i].Place, out[i].Name = ctx.Place, ctx.Name
	}
	lines := argReader{ctx: *ctx}
	lines.ctx.Place = InText
	for _, j := range lines.line(value) {
		if j.IsCredential() && j.Confidence >= Medium && !covered(out, j) {
			out = append(out, j)
		}
	}
	for _, j := range headerPairs(ctx, value) {
		if !covered(out, j) {
			out = append(out, j)
		}
	}
	return out
}

func covered(js []Judgement, j Judgement) bool {
	for i := range js {
		if js[i].Start < j.End && j.Start < js[i].End {
			return true
		}
	}
	return false
}

// headerPairs finds "Authorization: Bearer …" in text.
func headerPairs(ctx *Context, value string) []Judgement {
	var out []Judgement
	lower := strings.ToLower(value)
	for _, word := range []string{"bearer ", "basic "} {
		for at := 0; len(out) < 100; {
			i := strings.Index(lower[at:], word)
			if i < 0 {
				break
			}
			start := at + i
			end := start + len(word)
			for end < len(value) && strings.IndexByte(" \t\r\n\"'`,;)}]<>", value[end]) < 0 {
				end++
			}
			at = max(end, start+1)
			if start > 0 && wordByte(value[start-1]) || len(lower) != len(value) {
				continue
			}
			inner := *ctx
			inner.Name, inner.AnyReference = "Authorization", true
			for _, j := range judgeScheme(&inner, value, start, end) {
				if j.IsCredential() && j.Confidence >= Medium {
					out = append(out, j)
				}
			}
		}
	}
	return out
}
