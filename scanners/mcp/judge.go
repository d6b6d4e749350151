package mcp

import (
	"slices"
	"sort"
	"strings"

	"github.com/castellan-app/castellan/scanners/catalog"
	"github.com/castellan-app/castellan/scanners/credential"
	"github.com/castellan-app/castellan/scanners/doctree"
)

// judgeServers looks at every value of every server.
func (s *file) judgeServers() {
	for _, srv := range s.servers {
		ctx := s.context(srv)
		for _, e := range srv.env {
			s.judge(srv, e.value, with(ctx, credential.InEnv, e.name))
		}
		for _, h := range srv.headers {
			s.judge(srv, h.value, with(ctx, credential.InHeader, h.name))
		}
		if srv.url != nil {
			s.judge(srv, srv.url, with(ctx, credential.InURL, "url"))
		}
		s.judgeArgs(srv, ctx)
		s.judgeFields(srv, ctx)
	}
	for _, srv := range s.servers {
		srv.launch = parseLaunch(s.safeArgv(srv))
	}
}

// safeArgv is the command line with every credential in it masked: what a
// server is called is taken from that, never from a credential that stands where
// a package's name could.
func (s *file) safeArgv(srv *server) []string {
	var argv []string
	if srv.command != nil {
		argv = append(argv, s.safe(srv.command))
	}
	for _, a := range srv.args {
		argv = append(argv, s.safe(a))
	}
	return argv
}

// context is what a server's surroundings say about its values.
func (s *file) context(srv *server) credential.Context {
	ctx := credential.Context{References: s.format.References, AnyReference: s.format.AnyReference || s.template()}
	if srv == nil {
		return ctx
	}
	ctx.Near = []string{srv.name, srv.launch.pkg}
	if srv.url != nil {
		ctx.Near = append(ctx.Near, srv.url.Text)
	}
	return ctx
}

func with(ctx credential.Context, place credential.Place, name string) credential.Context {
	ctx.Place, ctx.Name = place, name
	return ctx
}

// judge records what is to be said of one scalar.
func (s *file) judge(srv *server, n *doctree.Node, ctx credential.Context) {
	if s.judged[n] {
		return
	}
	s.judged[n] = true
	s.record(srv, n, ctx.Place, credential.Judge(ctx, n.Text))
}

// judgeArgs looks at the command line as a whole: a value may follow its flag.
func (s *file) judgeArgs(srv *server, ctx credential.Context) {
	argv := srv.argv()
	nodes := srv.args
	command := ""
	if srv.command != nil {
		command = argv[0]
		if strings.ContainsAny(command, " \t=") { // arguments in the command itself
			nodes, command = append([]*doctree.Node{srv.command}, nodes...), ""
		} else {
			argv = argv[1:]
			s.judged[srv.command] = true
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
func (s *file) judgeFields(srv *server, ctx credential.Context) {
	s.eachScalar(srv.node, func(n *doctree.Node) {
		s.judge(srv, n, with(ctx, credential.InField, n.NearestKey()))
	})
}

// judgeRest looks at every scalar outside servers.
func (s *file) judgeRest() {
	ctx := s.context(nil)
	for _, root := range s.doc.Roots {
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
func (s *file) eachScalar(root *doctree.Node, visit func(*doctree.Node)) {
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
func (s *file) record(srv *server, n *doctree.Node, origin credential.Place, judgements []credential.Judgement) {
	for i := range judgements {
		j := &judgements[i]
		span := s.doc.Locate(n, j.Start, j.End)
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
func (s *file) active() bool { return !s.template() && s.format.Role != catalog.RolePublish }

func (s *file) template() bool { return s.format.Role == catalog.RoleTemplate }

// undeclared says whether a reference asks for an input that the file does not
// declare. VS Code's inputs stand in the same file as the servers that use them.
func (s *file) undeclared(reference string) bool {
	id, ok := strings.CutPrefix(reference, "${input:")
	if !ok || s.format.Client != "vscode" || s.template() || len(s.doc.Errors) > 0 {
		return false
	}
	return !s.inputs[strings.TrimSuffix(id, "}")]
}

// searchText looks at the bytes that no judged scalar covers: comments, keys,
// and whatever damage kept from the tree.
func (s *file) searchText() {
	covered := s.coveredSpans()
	for _, j := range credential.Search(s.doc.Source) {
		span := doctree.Span{Start: j.Start, End: j.End}
		if !j.IsCredential() || overlaps(covered, span) {
			continue
		}
		s.addCredential(nil, nil, credential.InText, span, &j)
	}
}

// coveredSpans are the spans of judged scalars, in source order.
func (s *file) coveredSpans() []doctree.Span {
	spans := make([]doctree.Span, 0, len(s.judged))
	s.doc.Walk(func(n *doctree.Node) bool {
		if s.judged[n] {
			spans = append(spans, n.Span)
		}
		return true
	})
	return spans
}

// overlaps assumes spans sorted by Start and apart from each other.
func overlaps(spans []doctree.Span, with doctree.Span) bool {
	i := sort.Search(len(spans), func(i int) bool { return spans[i].End > with.Start })
	return i < len(spans) && spans[i].Start < with.End
}
