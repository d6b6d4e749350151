package credential

// maxHits bounds the result of one search.
const maxHits = 10000

// Search finds credentials anywhere in a text that is no value of its own: a
// file no parser accepts, a comment, running text. Vendors' shapes count, a
// weak one only with its provider's name within contextReach bytes before it;
// so do JSON Web Tokens, private keys and passwords in URLs. It takes time
// linear in the text.
func Search(text []byte) []Judgement { return tidy(searchNear(string(text), nil)) }

// searchNear is Search with words that stand around the text.
func searchNear(text string, near []string) []Judgement {
	f := finder{engine: shapes(), ctx: newScope(Context{Place: InText, Near: near}), text: text, running: true}
	return credentials(f.find(0, len(text)), Low)
}

// judgeShapes looks for vendors' shapes and tokens that prove themselves in
// value[start:end]. It gives placeholders as well.
func judgeShapes(ctx *scope, value string, start, end int) []Judgement {
	f := finder{engine: shapes(), ctx: ctx, text: value}
	if out := f.find(start, end); out != nil {
		return out
	}
	token := value[start:end]
	if len(token) > maxOpaque || len(token) < 32 {
		return nil
	}
	class := classifyName(ctx.Name)
	if class == nameHarmless || class == nameVariable {
		return nil
	}
	around := f.surroundings(start)
	for _, s := range f.opaque {
		named, near := around.agree(s)
		if !named && !(near && class >= nameWeak) || !s.whole().MatchString(token) || !generated(token, 16) {
			continue
		}
		confidence := Medium
		if named {
			confidence = High
		}
		return []Judgement{s.judgement(ctx, value, start, end, confidence)}
	}
	return nil
}
