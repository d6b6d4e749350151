package credential

import "strings"

// judgeText judges running text: a permission rule, a hook, a comment, a
// prompt. Shapes count anywhere; an opaque value only after a flag, a header
// or a variable that names it, and on a guess only as a password.
func judgeText(ctx *scope, value string) []Judgement {
	part, ok := ctx.deeper()
	near := append([]string{ctx.Name}, ctx.Near...)
	out := searchNear(value, near)
	for i := range out {
		out[i].Place, out[i].Name = ctx.Place, ctx.Name
	}
	if !ok {
		return out
	}
	var more []Judgement
	reader := argReader{ctx: part}
	for _, j := range credentials(reader.line(value), Low) {
		if j.Class == Literal && j.Confidence == Low && !(j.Kind == "password" && chosen(j.Secret.value)) {
			continue
		}
		j.Place = ctx.Place
		more = append(more, j)
	}
	more = append(more, headersInText(part, value)...)
	return append(out, apart(out, more)...)
}

// chosen says whether a guess is a password that someone chose for use: no
// mere word, but one with digits.
func chosen(password string) bool {
	t := count(password)
	return len(password) >= 6 && t.digit > 0 && t.lower+t.upper > 0
}

// apart are the judgements of more that overlap none of js; both may be long.
func apart(js, more []Judgement) []Judgement {
	js, more = order(js), order(more)
	var out []Judgement
	k := 0
	for _, j := range more {
		for k < len(js) && js[k].End <= j.Start {
			k++
		}
		if k == len(js) || j.End <= js[k].Start {
			out = append(out, j)
		}
	}
	return out
}

// maxHeaders bounds the headers judged in one text.
const maxHeaders = 100

// headersInText finds "Bearer …" and "Basic …" in a text.
func headersInText(ctx *scope, value string) []Judgement {
	var out []Judgement
	part := ctx.named("Authorization")
	part.AnyReference = true
	for at := 0; at < len(value) && len(out) < maxHeaders; {
		i := strings.IndexAny(value[at:], "bB")
		if i < 0 {
			break
		}
		start := at + i
		at = start + 1
		name, from := scheme(value, start, len(value))
		if name != "bearer" && name != "basic" || start > 0 && wordByte(value[start-1]) {
			continue
		}
		end := from
		for end < len(value) && strings.IndexByte(" \t\r\n\"'`,;)}]<>", value[end]) < 0 {
			end++
		}
		out = append(out, credentials(judgeScheme(part, value, start, end), Medium)...)
		at = max(end, at)
	}
	return out
}
