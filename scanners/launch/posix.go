package launch

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// tooDeep says whether a text could nest deeper than the shell parser's stack
// bears: it recurses with what is nested, and a stack that overflows ends the
// process. Everything that can open a level is counted and nothing is taken
// off, so quotes and comments cannot hide any.
func tooDeep(text string) bool {
	openers := 0
	arithmetic := strings.Contains(text, "((") || strings.Contains(text, "[[") || strings.Contains(text, "$[") || strings.Contains(text, "let ") || strings.Contains(text, "${")
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '(', '{', '[', '`', '!', '|', '&', '<', '"':
			openers++
		case '+', '-', '~', '*', '?', ':', '=', ',', '^', '/', '%':
			if arithmetic {
				openers++
			}
		default:
			if text[i] >= 'a' && text[i] <= 'z' && (i == 0 || text[i-1] < 'a' || text[i-1] > 'z') && keyword(text[i:]) {
				openers++
			}
		}
	}
	return openers > maxOpeners
}

// keyword says whether s begins with a word that opens a compound command.
func keyword(s string) bool {
	for _, k := range []string{"if", "elif", "while", "until", "for", "case", "select", "function", "time", "coproc", "then", "else", "do"} {
		if strings.HasPrefix(s, k) {
			return true
		}
	}
	return false
}

// parsePOSIX reads a text with the shell parser, if it takes it.
func parsePOSIX(w Word) (Shell, bool) {
	if len(w.Text) > maxShellText || tooDeep(w.Text) || strings.IndexByte(w.Text, 0) >= 0 { // it loses NULs, and count with them
		return Shell{}, false
	}
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(w.Text), "")
	if err != nil {
		return Shell{}, false
	}
	b := builder{src: w}
	b.stmts(file.Stmts, context{parent: -1, word: -1})
	return Shell{Commands: b.commands}, true
}

// builder turns a syntax tree into simple commands. Its recursion is bounded
// by tooDeep.
type builder struct {
	src      Word
	commands []Command
	pipes    int
}

// context is what a command has from where it stands.
type context struct {
	parent, word int
	place        Place
	join         Join
	in, out      int
	into         string
	redirects    []Redirect
}

func (b *builder) stmts(list []*syntax.Stmt, ctx context) {
	for i, s := range list {
		if i > 0 {
			ctx.join = Then
		}
		b.stmt(s, ctx)
	}
}

func (b *builder) stmt(s *syntax.Stmt, ctx context) {
	if len(b.commands) >= maxCommands {
		return
	}
	if call, ok := s.Cmd.(*syntax.CallExpr); ok {
		b.call(call, s.Redirs, ctx)
		return
	}
	if s.Cmd == nil {
		if len(s.Redirs) > 0 {
			b.call(&syntax.CallExpr{}, s.Redirs, ctx)
		}
		return
	}
	for _, r := range s.Redirs {
		ctx.redirects = append(ctx.redirects[:len(ctx.redirects):len(ctx.redirects)], b.redirect(r))
		if r.Word != nil {
			b.substitutions(r.Word, context{parent: len(b.commands), word: -1})
		}
	}
	b.compound(s.Cmd, ctx)
}

// compound reads a command that holds others. What is in a branch or a loop is
// taken as run.
func (b *builder) compound(cmd syntax.Command, ctx context) {
	switch c := cmd.(type) {
	case *syntax.BinaryCmd:
		b.binary(c, ctx)
	case *syntax.Subshell:
		b.stmts(c.Stmts, ctx)
	case *syntax.Block:
		b.stmts(c.Stmts, ctx)
	case *syntax.IfClause:
		for c != nil {
			b.stmts(c.Cond, ctx)
			b.stmts(c.Then, ctx)
			c = c.Else
		}
	case *syntax.WhileClause:
		b.stmts(c.Cond, ctx)
		b.stmts(c.Do, ctx)
	case *syntax.ForClause:
		if it, ok := c.Loop.(*syntax.WordIter); ok {
			for _, w := range it.Items {
				b.substitutions(w, context{parent: -1, word: -1, into: it.Name.Value})
			}
		}
		b.stmts(c.Do, ctx)
	case *syntax.CaseClause:
		for _, item := range c.Items {
			b.stmts(item.Stmts, ctx)
		}
	case *syntax.FuncDecl:
		b.stmt(c.Body, ctx)
	case *syntax.TimeClause:
		if c.Stmt != nil {
			b.stmt(c.Stmt, ctx)
		}
	case *syntax.CoprocClause:
		if c.Stmt != nil {
			b.stmt(c.Stmt, ctx)
		}
	case *syntax.DeclClause: // export X=…
		call := &syntax.CallExpr{}
		for _, a := range c.Args {
			switch {
			case a.Name != nil:
				call.Assigns = append(call.Assigns, a)
			case a.Value != nil && c.Variant != nil: // export $(cat .env)
				if len(call.Args) == 0 {
					call.Args = append(call.Args, &syntax.Word{Parts: []syntax.WordPart{c.Variant}})
				}
				call.Args = append(call.Args, a.Value)
			}
		}
		b.call(call, nil, ctx)
	}
}

