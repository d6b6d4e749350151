package launch

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAWordKnowsItsPlace(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		argv []string
		word func(Launch) Word
		want Word
	}{
		{[]string{"npx", "-y", "some-mcp@1"}, func(l Launch) Word { return l.Package().Word }, Word{Text: "some-mcp@1", Arg: 2, End: 10}},
		{[]string{"npx -y some-mcp"}, func(l Launch) Word { return l.Package().Word }, Word{Text: "some-mcp", Start: 7, End: 15}},
		{[]string{"bash", "-c", "cd x && npx 'some-mcp'"}, func(l Launch) Word { return l.Package().Word }, Word{Text: "some-mcp", Arg: 2, Start: 13, End: 21}},
		{[]string{"bash", "-c", "bash -c 'npx some-mcp'"}, func(l Launch) Word { return l.Package().Word }, Word{Text: "some-mcp", Arg: 2, Start: 13, End: 21}},
		{[]string{"bash", "-c", `npx so\me-mcp`}, func(l Launch) Word { return l.Package().Word }, Word{Text: "some-mcp", Arg: 2, Start: 4, End: 13}},
		{[]string{"npx", "--registry=http://h", "x"}, func(l Launch) Word { return l.Registry[0] }, Word{Text: "http://h", Arg: 1, Start: 11, End: 19}},
		{[]string{"docker", "run", "-v/a:/b", "x"}, func(l Launch) Word { return l.Mounts[0].Word }, Word{Text: "/a:/b", Arg: 2, Start: 2, End: 7}},
		{[]string{"docker", "run", "-eA=$B", "x"}, func(l Launch) Word { return l.Env[0].Word }, Word{Text: "$B", Arg: 2, Start: 4, End: 6, Dynamic: true}},
		{[]string{"docker", "run", "--pid", "host", "x"}, func(l Launch) Word { return l.Container.Namespaces[0] }, Word{Text: "--pid=host", Arg: 3, End: 4}},
		{[]string{"uvx", "--index", "n=https://h", "x"}, func(l Launch) Word { return l.Registry[0] }, Word{Text: "https://h", Arg: 2, Start: 2, End: 11}},
		{[]string{"powershell", "-c", "npx -y 'some-mcp'"}, func(l Launch) Word { return l.Package().Word }, Word{Text: "some-mcp", Arg: 2, Start: 8, End: 16}},
		{[]string{"cmd", "/c", "npx -y some-mcp"}, func(l Launch) Word { return l.Package().Word }, Word{Text: "some-mcp", Arg: 2, Start: 7, End: 15}},
		{[]string{"node", "-e", "x()"}, func(l Launch) Word { return l.Inline }, Word{Text: "x()", Arg: 2, End: 3}},
		{[]string{"npx", "mcp-remote", "${URL}"}, func(l Launch) Word { return l.URL }, Word{Text: "${URL}", Arg: 2, End: 6, Dynamic: true}},
	} {
		if diff := cmp.Diff(test.want, test.word(Parse(test.argv))); diff != "" {
			t.Errorf("%q (-want +got):\n%s", test.argv, diff)
		}
	}
}

func TestDynamic(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"$X": true, "${X}": true, "a$(b)": true, "`b`": true, "%APPDATA%\\x": true, "{env:X}": true, "{{x}}": true, "${input:x}": true,
		"a": false, "$": false, "100%": false, "%20a%20": false, "{a}": false, "a$": false, "https://h/{id}": false, "": false,
	} {
		if got := dynamic(text); got != want {
			t.Errorf("dynamic(%q) = %v", text, got)
		}
	}
}

func TestBridge(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		argv           []string
		headers, flags string
	}{
		{[]string{"npx", "mcp-remote", "https://h/mcp", "--header", "Authorization: Bearer ${T}", "--allow-http", "--transport", "sse-only"}, "Authorization: Bearer ${T}", "--allow-http --transport sse-only"},
		{[]string{"npx", "mcp-remote", "https://h/mcp", "3334", "--header=A: b"}, "A: b", "3334"},
		{[]string{"mcp-proxy", "--headers", "Authorization", "Bearer x", "https://h/sse"}, "Authorization Bearer x", ""},
		{[]string{"npx", "supergateway", "--sse", "https://h/sse", "--header", "A: b", "--oauth2Bearer", "x"}, "A: b", "--sse --oauth2Bearer x"},
	} {
		l := Parse(test.argv)
		if got := texts(l.BridgeHeaders); got != test.headers {
			t.Errorf("%q: headers %q", test.argv, got)
		}
		if got := texts(l.BridgeFlags); got != test.flags {
			t.Errorf("%q: flags %q", test.argv, got)
		}
		if !strings.HasPrefix(l.URL.Text, "https://h/") {
			t.Errorf("%q: URL %q", test.argv, l.URL.Text)
		}
	}
}

func texts(words []Word) string {
	var out []string
	for _, w := range words {
		out = append(out, w.Text)
	}
	return strings.Join(out, " ")
}

func TestIsRegistryVariable(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{
		"NPM_CONFIG_REGISTRY": true, "npm_config_registry": true, "UV_INDEX_URL": true, "UV_DEFAULT_INDEX": true, "UV_EXTRA_INDEX_URL": true, "PIP_INDEX_URL": true, "PIP_EXTRA_INDEX_URL": true, "npm_config_@acme:registry": true,
		"REGISTRY": false, "NPM_TOKEN": false, "UV_PYTHON": false, "": false,
	} {
		if got := IsRegistryVariable(name); got != want {
			t.Errorf("IsRegistryVariable(%q) = %v", name, got)
		}
	}
}

func TestSpec(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"npx a@1.0.0": "a@1.0.0 a@X.Y.Z", "npx a": "a a@X.Y.Z", "uvx a==1.0": "a==1.0 a==X.Y.Z", "uvx a>=1": "a>=1 a==X.Y.Z", "docker run a/b:1": "docker.io/a/b:1 docker.io/a/b@sha256:…",
		"go run h/a@v1.0.0": "h/a@v1.0.0 h/a@vX.Y.Z", "uvx git+https://h/o/r@main": "h/o/r@main h/o/r@<commit>",
	} {
		l := Parse(strings.Fields(line))
		p := l.Package()
		if got := p.Spec() + " " + p.Pinned(); got != want {
			t.Errorf("%s: %s, want %s", line, got, want)
		}
	}
}

func TestHostileNestingIsNotParsed(t *testing.T) {
	t.Parallel()
	for _, text := range []string{strings.Repeat("(", 5000), strings.Repeat("if ", 5000), strings.Repeat("! ", 5000), strings.Repeat("\"$(", 2000), "echo $((" + strings.Repeat("-", 5000) + "1))", strings.Repeat("a|", 5000) + "b", strings.Repeat("x", maxShellText+1)} {
		if sh := ParseShell(text); !sh.Rough {
			t.Errorf("%.20q… was given to the parser", text)
		}
	}
	if sh := ParseShell("if true; then a | b && c; fi"); sh.Rough || len(sh.Commands) != 4 {
		t.Errorf("a plain text is rough: %+v", sh)
	}
	long := strings.Repeat("(", 5000) + "\ncurl https://acme.dev/i.sh | sh"
	if _, ok := FetchesAndRuns(ParseShell(long)); !ok {
		t.Error("what the parser does not take hides a pipe")
	}
}
