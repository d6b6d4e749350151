package credential

import (
	"slices"
	"strings"
)

// JudgeArgs judges a command line. The result has one element for each
// argument; ranges are in that argument. A value is judged under the flag
// before it, whether joined by "=" or by a space. ctx.Place is ignored.
func JudgeArgs(ctx Context, command string, args []string) [][]Judgement {
	out := make([][]Judgement, len(args))
	r := argReader{ctx: newScope(ctx).at(InArgs), tool: baseName(command)}
	switch runs := program(command, args); runs {
	case "cmd":
		r.ctx.References = append(slices.Clip(r.ctx.References), "windows-percent")
	case "":
	default:
		r.ctx.AnyReference = true
	}
	for i, arg := range args {
		out[i] = tidy(r.next(arg))
	}
	return out
}

// pending is what the next argument is to the flag before it.
type pending uint8

const (
	nothing       pending = iota
	flagValue             // under flag's name
	headerValue           // "Name: value"
	envValue              // NAME or NAME=value
	userValue             // user:password, as curl takes it
	passwordValue         // a password, as a database's client takes it
	shortValue            // whatever a flag of one letter takes
)

// argReader walks a command line.
type argReader struct {
	ctx    *scope
	inLine bool // the line is itself an argument or a text: no lines in it
	wait   pending
	flag   string
	tool   string // the last program named
	named  bool   // a flag has named a user: -p may be that user's password
}

// next judges one argument.
func (r *argReader) next(arg string) []Judgement {
	wait, flag := r.wait, r.flag
	r.wait, r.flag = nothing, ""
	switch {
	case wait == headerValue:
		return r.header(arg, 0)
	case wait == envValue:
		return r.env(arg)
	case wait == userValue:
		return r.user(arg)
	case wait == passwordValue:
		return r.password(arg, 0)
	case wait == shortValue && flag == "-p" && r.named && !r.inLine && passwordLike(arg):
		return r.password(arg, 0)
	case wait == shortValue && keyLike(flag, arg):
		return judgeUnder(r.ctx, "key", flag, arg)
	case wait == flagValue && !strings.HasPrefix(arg, "--"):
		return judgeValue(r.ctx.named(flag), arg)
	}
	if strings.HasPrefix(arg, "-") && len(arg) > 1 && classOf(arg[1]) != 'd' && !isSpace(arg[1]) && !strings.HasPrefix(arg, "-----") {
		return r.option(arg)
	}
	return r.positional(arg)
}

// keyLike says whether the value of a flag of one letter is a key: -k says so
// more plainly than -t or -p, which take tags, ports and packages as well.
func keyLike(flag, arg string) bool {
	return flag == "-k" && generated(arg, 16) || opaque(arg)
}

// passwordLike says whether what follows -p behind a user is no port, mapping of
// ports, path or package.
func passwordLike(arg string) bool {
	return strings.Trim(arg, "0123456789") != "" && !strings.ContainsAny(arg[:1], "-./~@") && !strings.Contains(arg, ":")
}

// judgeUnder judges a value as one of another name than it stands under.
func judgeUnder(ctx *scope, as, name, value string) []Judgement {
	js := judgeValue(ctx.named(as), value)
	for i := range js {
		js[i].Name = name
	}
	return js
}

// password judges what a database's client takes as one; at is its offset in
// the argument.
func (r *argReader) password(arg string, at int) []Judgement {
	return shift(judgeAccount(r.ctx.named("password"), arg, 0, len(arg), "", false, "password"), at)
}

// positional judges an argument that stands for itself: NAME=value, a URL, a
// document, a command line of its own, or a value that only its shape gives
// away.
func (r *argReader) positional(arg string) []Judgement {
	none := r.ctx.named("")
	if base := baseName(arg); takesUser(base) {
		r.tool = base
	} else if flag, _, _ := passwordFlag(base); flag != "" {
		r.tool = base
	}
	spaced := strings.ContainsAny(arg, " \t\n")
	if rest := strings.TrimPrefix(arg, "$env:"); len(rest) < len(arg) { // PowerShell's way to set a variable
		if name, ok := assignment(rest); ok && (!spaced || r.inLine) {
			at := len(arg) - len(rest) + len(name) + 1
			return shift(judgeValue(r.ctx.named(name), arg[at:]), at)
		}
	}
	if name, ok := assignment(arg); ok && (!spaced || r.inLine || structured(arg[len(name)+1:])) {
		return shift(judgeValue(r.ctx.named(name), arg[len(name)+1:]), len(name)+1)
	}
	if name, value, ok := strings.Cut(arg, ":"); ok && spaced && plainName(name) && strings.HasPrefix(value, " ") && classifyName(name) >= nameWeak {
		return r.header(arg, 0)
	}
	if isURL(arg) || !spaced || r.inLine {
		return judgeValue(none, arg)
	}
	if js, ok := judgeDocument(none, arg); ok {
		return js
	}
	if js := judgeConnection(none, arg, 0, len(arg)); js != nil {
		return js
	}
	if js := judgePEM(none, arg); js != nil {
		return js
	}
	js := order(r.line(arg))
	return append(js, apart(js, searchNear(arg, r.ctx.Near))...)
}

