package catalog

import "testing"

func TestHosts(t *testing.T) {
	t.Parallel()
	for host, want := range map[string][2]bool{ // tunnel, sink
		"x.ngrok-free.app": {true, false}, "abc.trycloudflare.com": {true, false}, "loca.lt": {true, false}, "a.b.loca.lt": {true, false}, "x.run.pinggy-free.link": {true, false},
		"x-8000.usw2.devtunnels.ms": {true, false}, "x.gl.at.ply.gg": {true, false}, "x.share.zrok.io": {true, false}, "x.serveousercontent.com": {true, false}, "x.free.beeceptor.com": {true, false},
		"webhook.site": {false, true}, "abc.oast.pro": {false, true}, "x.m.pipedream.net": {false, true}, "x.requestcatcher.com": {false, true}, "x.burpcollaborator.net": {false, true}, "x.beeceptor.com": {false, true},
		"mcp.sentry.dev": {}, "ngrok.com": {}, "notngrok.io": {}, "example.com": {}, "pipedream.net": {}, "remote.mcp.pipedream.net": {}, "": {}, ".": {}, "..": {},
	} {
		if got := [2]bool{IsTunnelHost(host), IsSinkHost(host)}; got != want {
			t.Errorf("%q: %v, want %v", host, got, want)
		}
	}
}

func TestHostVendor(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]struct {
		vendor   string
		official bool
	}{
		"mcp.sentry.dev": {"Sentry", true}, "docs.mcp.cloudflare.com": {"Cloudflare", true}, "rube.app": {"Composio", false}, "api.openai.com": {"OpenAI", true}, "openrouter.ai": {"OpenRouter", false},
		"acme.openai.azure.com": {"Microsoft", true}, "bedrock-runtime.us-east-1.amazonaws.com": {"Amazon Web Services", true}, "us-central1-aiplatform.googleapis.com": {"Google", true},
		"gitmcp.io": {}, "evil.mcp.sentry.dev": {}, "example.com": {}, "": {}, "openai.azure.com.evil.example": {}, "acme.s3.amazonaws.com": {}, "bedrock-runtime.amazonaws.com": {}, ".openai.azure.com": {},
		"api.openai.com.evil.example": {}, "bedrock-runtime.evil.example/.amazonaws.com": {}, "evilapi.groq.com": {},
	} {
		if vendor, official := HostVendor(host); vendor != want.vendor || official != want.official || HostKnown(host) != (vendor != "") {
			t.Errorf("%q: %q %v %v, want %+v", host, vendor, official, HostKnown(host), want)
		}
	}
}

// Nothing that a vendor answers for is a tunnel or a sink.
func TestVendorsHaveNoTunnels(t *testing.T) {
	t.Parallel()
	var hosts []string
	for _, s := range Servers() {
		hosts = append(hosts, s.Hosts...)
	}
	for _, p := range Products() {
		hosts = append(hosts, p.Hosts...)
	}
	for _, h := range hosts {
		if IsTunnelHost(h) || IsSinkHost(h) {
			t.Errorf("%s is a tunnel or a sink", h)
		}
	}
}

func BenchmarkHostKnown(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		HostKnown("mcp.internal.example.com")
	}
}
