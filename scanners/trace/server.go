package trace

import (
	"regexp"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/catalog"
	"github.com/castellan-app/castellan/scanners/credential"
	"github.com/castellan-app/castellan/scanners/doctree"
	"github.com/castellan-app/castellan/scanners/launch"
)

// declares is where code declares MCP servers, by what follows it. Sources:
// langchain-ai/langchain-mcp-adapters, openai/openai-agents-python and -js,
// docs.anthropic.com (MCP connector), platform.openai.com (remote MCP), vercel/ai,
// google/adk-docs, modelcontextprotocol SDKs, docs.spring.io/spring-ai.
var declares = regexp.MustCompile(`\b(MultiServerMCPClient|MCPServerStdio|MCPServerStreamableHttp|MCPServerStreamableHTTP|MCPServerSse|MCPServerSSE|MCPServerHTTP|(?:MCP|Mcp)Server(?:Settings|Config|Params|Parameters|Definition)|HostedMCPTool|hostedMcpTool|StdioServerParameters|StdioServerParams|StdioConnectionParams|SseServerParams|SseConnectionParams|StreamableHTTPConnectionParams|StreamableHTTPServerParams|StreamableHttpServerParams|MCPServerAdapter|MCPTools|MultiMCPTools|BasicMCPClient|NewStdioMCPClient|NewStreamableHttpClient|NewSSEMCPClient|CommandTransport|StreamableClientTransport|HttpClientTransport|HttpClientStreamableHttpTransport\.builder|HttpClientSseClientTransport\.builder|ServerParameters\.builder|StdioMcpTransport\.Builder|HttpMcpTransport\.Builder|StreamableHttpMcpTransport\.Builder|DefaultMcpClient\.Builder|TokioChildProcess::new|MCP\.client|StdioClientTransport|StdioMCPTransport|Experimental_StdioMCPTransport|StreamableHTTPClientTransport|SSEClientTransport|experimental_createMCPClient|createMCPClient|MCPClient|MCPStdioTool|MCPStreamableHTTPTool|sse_client|streamablehttp_client|streamable_http_client|mcp_servers|mcpServers)\b\s*(?:\(|=|:|\{)`)

const (
	maxDeclaration = 6000 // bytes that belong to one
	maxServers     = 50   // of one declaration
	maxBodies      = 2000 // declarations that are looked into in one file
)

// servers reads the MCP servers that code declares from here on.
func (s *search) servers(line string) {
	if s.lang == settings || !containsFold(line, "mcp") && !strings.Contains(line, "Stdio") && !strings.Contains(line, "ServerParam") && !strings.Contains(line, "ClientTransport") && !strings.Contains(line, "ConnectionParams") && !strings.Contains(line, "http_client") && !strings.Contains(line, "sse_client") && !strings.Contains(line, "CommandTransport") && !strings.Contains(line, "StreamableHttp") && !strings.Contains(line, "ServerParameters") && !strings.Contains(line, "ChildProcess") && !strings.Contains(line, "transport") && !strings.Contains(line, "Client(") && !strings.Contains(line, "servers") {
		if s.lang == settings {
			s.spring(line)
		}
		return
	}
	if s.lang == python && strings.HasPrefix(strings.TrimLeft(line, " "), "from ") || strings.HasPrefix(strings.TrimLeft(line, " "), "import ") {
		return
	}
	if i := strings.Index(line, `"type"`); i >= 0 && regexpRemote.MatchString(line) || regexpRemoteKey.MatchString(line) {
		s.remote(line)
		return
	}
	if byTransport.MatchString(line) && !s.within(s.at+strings.IndexByte(line, '{')) {
		s.object(line, "transport")
	}
	if m := ofFastMCP.FindStringSubmatchIndex(line); m != nil && s.holds("fastmcp") {
		s.single("Client", line[m[2]-2:m[3]+1]+")", s.at+m[2]-2)
	}
	if s.lang == php && strings.HasSuffix(s.path, "relay.php") { // the settings of Prism Relay
		if m := relayServers.FindStringIndex(line); m != nil {
			body, start := s.body(s.at + m[1] - 1)
			s.mapped(body, start)
			return
		}
	}
	for _, m := range declares.FindAllStringSubmatchIndex(line, 3) {
		name := line[m[2]:m[3]]
		open := s.at + m[1] - 1
		body, start := s.body(open)
		if strings.HasSuffix(strings.ToLower(name), "builder") {
			body, start = s.chain(open)
		}
		if body == "" {
			continue
		}
		switch {
		case s.within(start):
		case name == "MultiServerMCPClient" || name == "mcp_servers" || name == "mcpServers":
			s.mapped(body, start)
		default:
			if !s.nested(body, start) {
				s.single(name, body, start)
			}
		}
	}
}