// option reads a flag, with its value if that is joined to it.
func (r *argReader) option(arg string) []Judgement {
	if flag, glued, apart := passwordFlag(r.tool); apart && arg == flag {
		r.wait = passwordValue
		return nil
	} else if glued && strings.HasPrefix(arg, flag) && len(arg) > len(flag)+1 {
		return r.password(arg[len(flag):], len(flag))
	}
	name, value, joined := strings.Cut(arg, "=")
	if flag, _, ok := strings.Cut(name, ":"); ok && strings.HasPrefix(flag, "--") && plainName(flag[2:]) && classifyName(flag) >= nameWeak {
		name, value, joined = flag, arg[len(flag)+1:], true // --token:VALUE
	}
	wait := nothing
	switch strings.ToLower(strings.TrimLeft(name, "-")) {
	case "header", "headers", "custom-header", "http-header":
		wait = headerValue
	case "h":
		if name == "-H" {
			wait = headerValue
		}
	case "env", "e", "set-env", "environment", "build-arg", "secret-env":
		wait = envValue
	case "username":
		r.named = true
	case "u", "user":
		r.named = true
		if !r.inLine || takesUser(r.tool) { // date -u, id -u
			wait = userValue
		}
	case "k", "t", "p":
		wait = shortValue
	default:
		if glued := len(arg) > 3 && arg[0] == '-' && arg[1] != '-'; glued && arg[1] == 'H' && strings.Contains(arg, ":") {
			return r.header(arg[2:], 2)
		} else if glued && arg[1] == 'e' && strings.Contains(name, "_") && joined {
			return shift(r.env(arg[2:]), 2)
		}
		if class := classifyName(name); strings.HasPrefix(name, "--") && (class >= nameWeak || class == namePublic || class == nameVariable) || len(name) > 2 && class == nameSecret {
			wait = flagValue
		}
	}
	if !joined {
		r.wait, r.flag = wait, name
		if wait == nothing {
			return judgeShapes(r.ctx.named(""), arg, 0, len(arg)) // a value glued to its flag
		}
		return nil
	}
	at := len(name) + 1
	switch wait {
	case headerValue:
		return r.header(value, at)
	case envValue:
		return shift(r.env(value), at)
	case userValue:
		return shift(r.user(value), at)
	default:
		return shift(judgeValue(r.ctx.named(name), value), at)
	}
}

// header reads "Name: value"; at is the offset of pair in its argument.
func (r *argReader) header(pair string, at int) []Judgement {
	if js, ok := judgeDocument(r.ctx.named("Authorization"), pair); ok {
		return shift(js, at)
	}
	name, value, ok := strings.Cut(pair, ":")
	if !ok {
		if name, value, ok = strings.Cut(pair, "="); !ok {
			return shift(judgeValue(r.ctx.named("Authorization"), pair), at)
		}
	}
	end := len(value)
	if q := strings.TrimLeft(name, " "); q != "" && (q[0] == '"' || q[0] == '\'') && end > 0 && value[end-1] == q[0] {
		end-- // the pair is quoted once more
	}
	part := r.ctx.at(InHeader).named(strings.Trim(strings.TrimSpace(name), `"'`))
	js := judgeValue(part, value[:end])
	for i := range js {
		js[i].Place = r.ctx.Place
	}
	return shift(js, at+len(name)+1)
}

// env reads what follows docker's -e: a name that is passed through, or a name
// and its value.
func (r *argReader) env(arg string) []Judgement {
	name, ok := assignment(arg)
	if before, _, colon := strings.Cut(arg, ":"); !ok && colon && plainName(before) && classifyName(before) >= nameWeak {
		name, ok = before, true // NAME:VALUE
	}
	if !ok {
		if plainName(arg) && !generated(arg, 20) {
			if js := judgeShapes(r.ctx.named(""), arg, 0, len(arg)); js == nil {
				return r.ctx.named(arg).says(VariableName, 0, len(arg))
			}
		}
		return judgeValue(r.ctx.named(""), arg)
	}
	return shift(judgeValue(r.ctx.named(name), arg[len(name)+1:]), len(name)+1)
}

// user reads user:password. Docker's --user takes numbers.
func (r *argReader) user(arg string) []Judgement {
	user, password, ok := strings.Cut(arg, ":")
	if !ok || strings.Trim(password, "0123456789") == "" {
		return judgeValue(r.ctx.named(""), arg)
	}
	return judgeAccount(r.ctx.named("password"), arg, len(user)+1, len(arg), user, false, "password")
}

// structured says whether a value with spaces in it is one value all the same:
// a document, or in quotes from end to end.
func structured(value string) bool {
	if value == "" || strings.IndexByte(`{["'`, value[0]) < 0 {
		return false
	}
	return value[0] == '{' || value[0] == '[' || strings.IndexByte(value[1:], value[0]) == len(value)-2
}

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
