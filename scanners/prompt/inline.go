package prompt

import "strings"

// inline reads text[at:end], running text in which comments and hidden elements
// can begin and end.
func (r *reader) inline(at, end int) {
	r.encoded(at, end)
	if r.region.open && len(r.secret.tokens) > 0 && at < end && listMarker(strings.TrimLeft(r.text[at:end], " \t")+" ") > 0 {
		r.give(&r.secret, inHidden)
	}
	for at < end {
		if r.region.open {
			at = r.inRegion(at, end)
			continue
		}
		if r.shown.code == 0 {
			if next := r.markup(at, end); next > at {
				at = next
				continue
			}
		}
		at = r.step(at, end)
	}
}

// inlineAll reads text in which nothing is hidden: code and headings.
func (r *reader) inlineAll(at, end int) {
	r.encoded(at, end)
	for at < end {
		next, done := r.shown.step(at, end)
		if done && r.place&inFence == 0 || len(r.shown.tokens) >= maxTokens {
			r.flush()
		}
		at = next
	}
}

func (r *reader) step(at, end int) int {
	next, done := r.shown.step(at, end)
	if done || len(r.shown.tokens) >= maxTokens {
		r.flush()
	}
	return next
}

// markup reads a tag, a comment or the mark of a chat's turn at text[at:end];
// at if there is none.
func (r *reader) markup(at, end int) int {
	s := r.text[at:end]
	switch s[0] {
	case '<':
		if strings.HasPrefix(s, "<!--") {
			r.openRegion(commentRegion, at)
			r.region.closer = "-->"
			return at + len("<!--")
		}
		if n := turnMark(s); n > 0 {
			return r.turn(at, at+n, end)
		}
		return r.tag(at, end)
	case '{':
		if strings.HasPrefix(s, "{/*") {
			r.openRegion(commentRegion, at)
			r.region.closer = "*/}"
			return at + len("{/*")
		}
	case '[':
		if n := turnMark(s); n > 0 {
			return r.turn(at, at+n, end)
		}
	}
	return at
}

// turn keeps the mark text[at:next] and passes over the role that may follow it.
func (r *reader) turn(at, next, end int) int {
	r.shown.push(stop, meaning{class: cTurn}, at, next)
	for r.text[next-1] == '>' && next < end && letterByte(r.text[next]) {
		next++
	}
	return next
}

// turnMark is the length of a mark by which chat templates tell turns apart, 0
// if the text begins with none.
func turnMark(s string) int {
	for _, m := range []string{"<|im_start|>", "<|im_end|>", "<|system|>", "<|user|>", "<|assistant|>", "<|endoftext|>", "<|eot_id|>",
		"<|start_header_id|>", "<<SYS>>", "<</SYS>>", "[INST]", "[/INST]", "[SYSTEM]", "[/SYSTEM]",
		"</system>", "<system>", "</user>", "</assistant>", "</system_prompt>", "</instructions>"} {
		if len(s) >= len(m) && strings.EqualFold(s[:len(m)], m) {
			return len(m)
		}
	}
	return 0
}

// tag skips an HTML tag, opening a region if its element is not shown.
func (r *reader) tag(at, end int) int {
	s := r.text[at:min(end, at+600)]
	if len(s) < 3 || !letterByte(s[1]) && s[1] != '/' || isURL(s[1:]) {
		return at
	}
	n := 1
	for n < len(s) && (letterByte(s[n]) || s[n] >= '0' && s[n] <= '9') {
		n++
	}
	stop := strings.IndexByte(s, '>')
	if stop < 0 || placeholder(s[1:stop]) {
		return at
	}
	if n > 1 && s[stop-1] != '/' && !void(s[1:n]) && unseen(s[n:stop]) {
		r.openRegion(styleRegion, at)
		r.region.closer = "</" + s[1:n]
	}
	return at + stop + 1
}

// placeholder says that what stands between angle brackets is no tag but what is
// to be put there: "<contents of .env>".
func placeholder(s string) bool {
	return strings.IndexByte(s, ' ') > 0 && !strings.ContainsAny(s, "=/\"'") && strings.Contains(s, " of ")
}

// void is an element that holds no text.
func void(name string) bool {
	switch strings.ToLower(name) {
	case "img", "br", "hr", "input", "meta", "link", "source", "col", "area", "embed", "wbr":
		return true
	}
	return false
}

// unseen says that the attributes of a tag keep its element from being shown.
func unseen(attributes string) bool {
	if !strings.ContainsAny(attributes, "=hH") {
		return false
	}
	a := strings.Map(func(r rune) rune {
		if r == ' ' || r == '\t' {
			return -1
		}
		return r
	}, strings.ToLower(attributes))
	for _, s := range []string{"display:none", "visibility:hidden", "font-size:0", "opacity:0;", "opacity:0\"", "opacity:0'", "opacity:0.0",
		"color:white", "color:#fff", "color:transparent", "color=\"white\"", "color=\"#fff", "size=\"0\"", "font-size:1px", "height:0", "left:-9999", "color:rgb(255,255,255)"} {
		if i := strings.Index(a, s); i >= 0 && (i == 0 || a[i-1] != '-' || s[0] != 'c') {
			return s != "font-size:0" || !strings.HasPrefix(a[i:], "font-size:0.8") && !strings.HasPrefix(a[i:], "font-size:0.9") && !strings.HasPrefix(a[i:], "font-size:0.7")
		}
	}
	return a == "hidden" || strings.HasPrefix(a, "hidden=") || strings.HasSuffix(a, "\"hidden")
}