// chain are the calls behind a builder, up to the end of the statement.
func (s *search) chain(at int) (text string, start int) {
	if s.bodies++; s.bodies > maxBodies {
		return "", 0
	}
	rest := s.text[at:min(len(s.text), at+maxDeclaration)]
	if i := strings.IndexByte(rest, ';'); i >= 0 {
		rest = rest[:i]
	}
	return rest, at
}

// listOf is a command as a list of Java's, commandNew one of Rust's.
var (
	listOf       = regexp.MustCompile(`\.command\(\s*(?:\w+\.(?:of|asList)|listOf)\(\s*"([^"\n]{1,200})"\s*,?([^)]*)\)`)
	commandNew   = regexp.MustCompile(`\bCommand::new\(\s*"([^"\n]{1,200})"`)
	relayServers = regexp.MustCompile(`["']servers["']\s*=>\s*\[`)
	// ofFastMCP is a client of FastMCP, whose name says nothing.
	ofFastMCP = regexp.MustCompile(`\bClient\(\s*["'](https?://[^"'\s]{1,200}/(?:mcp|sse)/?)["']`)
)

// within says whether a place belongs to a declaration that was read already.
func (s *search) within(at int) bool { return at < s.declared }

// body is what the bracket at or after at holds, without it.
func (s *search) body(at int) (text string, start int) {
	if s.bodies++; s.bodies > maxBodies {
		return "", 0
	}
	end := min(len(s.text), at+maxDeclaration)
	for at < end && strings.IndexByte("([{", s.text[at]) < 0 {
		if c := s.text[at]; c != ' ' && c != '=' && c != ':' && c != '\n' && c != '\t' && c != '\r' {
			return "", 0
		}
		at++
	}
	depth, quote := 0, byte(0)
	for i := at; i < end; i++ {
		c := s.text[i]
		switch {
		case quote != 0:
			if c == '\\' {
				i++
			} else if c == quote || c == '\n' && quote != '`' {
				quote = 0
			}
		case c == '"' || c == '\'' || c == '`':
			quote = c
		case strings.IndexByte("([{", c) >= 0:
			depth++
		case strings.IndexByte(")]}", c) >= 0:
			if depth--; depth == 0 {
				return s.text[at : i+1], at
			}
		}
	}
	return "", 0
}

var (
	fieldName    = regexp.MustCompile(`(?:["']?\b(name|Name|server_label|serverLabel|label)["']?\s*(?:[:=]|=>)\s*|\.(key)\(\s*)["'\x60]([^"'\x60\n]{1,100})["'\x60]`)
	fieldCommand = regexp.MustCompile(`["']?\b(?:command|Command|fullCommand)["']?\s*(?:=>|[:=])\s*(?:exec\.Command\(\s*|\[\s*)?["'\x60]([^"'\x60\n]{1,300})["'\x60]`)
	fieldURL     = regexp.MustCompile(`["']?\b(?:url|Url|server_url|serverUrl|serverURL|endpoint|Endpoint|sseUrl|httpUrl)["']?\s*(?:=>|[:=(])\s*(?:new (?:URL|Uri)\(\s*)?f?["'\x60]((?:https?|wss?)://[^"'\x60\s{$][^"'\x60\s]{0,300})["'\x60]`)
	firstURL     = regexp.MustCompile(`^\(\s*(?:new URL\(\s*)?["'\x60](https?://[^"'\x60\s]{1,300})["'\x60]`)
	// keyBefore is the key that a call's result is kept by.
	keyBefore = regexp.MustCompile(`["']([\w .-]{1,60})["']\s*\]?\s*[:=]\s*(?:new\s+)?[\w.]+$`)
	// firstCommand is a command, with its arguments or without, that a call takes first.
	firstCommand = regexp.MustCompile(`^\(\s*["']([^"'\n]{1,300})["']\s*(?:,\s*(?:nil\s*,\s*)?(?:\[([^\]]{0,1000})\]|((?:["'][^"'\n]*["']\s*,?\s*)+)))?`)
	// fieldLater is an address or a command that is known when the program runs.
	fieldLater = regexp.MustCompile(`\b(url|server_url|serverUrl|serverURL|endpoint|command)["']?\s*[:=]\s*(?:new URL\(\s*)?(?:[\w.]*(?:environ|getenv|env\b|ENV\b|sys\.executable|execPath|which\()|f["']https?://\{|\x60(?:https?://)?\$\{)`)
	fieldArgs  = regexp.MustCompile(`["']?\bargs["']?\s*[:=]\s*\[([^\]]{0,1000})\]`)
	quotedText = regexp.MustCompile(`["'\x60]([^"'\x60\n]*)["'\x60]`)
)

