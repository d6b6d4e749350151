package config

import (
	"slices"
	"sort"
	"strings"

	"github.com/castellan-app/castellan/scanners/catalog"
	"github.com/castellan-app/castellan/scanners/credential"
	"github.com/castellan-app/castellan/scanners/doctree"
	"github.com/castellan-app/castellan/scanners/launch"
)

// judgeServers looks at every value of every server.
func (s *File) judgeServers() {
	for _, srv := range s.Servers {
		ctx := s.context(srv)
		for _, e := range srv.Env {
			s.judge(srv, e.Value, with(ctx, credential.InEnv, e.Name))
		}
		for _, h := range srv.Headers {
			s.judge(srv, h.Value, with(ctx, credential.InHeader, h.Name))
		}
		if srv.URL != nil {
			s.judge(srv, srv.URL, with(ctx, credential.InURL, "url"))
		}
		s.judgeArgs(srv, ctx)
		s.judgeFields(srv, ctx)
	}
	for _, srv := range s.Servers {
		if safe := s.safeArgv(srv); !srv.packaged && !slices.Equal(safe, srv.argv()) {
			srv.Launch = launch.Parse(safe)
		}
	}
}

// safeArgv is the command line with every credential in it masked: what a
// server is called is taken from that, never from a credential that stands where
// a package's name could.
func (s *File) safeArgv(srv *Server) []string {
	var argv []string
	if srv.Command != nil {
		argv = append(argv, s.safe(srv.Command))
	}
	for _, a := range srv.Args {
		argv = append(argv, s.safe(a))
	}
	return argv
}

// context is what a server's surroundings say about its values.
func (s *File) context(srv *Server) credential.Context {
	ctx := credential.Context{References: s.Format.References, AnyReference: s.Format.AnyReference || s.template()}
	if srv == nil {
		return ctx
	}
	ctx.Near = []string{srv.Name, srv.Launch.Package().Name}
	if srv.URL != nil {
		ctx.Near = append(ctx.Near, srv.URL.Text)
	}
	return ctx
}

func with(ctx credential.Context, place credential.Place, name string) credential.Context {
	ctx.Place, ctx.Name = place, name
	return ctx
}

// judge records what is to be said of one scalar.
func (s *File) judge(srv *Server, n *doctree.Node, ctx credential.Context) {
	if s.judged[n] {
		return
	}
	s.judged[n] = true
	s.record(srv, n, ctx.Place, credential.Judge(ctx, n.Text))
}

// judgeArgs looks at the command line as a whole: a value may follow its flag.
func (s *File) judgeArgs(srv *Server, ctx credential.Context) {
	argv := srv.argv()
	nodes := srv.Args
	command := ""
	if srv.Command != nil {
		command = argv[0]
		if strings.ContainsAny(command, " \t=") { // arguments in the command itself
			nodes, command = append([]*doctree.Node{srv.Command}, nodes...), ""
		} else {
			argv = argv[1:]
			s.judged[srv.Command] = true
		}
	}
	for i, judgements := range credential.JudgeArgs(ctx, command, argv) {
		if n := nodes[i]; !s.judged[n] {
			s.judged[n] = true
			s.record(srv, n, credential.InArgs, judgements)
		}
	}
}

// judgeFields looks at the scalars of a server that have no place of their own
// in its shape: oauth.clientSecret, bearer_token, nested tool settings.
func (s *File) judgeFields(srv *Server, ctx credential.Context) {
	s.eachScalar(srv.Node, func(n *doctree.Node) {
		s.judge(srv, n, with(ctx, credential.InField, n.NearestKey()))
	})
}

