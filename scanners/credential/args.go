package credential

import (
	"strings"
)

// JudgeArgs judges a command line. The result has one element for each
// argument; ranges are in that argument. A value is judged under the flag
// before it, whether joined by "=" or by a space.
func JudgeArgs(ctx Context, command string, args []string) [][]Judgement {
	out := make([][]Judgement, len(args))
	r := argReader{ctx: ctx}
	r.ctx.Place = InArgs
	if wrapper(command) || len(args) > 0 && wrapper(args[0]) {
		r.ctx.AnyReference = true
	}
	for i, arg := range args {
		out[i] = tidy(r.next(arg, 1))
	}
	return out
}

// wrapper says whether a program resolves references in what it runs.
func wrapper(command string) bool {
	base := strings.ToLower(command[strings.LastIndexAny(command, `/\`)+1:])
	switch strings.TrimSuffix(base, ".exe") {
	case "cmd", "op", "doppler", "dotenvx", "envmcp", "infisical", "bash", "sh", "zsh", "env", "dotenv":
		return true
	}
	return false
}

// pending is what the next argument is to the flag before it.
type pending uint8

const (
	nothing     pending = iota
	flagValue           // under flag's name
	headerValue         // "Name: value"
	envValue            // NAME or NAME=value
)

// argReader walks a command line.
type argReader struct {
	ctx  Context
	wait pending
	flag string
}

// next judges one argument. words bounds the nesting of command lines in
// arguments.
func (r *argReader) next(arg string, nesting int) []Judgement {
	wait, flag := r.wait, r.flag
	r.wait, r.flag = nothing, ""
	switch wait {
	case headerValue:
		return r.header(arg, 0)
	case envValue:
		return r.env(arg)
	case flagValue:
		if !strings.HasPrefix(arg, "--") {
			return judgeValue(r.named(flag), arg, maxNesting)
		}
	}
	if strings.HasPrefix(arg, "-") && len(arg) > 1 && !isSpace(arg[1]) {
		return r.option(arg)
	}
	spaced := strings.ContainsAny(arg, " \t\n")
	if name, ok := assignment(arg); ok && (!spaced || nesting == 0 || structured(arg[len(name)+1:])) {
		return shift(judgeValue(r.named(name), arg[len(name)+1:], maxNesting), len(name)+1)
	}
	if !isURL(arg) && spaced && nesting > 0 {
		if js, ok := judgeDocument(r.named(""), arg, 1); ok {
			return js
		}
		return r.line(arg)
	}
	return judgeValue(r.named(""), arg, maxNesting)
}

func (r *argReader) named(name string) *Context {
	ctx := r.ctx
	ctx.Name = name
	return &ctx
}

// option reads a flag, with its value if that is joined to it.
func (r *argReader) option(arg string) []Judgement {
	name, value, joined := strings.Cut(arg, "=")
	wait := nothing
	switch strings.ToLower(strings.TrimLeft(name, "-")) {
	case "header", "headers", "custom-header":
		wait = headerValue
	case "h":
		if name == "-H" {
			wait = headerValue
		}
	case "env", "e", "set-env":
		wait = envValue
	default:
		if strings.HasPrefix(arg, "-H") && len(arg) > 3 && strings.Contains(arg, ":") && !strings.HasPrefix(arg, "--") {
			return r.header(arg[2:], 2)
		}
		if c := classifyName(name); (c >= nameWeak || c == namePublic || c == nameVariable) && strings.HasPrefix(name, "--") || c == nameSecret {
			wait = flagValue
		}
	}
	if !joined {
		r.wait, r.flag = wait, name
		if wait == nothing {
			return judgeShapes(r.named(""), arg, 0, len(arg)) // a value glued to its flag
		}
		return nil
	}
	at := len(name) + 1
	switch wait {
	case headerValue:
		return r.header(value, at)
	case envValue:
		return shift(r.env(value), at)
	default:
		return shift(judgeValue(r.named(name), value, maxNesting), at)
	}
}

// header reads "Name: value"; at is the offset of pair in its argument.
func (r *argReader) header(pair string, at int) []Judgement {
	name, value, ok := strings.Cut(pair, ":")
	if !ok {
		if name, value, ok = strings.Cut(pair, "="); !ok {
			return shift(judgeValue(r.named("Authorization"), pair, maxNesting), at)
		}
	}
	ctx := r.named(strings.Trim(strings.TrimSpace(name), `"'`))
	ctx.Place = InHeader
	js := judgeValue(ctx, value, maxNesting)
	for i := range js {
		js[i].Place = InArgs
	}
	return shift(js, at+len(name)+1)
}

// env reads what follows docker's -e: a name that is passed through, or a name
// and its value.
func (r *argReader) env(arg string) []Judgement {
	name, ok := assignment(arg)
	if !ok {
		if plainName(arg) {
			return []Judgement{{Class: VariableName, Place: InArgs, Name: arg, Start: 0, End: len(arg)}}
		}
		return judgeValue(r.named(""), arg, maxNesting)
	}
	return shift(judgeValue(r.named(name), arg[len(name)+1:], maxNesting), len(name)+1)
}

// structured says whether a value with spaces in it is one value all the same.
func structured(value string) bool { return value != "" && strings.IndexByte(`{["'`, value[0]) >= 0 }

// assignment is the name of NAME=value.
func assignment(s string) (name string, ok bool) {
	name, _, ok = strings.Cut(s, "=")
	return name, ok && plainName(name)
}

func plainName(s string) bool {
	for i := range len(s) {
		if !wordByte(s[i]) && s[i] != '.' && s[i] != '-' || i == 0 && classOf(s[i]) == 'd' {
			return false
		}
	}
	return s != "" && len(s) <= 128
}

// line reads an argument that is a command line itself.
func (r *argReader) line(arg string) []Judgement {
	inner := argReader{ctx: r.ctx}
	inner.ctx.AnyReference = true // a shell reads it
	inner.ctx.Place = InArgs
	var out []Judgement
	for _, w := range split(arg) {
		js := inner.next(w.text, 0)
		for _, j := range js {
			j.Start, j.End = w.offsets[j.Start], w.offsets[j.End-1]+1
			out = append(out, j)
		}
	}
	return out
}

// word is one word of a command line without its quotes, and where it stands.
type word struct {
	text    string
	offsets []int // of every byte of text in the line
}

// maxWords bounds the words of one line.
const maxWords = 2000

// split parts a line into words as a shell would, without expanding anything.
// Quotes that are never closed end with the line.
func split(line string) []word {
	var out []word
	var text []byte
	var offsets []int
	quote := byte(0)
	open := false
	flush := func() {
		if open {
			out = append(out, word{string(text), offsets})
		}
		text, offsets, open = nil, nil, false
	}
	for i := 0; i < len(line) && len(out) < maxWords; i++ {
		c := line[i]
		switch {
		case quote != 0 && c == quote:
			quote = 0
			continue
		case quote == 0 && (c == '"' || c == '\'' || c == '`'):
			quote, open = c, true
			continue
		case quote == 0 && (isSpace(c) || strings.IndexByte(";|&()<>", c) >= 0):
			flush()
			continue
		case c == '\\' && quote != '\'' && i+1 < len(line) && strings.IndexByte("\"'\\ ", line[i+1]) >= 0:
			i++
			c = line[i]
		}
		open = true
		text, offsets = append(text, c), append(offsets, i)
	}
	flush()
	return out
}
