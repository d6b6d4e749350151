package trace

import (
	"regexp"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/catalog"
	"github.com/castellan-app/castellan/scanners/credential"
)

// apiPath is what stands behind the host where a program calls a provider, not
// where a person reads its pages.
var apiPath = regexp.MustCompile(`^/(?:v\d(?:beta\d?|alpha)?\b|api(?:/(?:v\d|chat|generate|embed|tags|inference|paas|openai|messages|completions)|["'\x60\s)?]|/?$)|openai\b|openrouter\b|inference\b|anthropic\b|engines\b|chat/|models/|compatible-mode|serving-endpoints|predictions)`)

// apiHost is a host by whose name only programs go.
var apiHost = regexp.MustCompile(`^(?:api|inference|router|gateway|generativelanguage|models|integrate|oai|llm|ark|dashscope)[.-]|^api\d|-api\.|\.api\.|aiplatform\.googleapis|bedrock|\.openai\.azure\.com$|\.(?:services|inference|models)\.ai\.azure\.com$|\.endpoints\.huggingface\.cloud$|^fal\.run$|^ai-gateway|cognitiveservices\.azure|\.pinecone\.io$|\.weaviate\.cloud$|\.cloud\.qdrant\.io$|^r\.jina\.ai$|^s\.jina\.ai$|serper\.dev$`)

// forPeople is a host with pages.
var forPeople = regexp.MustCompile(`^(?:docs|help|status|www|blog|support|community|developers?|console|dashboard|platform|playground|learn)\.|(?:^|[.-])docs\.|^[a-z]+-docs\.`)

// inProse says whether an address stands in a string among words, as a message
// has it. A command in a string has words too.
func (s *search) inProse(line string, at int) bool {
	quote := openQuote(line[:at])
	if quote == 0 || s.lang == shell || quote == '`' {
		return false
	}
	from := strings.LastIndexByte(line[:at], quote) + 1
	text := line[from:]
	if i := strings.IndexByte(text, quote); i >= 0 {
		text = text[:i]
	}
	return strings.ContainsAny(strings.TrimSpace(text), " ") && !strings.Contains(text, "curl") && !strings.HasPrefix(strings.TrimSpace(text), "{") && !strings.Contains(text, "export ")
}

const maxHosts = 20 // of one line

// hostGiven is a host without a scheme, for a client that is told it alone.
var hostGiven = regexp.MustCompile(`(?i)\b(?:host|host_?name|base_?host|api_?host|authority)["']?\s*[:=]\s*["'\x60]([a-z0-9-]+(?:\.[a-z0-9-]+)+)["'\x60]`)

// addresses reads the providers' addresses in a line.
func (s *search) addresses(line string) {
	if m := hostGiven.FindStringSubmatchIndex(line); m != nil && !inComment(line, m[2]) && apiHost.MatchString(line[m[2]:m[3]]) {
		s.address(strings.ToLower(line[m[2]:m[3]]), m[2], m[3])
	}
	for at, n := 0, 0; n < maxHosts; n++ {
		i := strings.Index(line[at:], "://")
		if i < 0 {
			return
		}
		start := at + i + 3
		end := start
		for end < len(line) && isHost(line[end]) {
			end++
		}
		at = max(end, start)
		host := strings.ToLower(line[start:end])
		rest := line[end:]
		if i := strings.IndexByte(rest, '/'); i > 0 && rest[0] == ':' {
			rest = rest[i:]
		}
		if strings.Contains(line[:start], "// ") && !strings.Contains(line[:start], "http") || inComment(line, start) {
			continue
		}
		if (apiHost.MatchString(host) || apiPath.MatchString(rest)) && !forPeople.MatchString(host) && !s.inProse(line, start) {
			s.address(host, start, end)
		}
	}
}

// address notes the provider that answers at a host.
func (s *search) address(host string, start, end int) {
	p := catalog.ProductByHost(host)
	if p == nil || p.Kind == catalog.KindAgent {
		return
	}
	if in, ok := scanners.ProductOf(p.Slug); ok {
		s.add(in, host, start, end, func(x *scanners.Sighting) { x.URL = "https://" + host })
	}
}