// judgeRest looks at every scalar outside servers. Most of a file with a wide
// path is about something else: there the documents in strings count.
func (s *File) judgeRest() {
	ctx := s.context(nil)
	var roots []*doctree.Node
	if !s.Format.Wide {
		roots = slices.Clone(s.Doc.Roots)
	}
	for _, p := range s.parts {
		roots = append(roots, p.doc.Roots...)
	}
	for _, root := range roots {
		s.eachScalar(root, func(n *doctree.Node) {
			place := credential.InField
			if p := n.Parent(); p != nil && isEnvMap(p) {
				place = credential.InEnv
			}
			s.judge(nil, n, with(ctx, place, n.NearestKey()))
		})
	}
}

// isEnvMap says whether a map's own key calls it an environment.
func isEnvMap(n *doctree.Node) bool {
	return slices.Contains(envKeys, n.Key())
}

// eachScalar visits the scalars below a node in source order, not through
// aliases, without recursion.
func (s *File) eachScalar(root *doctree.Node, visit func(*doctree.Node)) {
	stack := []*doctree.Node{root}
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if n == nil {
			continue
		}
		if isScalar(n) && n.Kind != doctree.Null {
			visit(n)
			continue
		}
		for i := len(n.Members) - 1; i >= 0; i-- {
			stack = append(stack, n.Members[i].Value)
		}
		for i := len(n.Items) - 1; i >= 0; i-- {
			stack = append(stack, n.Items[i])
		}
	}
}

// record turns judgements of one scalar into hits.
func (s *File) record(srv *Server, n *doctree.Node, origin credential.Place, judgements []credential.Judgement) {
	for i := range judgements {
		j := &judgements[i]
		span := s.Doc.Locate(n, j.Start, j.End)
		switch {
		case j.IsCredential():
			s.addCredential(srv, n, origin, span, j)
		case j.Class == credential.Unexpanded && srv != nil && s.active():
			s.add(s.referenceHit(srv, n, span, j))
		case j.Class == credential.Reference && srv != nil && s.undeclared(j.Reference):
			s.add(s.inputHit(srv, n, span, j))
		}
	}
}

// active says whether a client reads this file as it lies here.
func (s *File) active() bool { return !s.template() && s.Format.Role != catalog.RolePublish }

func (s *File) template() bool { return s.Format.Role == catalog.RoleTemplate }

// undeclared says whether a reference asks for an input that the file does not
// declare. VS Code's inputs stand in the same file as the servers that use them.
func (s *File) undeclared(reference string) bool {
	id, ok := strings.CutPrefix(reference, "${input:")
	if !ok || s.Format.Client != "vscode" || s.template() || len(s.Doc.Errors) > 0 {
		return false
	}
	return !s.inputs[strings.TrimSuffix(id, "}")]
}

// searchText looks at the bytes that no judged scalar covers: comments, keys,
// and whatever damage kept from the tree.
func (s *File) searchText() {
	covered := s.coveredSpans()
	for _, j := range credential.Search(s.Doc.Source) {
		span := doctree.Span{Start: j.Start, End: j.End}
		if !j.IsCredential() || overlaps(covered, span) {
			continue
		}
		s.addCredential(nil, nil, credential.InText, span, &j)
	}
}

// coveredSpans are the spans of judged scalars, in source order. A string that
// holds a document is covered where the document's scalars are.
func (s *File) coveredSpans() []doctree.Span {
	spans := make([]doctree.Span, 0, len(s.judged))
	judged := func(n *doctree.Node) bool {
		if s.judged[n] && !s.holds[n] {
			spans = append(spans, n.Span)
		}
		return true
	}
	s.Doc.Walk(judged)
	for _, p := range s.parts {
		p.doc.Walk(judged)
	}
	if len(s.parts) > 0 {
		slices.SortFunc(spans, func(a, b doctree.Span) int { return a.Start - b.Start })
	}
	return spans
}

// overlaps assumes spans sorted by Start and apart from each other.
func overlaps(spans []doctree.Span, with doctree.Span) bool {
	i := sort.Search(len(spans), func(i int) bool { return spans[i].End > with.Start })
	return i < len(spans) && spans[i].Start < with.End
}