func (b *builder) binary(c *syntax.BinaryCmd, ctx context) {
	left, right := ctx, ctx
	switch c.Op {
	case syntax.Pipe, syntax.PipeAll:
		b.pipes++
		left.out, right.in = b.pipes, b.pipes
		right.join = Piped
	case syntax.AndStmt:
		right.join = And
	case syntax.OrStmt:
		right.join = Or
	}
	b.stmt(c.X, left)
	b.stmt(c.Y, right)
}

// call reads a simple command, then what is substituted in it.
func (b *builder) call(call *syntax.CallExpr, redirects []*syntax.Redirect, ctx context) {
	index := len(b.commands)
	c := Command{Join: ctx.join, Place: ctx.place, Parent: ctx.parent, ParentWord: ctx.word, In: ctx.in, Out: ctx.out, into: ctx.into, Redirects: ctx.redirects[:len(ctx.redirects):len(ctx.redirects)]}
	for _, a := range call.Assigns {
		if a.Name == nil {
			continue
		}
		s := Setting{Name: a.Name.Value}
		if a.Value != nil {
			s.Word = b.word(a.Value)
			s.Value = s.Word.Text
		} else {
			s.Passed = a.Naked
			s.Word = b.src.within(a.Name.Value, int(a.Name.Pos().Offset()), int(a.Name.End().Offset()), false)
		}
		c.Env = append(c.Env, s)
	}
	for _, w := range call.Args {
		if len(c.Words) < maxWords {
			c.Words = append(c.Words, b.word(w))
		}
	}
	for _, r := range redirects {
		c.Redirects = append(c.Redirects, b.redirect(r))
	}
	b.commands = append(b.commands, c)
	for _, a := range call.Assigns {
		if a.Value != nil && a.Name != nil {
			b.substitutions(a.Value, context{parent: index, word: -1, into: a.Name.Value})
		}
	}
	for i, w := range call.Args {
		b.substitutions(w, context{parent: index, word: i})
	}
	for _, r := range redirects {
		if r.Word != nil {
			b.substitutions(r.Word, context{parent: index, word: -1})
		}
		if r.Hdoc != nil {
			b.substitutions(r.Hdoc, context{parent: index, word: -1})
		}
	}
}

// substitutions reads the commands within a word.
func (b *builder) substitutions(w *syntax.Word, ctx context) {
	syntax.Walk(w, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.CmdSubst:
			ctx.place = Substitution
			b.stmts(n.Stmts, ctx)
			return false
		case *syntax.ProcSubst:
			ctx.place = Process
			b.stmts(n.Stmts, ctx)
			return false
		}
		return true
	})
}

func (b *builder) redirect(r *syntax.Redirect) Redirect {
	out := Redirect{Op: r.Op.String()}
	if r.N != nil {
		out.FD = r.N.Value
	}
	switch {
	case r.Hdoc != nil:
		out.Target = b.word(r.Hdoc)
	case r.Word != nil:
		out.Target = b.word(r.Word)
	}
	return out
}

// word reads one word: quotes and escapes away, expansions as they stand.
func (b *builder) word(w *syntax.Word) Word {
	from, to := int(w.Pos().Offset()), int(w.End().Offset())
	if len(w.Parts) == 1 { // the place of a quoted word is within its quotes
		switch q := w.Parts[0].(type) {
		case *syntax.SglQuoted:
			if !q.Dollar {
				from, to = from+1, to-1
			}
		case *syntax.DblQuoted:
			if !q.Dollar {
				from, to = from+1, to-1
			}
		}
	}
	if from < 0 || to > len(b.src.Text) || from > to {
		from, to = 0, len(b.src.Text)
	}
	var text strings.Builder
	expands := b.parts(&text, w.Parts, false)
	return b.src.within(text.String(), from, to, expands || dynamic(text.String()))
}

// parts writes the value of parts of a word; expands says that some of it is
// an expansion.
func (b *builder) parts(text *strings.Builder, parts []syntax.WordPart, quoted bool) (expands bool) {
	for _, part := range parts {
		switch q := part.(type) {
		case *syntax.Lit:
			unescape(text, q.Value, quoted)
		case *syntax.SglQuoted:
			text.WriteString(q.Value)
		case *syntax.DblQuoted:
			expands = b.parts(text, q.Parts, true) || expands
		default:
			expands = true
			from, to := int(part.Pos().Offset()), int(part.End().Offset())
			if from >= 0 && from <= to && to <= len(b.src.Text) {
				text.WriteString(b.src.Text[from:to])
			}
		}
	}
	return expands
}

// unescape takes the backslashes away that a shell takes away.
func unescape(b *strings.Builder, s string, quoted bool) {
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && (!quoted || strings.IndexByte("\"\\$`\n", s[i+1]) >= 0) {
			i++
			if s[i] == '\n' {
				continue
			}
		}
		b.WriteByte(s[i])
	}
}