// serverMaps are the fields that hold servers by name.
var serverMaps = map[string]bool{"mcpServers": true, "mcp_servers": true, "servers": true, "connections": true}

// nested reads the servers in a field of an object that holds them by name, and
// says whether there is one.
func (s *search) nested(body string, start int) bool {
	from := strings.IndexByte(body, '{')
	if from < 0 || strings.TrimLeft(body[:from], "( \t\r\n") != "" {
		return false
	}
	for _, m := range membersOf(body, from) {
		if serverMaps[m.key] && strings.HasPrefix(body[m.start:m.end], "{") {
			s.mapped(body[m.start:m.end], start+m.start)
			s.declared = max(s.declared, start+len(body))
			return true
		}
	}
	return false
}

// mapped reads servers by name: {"files": {...}, "web": {...}}, or a list of
// them.
func (s *search) mapped(body string, start int) {
	from := strings.IndexAny(body, "{[")
	if from < 0 || s.nested(body, start) {
		return
	}
	found := false
	for _, m := range membersOf(body, from) {
		value := body[m.start:m.end]
		switch {
		case m.key != "" && strings.ContainsAny(value[:min(len(value), 1)], "{[") || m.key != "" && strings.Contains(value, "("):
			found = s.server(m.key, value, start+m.keyStart, start+m.keyEnd) || found
		case m.key == "" && strings.HasPrefix(value, "{"):
			s.single("", value, start+m.start)
			found = true
		}
	}
	if found {
		s.declared = max(s.declared, start+len(body))
	}
}

// single reads one server from the arguments of a call, or from one object.
func (s *search) single(call, body string, start int) {
	name, at, end := "", 0, 0
	until := start + len(body)
	first := func(m []int, group int) {
		if m != nil && (end == 0 || m[group] < at) {
			at, end = m[group], m[group+1]
		}
	}
	if m := fieldName.FindStringSubmatchIndex(body); m != nil {
		name = body[m[6]:m[7]]
		first(m, 6)
	}
	first(fieldURL.FindStringSubmatchIndex(body), 2)
	first(firstURL.FindStringSubmatchIndex(body), 2)
	first(fieldCommand.FindStringSubmatchIndex(body), 2)
	if m := listOf.FindStringSubmatchIndex(body); m != nil {
		first(m, 2)
		body = `command="` + body[m[2]:m[3]] + `", args=[` + body[m[4]:m[5]] + `] ` + body
	} else if m := commandNew.FindStringSubmatchIndex(body); m != nil {
		first(m, 2)
		body = `command="` + body[m[2]:m[3]] + `" ` + body
	}
	if call != "" {
		first(fieldLater.FindStringSubmatchIndex(body), 2)
	}
	if m := keyBefore.FindStringSubmatchIndex(s.text[max(0, start-200):start]); m != nil && name == "" && call != "" {
		name = s.text[max(0, start-200)+m[2] : max(0, start-200)+m[3]]
	}
	if m := firstCommand.FindStringSubmatchIndex(body); m != nil && firstIsCommand(call) {
		first(m, 2)
		args := ""
		for _, group := range []int{4, 6} {
			if m[group] >= 0 {
				args = "args=[" + body[m[group]:m[group+1]] + "]"
			}
		}
		body = `command="` + body[m[2]:m[3]] + `", ` + args + body
	}
	if end > 0 && s.server(name, body, start+at, start+end) {
		s.declared = max(s.declared, until)
	}
}

