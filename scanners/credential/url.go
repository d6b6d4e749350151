package credential

import (
	"net/netip"
	"net/url"
	"strings"
)

// location is a URL taken apart by byte ranges, however badly it is written.
type location struct {
	scheme, host       string
	userStart, userEnd int // the user name; both 0 without userinfo
	passStart, passEnd int // the password; both 0 without one
	pathStart, pathEnd int
	queryStart         int // after "?"; 0 without a query
	end                int
}

// schemeEnd is the offset of "://" if a URL begins at the start of s.
func schemeEnd(s string) int {
	i := strings.Index(s, "://")
	if i < 1 || i > 24 {
		return -1
	}
	for k := range i {
		if c := s[k]; classOf(c) == 'o' && c != '+' && c != '-' && c != '.' || c == 0 {
			return -1
		}
	}
	return i
}

// locate takes the URL in s apart; it reaches to the end of s.
func locate(s string) (location, bool) {
	i := schemeEnd(s)
	if i < 0 {
		return location{}, false
	}
	l := location{scheme: strings.ToLower(s[:i]), end: len(s)}
	rest := i + 3
	authority := len(s)
	if k := strings.IndexAny(s[rest:], "/?#"); k >= 0 {
		authority = rest + k
	}
	// A password may hold an unescaped "/" or "#": the last "@" before the query decides.
	if at := strings.LastIndexByte(s[rest:authority], '@'); at >= 0 {
		l.userinfo(s, rest, rest+at)
		rest += at + 1
	}
	l.host = strings.ToLower(s[rest:authority])
	l.pathStart, l.pathEnd = authority, len(s)
	if q := strings.IndexByte(s[authority:], '?'); q >= 0 {
		l.pathEnd, l.queryStart = authority+q, authority+q+1
	} else if h := strings.IndexByte(s[authority:], '#'); h >= 0 {
		l.pathEnd = authority + h
	}
	return l, true
}

func (l *location) userinfo(s string, start, end int) {
	l.userStart, l.userEnd = start, end
	if colon := strings.IndexByte(s[start:end], ':'); colon >= 0 {
		l.userEnd = start + colon
		l.passStart, l.passEnd = start+colon+1, end
	}
}

// local says whether the host is this machine or a name that only a container
// network resolves.
func (l *location) local() bool {
	host := l.host
	if i := strings.LastIndexByte(host, ':'); i > strings.LastIndexByte(host, ']') {
		host = host[:i]
	}
	host = strings.Trim(host, "[]")
	if host == "" || host == "localhost" || strings.HasSuffix(host, ".localhost") || strings.HasSuffix(host, ".local") || strings.HasSuffix(host, ".internal") || !strings.ContainsAny(host, ".:") {
		return true
	}
	if strings.HasSuffix(host, ".example") || strings.HasSuffix(host, "example.com") || strings.HasSuffix(host, "example.org") || strings.HasSuffix(host, ".test") || strings.HasSuffix(host, ".invalid") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && (ip.IsLoopback() || ip.IsUnspecified())
}

// judgeURL judges the URL value[start:end]: userinfo, query and path.
func judgeURL(ctx *Context, value string, start, end int) []Judgement {
	s := value[start:end]
	l, ok := locate(s)
	if !ok {
		return nil
	}
	var out []Judgement
	part := *ctx
	part.Place = InURL
	part.Near = append([]string{l.host}, ctx.Near...)
	if l.userEnd > 0 {
		out = append(out, judgeUserinfo(&part, s, &l)...)
	}
	out = append(out, judgePath(&part, ctx, s, &l)...)
	if l.queryStart > 0 {
		out = append(out, judgeQuery(&part, s, l.queryStart, l.end)...)
	}
	for i := range out {
		out[i].Start += start
		out[i].End += start
	}
	return out
}

// judgeUserinfo judges user:password@, or a token alone before the "@".
func judgeUserinfo(ctx *Context, s string, l *location) []Judgement {
	if l.passEnd == 0 {
		ctx.Name = "userinfo"
		return decoded(ctx, s, l.userStart, l.userEnd, judgeToken)
	}
	ctx.Name = "password"
	js := decoded(ctx, s, l.passStart, l.passEnd, func(ctx *Context, v string, a, b int) []Judgement {
		if class, ok := reference(ctx, v[a:b]); ok {
			return []Judgement{{Class: class, Place: InURL, Name: ctx.Name, Start: a, End: b, Reference: v[a:b]}}
		}
		if js := judgeShapes(ctx, v, a, b); js != nil {
			return js
		}
		pass, user := v[a:b], s[l.userStart:l.userEnd]
		if pass == "" || placeholder("", pass) || placeholder("", user) || strings.ContainsAny(pass, "<>{}$[]*") && !generated(pass, 12) ||
			strings.EqualFold(pass, user) || l.local() && commonPassword(pass) {
			return []Judgement{{Class: Placeholder, Place: InURL, Name: ctx.Name, Start: a, End: b}}
		}
		j := Judgement{Class: Literal, Place: InURL, Name: ctx.Name, Start: a, End: b, Kind: "url-password", Confidence: Medium, Secret: Secret{pass}}
		if l.local() && !generated(pass, 16) || len(pass) < 4 || commonPassword(pass) {
			j.Confidence = Low
		}
		return []Judgement{j}
	})
	return js
}

