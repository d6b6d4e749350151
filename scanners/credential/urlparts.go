package credential

import (
	"net/url"
	"strings"
)

// maxParameters bounds the parameters of one query.
const maxParameters = 200

// judgeURL judges the URL value[start:end]: userinfo, path and query.
func judgeURL(ctx *scope, value string, start, end int) []Judgement {
	s := value[start:end]
	l, ok := locate(s)
	if !ok {
		return nil
	}
	part := ctx.at(InURL)
	part.Near = append([]string{l.host, ctx.Name}, ctx.Near...)
	var out []Judgement
	if l.userEnd > 0 {
		out = append(out, judgeUserinfo(part, s, &l)...)
	}
	out = append(out, judgePath(part, ctx, s, &l)...)
	if l.queryStart > 0 {
		out = append(out, judgeQuery(part, s, l.queryStart, l.end)...)
	}
	return shift(out, start)
}

// judgeUserinfo judges user:password@, or a token alone before the "@".
func judgeUserinfo(ctx *scope, s string, l *location) []Judgement {
	if l.passEnd > 0 && l.passEnd > l.passStart && s[l.passStart:l.passEnd] != "x-oauth-basic" {
		user := s[l.userStart:l.userEnd]
		return decoded(ctx.named("password"), s, l.passStart, l.passEnd, func(ctx *scope, v string, a, b int) []Judgement {
			return judgeAccount(ctx, v, a, b, user, l.local(), "url-password")
		})
	}
	js := decoded(ctx.named("userinfo"), s, l.userStart, l.userEnd, func(ctx *scope, v string, a, b int) []Judgement {
		if js, ok := judgeReference(ctx, v, a, b); ok {
			return js
		}
		if js := judgeShapes(ctx, v, a, b); js != nil {
			return js
		}
		if placeholder("", v[a:b]) || !generated(v[a:b], 16) {
			return nil
		}
		return ctx.finds("url-password", Medium, v[a:b], a, b)
	})
	if strings.Contains(l.host, "sentry.io") || hasWord(ctx.Near, "sentry") { // a DSN: its public key (docs.sentry.io, DSN Explainer)
		for i := range js {
			if js[i].Class == Literal {
				js[i].Class, js[i].Provider, js[i].Product = Publishable, "Sentry", "sentry"
			}
		}
	}
	return js
}

func hasWord(near []string, word string) bool {
	for _, n := range near {
		if strings.Contains(strings.ToLower(n), word) {
			return true
		}
	}
	return false
}

// judgeQuery judges every parameter of query and fragment under its own name.
func judgeQuery(ctx *scope, s string, start, end int) []Judgement {
	var out []Judgement
	for n := 0; start < end && n < maxParameters; n++ {
		stop := end
		if i := strings.IndexAny(s[start:end], "&;#"); i >= 0 {
			stop = start + i
		}
		if name, _, ok := strings.Cut(s[start:stop], "="); ok {
			from := start + len(name) + 1
			if plain, err := url.QueryUnescape(name); err == nil {
				name = plain
			}
			js := decoded(ctx.named(name), s, from, stop, judgeParameter)
			out = append(out, js...)
		}
		start = stop + 1
	}
	return out
}

// judgeParameter judges a query's value. A key or token in a URL counts from
// Medium on if it looks generated; sig and signature are those of signed URLs.
func judgeParameter(ctx *scope, value string, start, end int) []Judgement {
	js := judgeScheme(ctx, value, start, end)
	for i := range js {
		if js[i].Kind == "opaque" || js[i].Kind == "bearer-token" {
			js[i].Kind = "url-token"
		}
	}
	return js
}

// capabilityHosts serve URLs that are themselves the credential (their
// vendors' documentation of incoming webhooks and hosted MCP servers).
var capabilityHosts = [...]struct{ host, path, provider, product string }{
	{"hooks.slack.com", "/services/", "Slack", "slack"}, {"hooks.slack.com", "/workflows/", "Slack", "slack"}, {"hooks.slack.com", "/triggers/", "Slack", "slack"},
	{"discord.com", "/api/webhooks/", "Discord", "discord"}, {"discordapp.com", "/api/webhooks/", "Discord", "discord"},
	{".webhook.office.com", "/webhookb2/", "Microsoft Teams", "microsoft-teams"}, {"hooks.zapier.com", "/hooks/", "Zapier", "zapier"},
	{"mcp.zapier.com", "/api/mcp/", "Zapier", "zapier"}, {"actions.zapier.com", "/mcp/", "Zapier", "zapier"}, {"mcp.composio.dev", "/", "Composio", "composio"},
	{"mcp.api-inference.modelscope.net", "/", "ModelScope", "modelscope"}, {"mcp.api-inference.modelscope.cn", "/", "ModelScope", "modelscope"}, {"mcp.api-inference.modelscope.ai", "/", "ModelScope", "modelscope"},
	{"api.dify.ai", "/mcp/server/", "Dify", "dify"},
	{"chat.googleapis.com", "/v1/spaces/", "Google Chat", "google-chat"}, {".make.com", "/", "Make", "make"},
}