// firstIsCommand says whether the first argument of a call is a command.
func firstIsCommand(call string) bool {
	return strings.Contains(call, "Stdio") && !strings.HasSuffix(call, "Builder") || call == "ServerParameters.builder"
}

// server notes one server. [start,end) is what names it.
func (s *search) server(name, body string, start, end int) bool {
	x := scanners.Sighting{Path: s.path, Name: credential.RedactKnown(name)}
	in := scanners.Integration{ID: "local:" + s.path + "#" + name, Kind: scanners.KindMCPServer, Name: name, Reputation: scanners.Unknown}
	url := ""
	for _, p := range []*regexp.Regexp{fieldURL, firstURL} {
		if m := p.FindStringSubmatch(body); m != nil && url == "" {
			url = m[1]
		}
	}
	switch m := fieldCommand.FindStringSubmatch(body); {
	case url != "":
		x.URL, x.Transport = credential.Redact(url), scanners.StreamableHTTP
		if strings.Contains(strings.ToLower(body), "sse") {
			x.Transport = scanners.SSE
		}
		if host := hostOf(url); host != "" && !strings.ContainsAny(host, "{}$") {
			in = scanners.ServerAt(host)
		}
	case m != nil:
		x.Command, x.Transport = m[1], scanners.Stdio
		argv := strings.Fields(m[1])
		if a := fieldArgs.FindStringSubmatch(body); a != nil {
			for _, q := range quotedText.FindAllStringSubmatch(a[1], 30) {
				argv = append(argv, q[1])
				x.Args = append(x.Args, credential.Redact(q[1]))
			}
		}
		started := launch.Parse(argv)
		if pkg := started.Package(); pkg.Name != "" {
			x.Package, x.Version = pkg.Name, pkg.Version
			in = scanners.ServerFrom(pkg.Ecosystem, pkg.Name)
		}
	case fieldLater.MatchString(body):
		x.Transport = scanners.StreamableHTTP
		if strings.HasPrefix(fieldLater.FindStringSubmatch(body)[1], "command") {
			x.Transport = scanners.Stdio
		}
	default:
		return false
	}
	if in.Name == "" {
		in.Name = "MCP server"
	}
	if len(s.out) >= maxTraces {
		return true
	}
	x.Integration = in
	x.Region = s.regionAt(start, end)
	s.out = append(s.out, x)
	return true
}

func hostOf(url string) string {
	_, rest, ok := strings.Cut(url, "://")
	if !ok {
		return ""
	}
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		rest = rest[:i]
	}
	rest = rest[strings.LastIndexByte(rest, '@')+1:]
	host, _, _ := strings.Cut(rest, ":")
	return strings.ToLower(host)
}

// regionAt is the region of bytes of the text, on the current line or near it.
func (s *search) regionAt(start, end int) scanners.Region {
	line, from := s.line, s.at
	for from > start { // an earlier line
		from = strings.LastIndexByte(s.text[:max(from-1, 0)], '\n') + 1
		line--
	}
	for {
		i := strings.IndexByte(s.text[from:min(start, len(s.text))], '\n')
		if i < 0 {
			break
		}
		from += i + 1
		line++
	}
	return scanners.Region{Line: line, Column: start - from + 1, EndLine: line, EndColumn: end - from + 1}
}

var (
	// regexpRemote is a tool of type mcp, as OpenAI's Responses API and others
	// write it.
	regexpRemote    = regexp.MustCompile(`["']type["']\s*:\s*["'](?:mcp|mcp_server)["']`)
	regexpRemoteKey = regexp.MustCompile(`\btype\s*[:=]\s*["']mcp["']`)
)

// remote reads a tool of type mcp: the object around it, on this line and the
// ones that follow.
func (s *search) remote(line string) { s.object(line, "type") }

// byTransport is a server in a list of such, which says how it is reached.
var byTransport = regexp.MustCompile(`["']transport["']\s*:\s*["'](?:sse|streamable[-_]?http|stdio|http)["']`)