// commonPassword are words that development databases ship with.
func commonPassword(s string) bool {
	return in(" PASSWORD PASS POSTGRES ROOT ADMIN SECRET MYPASSWORD DBPASS DB_PASSWORD CHANGEME TEST USER GUEST MYSQL REDIS MONGO EXAMPLE DEV LOCAL PASSWD 123456 1234 NEO4J SA ", strings.ToUpper(s))
}

// judgeQuery judges every parameter under its own name.
func judgeQuery(ctx *Context, s string, start, end int) []Judgement {
	var out []Judgement
	if h := strings.IndexByte(s[start:end], '#'); h >= 0 {
		end = start + h
	}
	for n := 0; start < end && n < 200; n++ {
		stop := end
		if i := strings.IndexByte(s[start:end], '&'); i >= 0 {
			stop = start + i
		}
		if name, _, ok := strings.Cut(s[start:stop], "="); ok {
			if decodedName, err := url.QueryUnescape(name); err == nil {
				ctx.Name = decodedName
			} else {
				ctx.Name = name
			}
			js := decoded(ctx, s, start+len(name)+1, stop, judgeScheme)
			for i := range js {
				if js[i].Kind == "opaque" {
					js[i].Kind = "url-token"
				}
			}
			out = append(out, js...)
		}
		start = stop + 1
	}
	return out
}

// capabilityHosts serve URLs that are themselves the credential.
var capabilityHosts = []struct{ host, path, provider string }{
	{"hooks.slack.com", "/services/", "Slack"}, {"hooks.slack.com", "/workflows/", "Slack"}, {"discord.com", "/api/webhooks/", "Discord"},
	{"discordapp.com", "/api/webhooks/", "Discord"}, {".webhook.office.com", "/webhookb2/", "Microsoft Teams"}, {"hooks.zapier.com", "/hooks/", "Zapier"},
	{"mcp.zapier.com", "/api/mcp/", "Zapier"}, {"actions.zapier.com", "/mcp/", "Zapier"}, {"mcp.composio.dev", "/", "Composio"},
}

// judgePath looks for keys in the path, and for paths that are a credential.
func judgePath(ctx, outer *Context, s string, l *location) []Judgement {
	ctx.Name = "path"
	path := s[l.pathStart:l.pathEnd]
	if js := judgeShapes(ctx, s, l.pathStart, l.pathEnd); js != nil {
		return js
	}
	start, end := opaqueSegment(s, l.pathStart, l.pathEnd)
	if end == 0 || l.local() {
		return nil
	}
	j := Judgement{
		Class: Literal, Place: InURL, Name: ctx.Name, Start: start, End: end,
		Kind: "capability-url", Confidence: Low, Secret: Secret{s[start:end]},
	}
	for _, c := range capabilityHosts {
		if (l.host == c.host || strings.HasPrefix(c.host, ".") && strings.HasSuffix(l.host, c.host)) && strings.HasPrefix(path, c.path) {
			j.Provider, j.Confidence = c.provider, Medium
			return []Judgement{j}
		}
	}
	// Elsewhere only the address of a server itself, and no identifier, counts.
	if outer.Place != InURL || isUUID(s[start:end]) || isHex(s[start:end]) && end-start < 32 {
		return nil
	}
	return []Judgement{j}
}

// opaqueSegment is the longest segment of a path that looks generated.
func opaqueSegment(s string, start, end int) (from, to int) {
	for start < end {
		stop := end
		if i := strings.IndexByte(s[start:end], '/'); i >= 0 {
			stop = start + i
		}
		if seg := s[start:stop]; generated(seg, 20) && !strings.ContainsAny(seg, "@{}$<>:") && stop-start > to-from {
			from, to = start, stop
		}
		start = stop + 1
	}
	return from, to
}

// decoded judges the percent-decoded text of a range. Ranges of judgements
// that cover less than the whole are given as the whole where decoding changed
// lengths.
func decoded(ctx *Context, s string, start, end int, judge func(*Context, string, int, int) []Judgement) []Judgement {
	raw := s[start:end]
	if !strings.Contains(raw, "%") {
		return judge(ctx, s, start, end)
	}
	text, err := url.PathUnescape(raw)
	if err != nil {
		return judge(ctx, s, start, end)
	}
	js := judge(ctx, text, 0, len(text))
	for i := range js {
		js[i].Start, js[i].End = start, end
	}
	if len(js) > 1 {
		js = js[:1]
	}
	return js
}