func isHost(c byte) bool {
	return c == '.' || c == '-' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// inComment says whether what stands at start is behind a comment's mark.
func inComment(line string, start int) bool {
	before := line[:start]
	for _, mark := range []string{" // ", "\t// ", " # ", "\t# ", " /* ", "<!--"} {
		if strings.Contains(before, mark) {
			return true
		}
	}
	return false
}

// assignment is a variable that is given a value: NAME=value, NAME: value,
// "NAME": "value", export NAME=value.
var assignment = regexp.MustCompile(`^(?:export\s+|set\s+|ENV\s+|ARG\s+|%env\s+|-\s+|\$env:|setx\s+)?["']?([A-Z][A-Z0-9_]{3,60})["']?\s*[=:]\s*(.*)$`)

var (
	// inCommand is one that a command is given, or one of several on a line.
	inCommand = regexp.MustCompile(`[\s;&|(]([A-Z][A-Z0-9_]{3,60})=(\S*)`)
	// ifUnset is one that is set if it is not: ${NAME:=value}.
	ifUnset = regexp.MustCompile(`\$\{([A-Z][A-Z0-9_]{3,60}):?=([^}\s]*)`)
	// inMap is one in a map on one line.
	inMap = regexp.MustCompile(`[{,]\s*["']?([A-Z][A-Z0-9_]{3,60})["']?\s*:\s*([^\s,}]*)`)
	// byName is one that a list gives by name and value (Kubernetes' containers).
	byName = regexp.MustCompile(`(?:^|[{,\s-])["']?name["']?\s*:\s*["']?([A-Z][A-Z0-9_]{3,60})["']?\s*(?:$|[,}]\s*(.*))`)
)

// handed is a variable whose value a setting takes: key: ${OPENAI_API_KEY}.
var handed = regexp.MustCompile(`\$\{\{?\s*(?:secrets\.|env\.|env:|vars\.)?([A-Z][A-Z0-9_]{3,60})\b`)

// variables reads the variables that say where a provider's client calls, or
// that hold its key.
func (s *search) variables(line string, offset int) {
	line = strings.TrimRight(line, "\r")
	m := assignment.FindStringSubmatchIndex(line)
	if m != nil {
		s.variable(line, offset, m)
	}
	var more []*regexp.Regexp
	switch {
	case s.lang == settings:
		more = []*regexp.Regexp{inMap, byName}
	case s.lang == shell:
		more = []*regexp.Regexp{inCommand, ifUnset}
	case m == nil:
		s.environ(line, offset)
	}
	if s.lang == settings && m == nil {
		for _, o := range handed.FindAllStringSubmatchIndex(line, 4) {
			s.keyName(line[o[2]:o[3]], offset+o[2], offset+o[3])
		}
	}
	for _, p := range more {
		for _, o := range p.FindAllStringSubmatchIndex(line, 10) {
			if (m == nil || o[2] != m[2]) && !(p == inCommand && quoted(line[:o[2]])) {
				s.variable(line, offset, o)
			}
		}
	}
}

// variable notes one: its name is the first group, its value the second.
func (s *search) variable(line string, offset int, m []int) {
	name, value := line[m[2]:m[3]], ""
	if m[4] >= 0 {
		value = strings.Trim(line[m[4]:m[5]], " \t\"',;\r")
	}
	if p := catalog.ProviderByEnv(name); p != nil && (p.Kind == catalog.KindModel || p.Kind == catalog.KindGateway) {
		if in, ok := scanners.ProductOf(p.Slug); ok {
			s.add(in, name, offset+m[2], offset+m[3], func(x *scanners.Sighting) {
				if strings.Contains(value, "://") {
					x.URL = credential.Redact(value)
				}
			})
		}
		return
	}
	s.keyName(name, offset+m[2], offset+m[3])
}

// read is a variable that a program reads or sets by its name: a provider's
// address, or its key.
var read = regexp.MustCompile(`["'\x60.]([A-Z][A-Z0-9_]{2,60})\b`)

func (s *search) environ(line string, offset int) {
	if !strings.Contains(line, "_BASE") && !strings.Contains(line, "ENDPOINT") && !strings.Contains(line, "_KEY") && !strings.Contains(line, "_TOKEN") {
		return
	}
	for _, m := range read.FindAllStringSubmatchIndex(line, 8) {
		name := line[m[2]:m[3]]
		if !addressName.MatchString(name) {
			s.keyName(name, offset+m[2], offset+m[3])
		} else if p := catalog.ProviderByEnv(name); p != nil && p.Kind != catalog.KindService {
			if in, ok := scanners.ProductOf(p.Slug); ok {
				s.add(in, name, offset+m[2], offset+m[3], nil)
			}
		}
	}
}

var addressName = regexp.MustCompile(`_(?:BASE_URL|API_BASE|BASEURL|API_BASE_URL|API_ENDPOINT|ENDPOINT)$`)

// keyNames are the variables of providers' keys, by name.
var keyNames = func() map[string]string {
	out := map[string]string{}
	for _, k := range catalog.Keys() {
		if k.Group != catalog.GroupAI || k.Product == "openai-compatible" {
			continue
		}
		for _, env := range k.EnvNames {
			if other, taken := out[env]; taken && other != k.Product {
				out[env] = ""
			} else {
				out[env] = k.Product
			}
		}
	}
	return out
}()

// keyName notes the provider whose key a variable is for, whatever it holds.
func (s *search) keyName(name string, start, end int) {
	product := keyNames[name]
	for rest := name; product == "" && strings.Count(rest, "_") > 1; { // a project puts a word of its own before it: VITE_OPENAI_API_KEY
		_, rest, _ = strings.Cut(rest, "_")
		product = keyNames[rest]
	}
	if product == "" {
		return
	}
	if in, ok := scanners.ProductOf(product); ok {
		s.add(in, name, start, end, func(x *scanners.Sighting) { x.Env = []string{name} })
	}
}

// cloudClient is a client of a cloud's SDK that is told by name which service it
// is for (boto3.amazonaws.com, 2026-11).
var cloudClient = regexp.MustCompile(`(?:\b(?:client|resource)\s*\(\s*(?:service_name\s*=\s*)?|\b(?:service_name|serviceName)\s*[=:]\s*)["'](bedrock(?:-runtime|-agent|-agent-runtime|-agentcore|-agentcore-control)?)["']`)

// clouds reads the services for which a cloud's client is made.
func (s *search) clouds(line string) {
	if s.lang == settings || !strings.Contains(line, "bedrock") {
		return
	}
	m := cloudClient.FindStringSubmatchIndex(line)
	if m == nil || inComment(line, m[0]) {
		return
	}
	if in, ok := scanners.ProductOf("amazon-bedrock"); ok {
		s.add(in, line[m[2]:m[3]], m[2], m[3], nil)
	}
}