// object reads the server that an object is, one of whose fields stands in a
// line.
func (s *search) object(line, field string) {
	open := strings.LastIndexByte(line[:max(0, strings.Index(line, field))], '{')
	if open < 0 { // the object began on an earlier line
		open = strings.LastIndexByte(s.text[max(0, s.at-300):s.at], '{')
		if open < 0 {
			return
		}
		open += max(0, s.at-300) - s.at
	}
	if body, start := s.body(s.at + open); body != "" && !s.within(start) {
		s.single("", body, start)
	}
}

// springProperty is one of Spring AI's properties
// (docs.spring.io/spring-ai/reference/api/mcp/mcp-client-boot-starter-docs.html).
var springProperty = regexp.MustCompile(`^spring\.ai\.mcp\.client\.(?:sse|stdio|streamable-?http)\.connections\.([\w-]+)\.(url|command)\s*[=:]\s*(\S+)`)

func (s *search) spring(line string) {
	if table := serverTable.FindStringSubmatchIndex(line); table != nil && len(catalog.MatchNamed(s.path)) == 0 { // clients' own files are scanners/config's
		s.table(line[table[2]:table[3]], table[2], table[3])
		return
	}
	if !strings.HasPrefix(line, "spring.ai.mcp") && !strings.Contains(line, "quarkus.langchain4j.mcp.") {
		return
	}
	m := springProperty.FindStringSubmatchIndex(line)
	if m == nil {
		if m = quarkusProperty.FindStringSubmatchIndex(line); m != nil && !s.properties[line[m[2]:m[3]]] && len(s.properties) < maxTraces {
			s.properties[line[m[2]:m[3]]] = true
			s.quarkus(line[m[2]:m[3]], m[2], m[3])
		}
		return
	}
	name, field, value := line[m[2]:m[3]], line[m[4]:m[5]], line[m[6]:m[7]]
	s.server(name, field+`: "`+value+`"`, s.at+m[2], s.at+m[3])
}

var (
	// quarkusProperty is one of Quarkus' (docs.quarkiverse.io/quarkus-langchain4j,
	// mcp), quarkusValue what gives the server.
	quarkusProperty = regexp.MustCompile(`^(?:%\w+\.)?quarkus\.langchain4j\.mcp\.([\w-]+)\.[\w-]+\s*=`)
	// serverTable is a table of TOML for a server, as agents' own settings have it.
	serverTable = regexp.MustCompile(`^\[\s*mcp_?[sS]ervers\.["']?([\w-]+)["']?\s*\]`)
)

// quarkus reads the server of a name from all of its properties.
func (s *search) quarkus(name string, start, end int) {
	value := regexp.MustCompile(`(?m)^(?:%\w+\.)?quarkus\.langchain4j\.mcp\.` + regexp.QuoteMeta(name) + `\.(url|command)\s*=\s*(\S+)`)
	if m := value.FindStringSubmatch(s.text); m != nil {
		field, text := m[1], m[2]
		if field == "command" {
			text = strings.ReplaceAll(text, ",", " ")
		}
		s.server(name, field+`: "`+text+`"`, s.at+start, s.at+end)
	}
}

// table reads a server from the lines of a table.
func (s *search) table(name string, start, end int) {
	rest := s.text[s.at:min(len(s.text), s.at+maxDeclaration)]
	if i := strings.Index(rest[1:], "\n["); i >= 0 {
		rest = rest[:i+1]
	}
	s.server(name, rest, s.at+start, s.at+end)
}

// springFile reads the same as YAML.
func (s *search) springFile() {
	if !strings.Contains(s.text, "spring:") || !strings.Contains(s.text, "connections:") || !strings.Contains(s.text, "mcp:") {
		return
	}
	doc := doctree.Parse(doctree.YAML, []byte(s.text), doctree.Limits{Bytes: maxFile, Depth: 50, Nodes: 20000})
	for _, n := range doc.At("/spring/ai/mcp/client/*/connections") {
		n = n.Resolve()
		for _, m := range n.Members[:min(len(n.Members), maxServers)] {
			v := m.Value.Resolve()
			field, value := "url", v.Get("url")
			if value == nil {
				field, value = "command", v.Get("command")
			}
			if value != nil && value.Kind == doctree.String {
				s.line, s.at = 1, 0
				s.server(m.Key, field+`: "`+value.Text+`"`, m.KeySpan.Start, m.KeySpan.End)
			}
		}
	}
}
