package launch

import "strings"

// bridgeFlags are the flags with a value of the bridges: mcp-remote
// (github.com/geelen/mcp-remote), supergateway
// (github.com/supercorp-ai/supergateway), mcp-proxy of PyPI
// (github.com/sparfenyuk/mcp-proxy) and of npm, @smithery/cli.
var bridgeFlags = flags{
	long: " --header --headers --transport --host --resource --static-oauth-client-metadata --static-oauth-client-info --auth-timeout --ignore-tool --callback-path --callback-url" +
		" --stdio --sse --streamableHttp --streamable-http --outputTransport --port --baseUrl --ssePath --messagePath --streamableHttpPath --logLevel --healthEndpoint --oauth2Bearer --protocolVersion --sessionTimeout" +
		" --sse-port --sse-host --allow-origin --client-id --client-secret --token-url --env --cwd --named-server --named-server-config --log-level --verify-ssl" +
		" --server --endpoint --sseEndpoint --streamEndpoint --apiKey --requestTimeout --connectionTimeout --tunnelSubdomain" +
		" --key --config --profile --client --url --server-url --timeout --cli --method --tool-name --tool-arg ",
	short: "Her",
}

// bridge reads a program that carries stdio to a server elsewhere, or the
// other way round.
func (p *parser) bridge(name string, words []Word) (stage, verdict) {
	switch name {
	case "smithery":
		return p.smithery(words)
	case "mcp-remote", "supergateway", "mcp-proxy", "mcp_proxy", "mcp-stdio-to-streamable-http-adapter", "mcp-inspector":
	default:
		return stage{}, notMine
	}
	opts, rest, _ := bridgeFlags.read(words[1:])
	p.l.Bridge, p.runs = strings.ReplaceAll(name, "_", "-"), true
	for _, o := range opts {
		switch o.name {
		case "--stdio":
			p.l.Bridge = name
			p.bridgeWords(withoutOption(words[1:], o))
			p.l.Wrappers = append(p.l.Wrappers, Wrapper{name, words[:1]})
			p.runs = p.contained
			return p.shellText(o.value, POSIX)
		case "-e", "--env":
			if s, ok := settingOf(o.value); ok {
				p.l.Env = append(p.l.Env, s)
			}
		}
	}
	for _, o := range opts {
		if hasName(" --sse --streamableHttp --streamable-http --url --server-url ", o.name) && isAddress(o.value) {
			p.l.URL = o.value
		}
	}
	words = words[1:]
	switch {
	case p.l.URL.Text != "":
	case len(rest) > 0 && isAddress(rest[0]):
		p.l.URL = rest[0]
	case len(rest) > 0 && name != "mcp-remote" && name != "supergateway":
		if name == "mcp-proxy" || name == "mcp_proxy" {
			rest = afterPairs(rest)
		}
		if len(rest) > 0 && isAddress(rest[0]) {
			p.l.URL = rest[0]
			break
		}
		p.bridgeWords(take(words, rest))
		if len(rest) == 0 {
			return stage{}, ends
		}
		p.l.Wrappers = append(p.l.Wrappers, Wrapper{name, take(words, rest)})
		p.runs = p.contained
		return stage{"", rest}, goesOn
	default: // flags of the bridge's own that are not known here
		for _, w := range words {
			if isAddress(w) {
				p.l.URL = w
				break
			}
		}
	}
	p.bridgeWords(words)
	return stage{}, ends
}

// isAddress says whether a word is, or may become, a server's address.
func isAddress(w Word) bool {
	return isURL(w.Text) || w.Dynamic && !strings.HasPrefix(w.Text, "-") || strings.HasPrefix(w.Text, "ws://") || strings.HasPrefix(w.Text, "wss://")
}

// afterPairs skips the second half of mcp-proxy's "--headers NAME VALUE".
func afterPairs(rest []Word) []Word {
	for len(rest) > 1 && !isAddress(rest[0]) && strings.ContainsAny(rest[0].Text, " ") {
		_, rest, _ = bridgeFlags.read(rest[1:])
	}
	return rest
}

// bridgeWords parts the words of a bridge into headers and the rest; the
// address is neither.
func (p *parser) bridgeWords(words []Word) {
	for i := 0; i < len(words); i++ {
		w := words[i]
		name, _, joined := strings.Cut(w.Text, "=")
		switch {
		case w == p.l.URL:
		case !hasName(" --header --headers -H ", name):
			p.l.BridgeFlags = append(p.l.BridgeFlags, w)
		case joined:
			p.l.BridgeHeaders = append(p.l.BridgeHeaders, w.part(len(name)+1, len(w.Text)))
		case i+1 < len(words):
			i++
			p.l.BridgeHeaders = append(p.l.BridgeHeaders, words[i])
			if !strings.Contains(words[i].Text, ":") && i+1 < len(words) && !strings.HasPrefix(words[i+1].Text, "-") && words[i+1] != p.l.URL {
				i++ // NAME VALUE
				p.l.BridgeHeaders = append(p.l.BridgeHeaders, words[i])
			}
		}
	}
}

// withoutOption leaves out an option and its value.
func withoutOption(words []Word, o option) []Word {
	out := make([]Word, 0, len(words))
	for _, w := range words {
		if w != o.flag && w != o.value {
			out = append(out, w)
		}
	}
	return out
}

// smithery reads "smithery run NAME", which connects to a server that
// Smithery hosts under the name.
func (p *parser) smithery(words []Word) (stage, verdict) {
	_, rest, _ := bridgeFlags.read(words[1:])
	if len(rest) == 0 || rest[0].Text != "run" {
		return stage{}, notMine
	}
	before, rest, _ := bridgeFlags.read(rest[1:])
	p.l.Bridge, p.runs = "smithery", true
	if len(rest) == 0 {
		return stage{}, ends
	}
	if isURL(rest[0].Text) {
		p.l.URL = rest[0]
	} else {
		p.l.Hosted = rest[0]
	}
	for _, o := range before {
		p.l.BridgeFlags = append(p.l.BridgeFlags, o.flag)
		if o.hasValue && o.value.Arg != o.flag.Arg {
			p.l.BridgeFlags = append(p.l.BridgeFlags, o.value)
		}
	}
	p.bridgeWords(rest[1:])
	return stage{}, ends
}