// judgePath looks for keys in the path, and for paths that are a credential.
func judgePath(ctx, outer *scope, s string, l *location) []Judgement {
	ctx = ctx.named("path")
	path := s[l.pathStart:l.pathEnd]
	if js := judgeShapes(ctx, s, l.pathStart, l.pathEnd); js != nil {
		return js
	}
	if rest, ok := strings.CutPrefix(path, "/bot"); ok && l.host == "api.telegram.org" {
		token, _, _ := strings.Cut(rest, "/")
		from := l.pathStart + len("/bot")
		return judgeToken(ctx.named("telegram token"), s, from, from+len(token))
	}
	for _, c := range capabilityHosts {
		onHost := l.host == c.host || strings.HasPrefix(c.host, ".") && strings.HasSuffix(l.host, c.host)
		if !onHost || !strings.HasPrefix(path, c.path) {
			continue
		}
		if start, end := opaqueSegment(s, l.pathStart+len(c.path), l.pathEnd, 12); end > 0 {
			confidence := Medium
			if !generated(s[start:end], 12) {
				confidence = Low
			}
			js := ctx.finds("capability-url", confidence, s[start:end], start, end)
			js[0].Provider, js[0].Product = c.provider, c.product
			return js
		}
	}
	start, end := opaqueSegment(s, l.pathStart, l.pathEnd, 20)
	if end == 0 || l.local() {
		return nil
	}
	segment := s[start:end]
	door := isDoor(path)
	switch {
	case isUUID(segment) && !door, isHex(segment) && (len(segment) < 32 || len(segment) == 40), pinned(s[l.pathStart:start]):
		return nil // an identifier, a commit, a digest
	case door, outer.Place == InURL, strings.HasPrefix(l.host, "mcp."):
		return ctx.finds("capability-url", Low, segment, start, end)
	}
	return nil
}

// isDoor says whether a path names an endpoint that a secret segment opens.
func isDoor(path string) bool {
	for segment := range strings.SplitSeq(path, "/") {
		if in(" MCP SSE HOOK HOOKS WEBHOOK WEBHOOKS ", strings.ToUpper(segment)) {
			return true
		}
	}
	return false
}

// pinned says whether a path leads to a version of something.
func pinned(path string) bool {
	dirs := strings.Split(strings.Trim(path, "/"), "/")
	return in(" BLOB TREE COMMIT COMMITS RAW ARCHIVE RELEASES DOWNLOAD DIST ASSETS STATIC ", strings.ToUpper(dirs[len(dirs)-1]))
}

// opaqueSegment is the longest segment of a path that looks generated and has
// at least least bytes. Below 20 bytes only a host that is known to hand out
// such paths makes one tell; there words with a code at their end count too.
func opaqueSegment(s string, start, end, least int) (from, to int) {
	for start < end {
		stop := end
		if i := strings.IndexByte(s[start:end], '/'); i >= 0 {
			stop = start + i
		}
		if seg := s[start:stop]; (generated(seg, least) || least < 20 && coded(seg)) && !strings.ContainsAny(seg, "@{}$<>:") && stop-start > to-from && !placeholder("", seg) {
			from, to = start, stop
		}
		start = stop + 1
	}
	return from, to
}

// coded knows segments such as brave-otter-lake-X7q-k2: words, and a part that
// mixes capitals and digits.
func coded(segment string) bool {
	parts := strings.Split(segment, "-")
	for _, p := range parts {
		if t := count(p); len(parts) >= 4 && t.upper > 0 && t.digit > 0 {
			return true
		}
	}
	return false
}

// decoded judges the percent-decoded text of a range. Where decoding changed
// anything a judgement covers the whole range: its bytes as written.
func decoded(ctx *scope, s string, start, end int, judge func(*scope, string, int, int) []Judgement) []Judgement {
	raw := s[start:end]
	if !strings.Contains(raw, "%") {
		return judge(ctx, s, start, end)
	}
	text, err := url.PathUnescape(raw)
	if err != nil || text == raw {
		return judge(ctx, s, start, end)
	}
	js := judge(ctx, text, 0, len(text))
	if len(js) > 1 {
		js = js[:1]
	}
	for i := range js {
		js[i].Start, js[i].End = start, end
	}
	return js
}
