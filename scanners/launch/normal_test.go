package launch

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// wrap are ways to put the same launch behind a wrapper.
var wrap = map[string]func(argv []string) []string{
	"cmd":        func(a []string) []string { return append([]string{"cmd", "/c"}, a...) },
	"env":        func(a []string) []string { return append([]string{"env", "A=1"}, a...) },
	"sudo":       func(a []string) []string { return append([]string{"sudo"}, a...) },
	"op":         func(a []string) []string { return append([]string{"op", "run", "--"}, a...) },
	"timeout":    func(a []string) []string { return append([]string{"timeout", "60"}, a...) },
	"bash":       func(a []string) []string { return []string{"bash", "-c", "exec " + quoteAll(a)} },
	"bash2":      func(a []string) []string { return []string{"bash", "-lc", "cd /x && " + quoteAll(a)} },
	"assign":     func(a []string) []string { return []string{"sh", "-c", "A=1 " + quoteAll(a)} },
	"wsl":        func(a []string) []string { return append([]string{"wsl", "--"}, a...) },
	"nested":     func(a []string) []string { return []string{"sudo", "bash", "-c", "env A=1 " + quoteAll(a)} },
	"powershell": func(a []string) []string { return append([]string{"powershell", "-Command"}, a...) },
}

func quoteAll(argv []string) string {
	var q []string
	for _, a := range argv {
		q = append(q, "'"+strings.ReplaceAll(a, "'", `'\''`)+"'")
	}
	return strings.Join(q, " ")
}

// identity is what no wrapper may change.
func identity(l Launch) []string {
	p := l.Package()
	return append([]string{p.Ecosystem, p.Name, p.Version, p.Tag, p.Digest, p.Source, p.Revision, l.Script.Text, l.URL.Text}, l.Normal()...)
}

func TestAWrapperChangesNothing(t *testing.T) {
	t.Parallel()
	for _, test := range launches {
		argv := strings.Fields(test.line)
		if len(argv) == 0 || strings.Contains(argv[0], "=") || argv[0] == "runas" {
			continue
		}
		want := identity(Parse(argv))
		for name, wrap := range wrap {
			if strings.ContainsAny(test.line, `$`) && name == "powershell" {
				continue
			}
			if diff := cmp.Diff(want, identity(Parse(wrap(argv)))); diff != "" {
				t.Errorf("%s behind %s (-want +got):\n%s", test.line, name, diff)
			}
		}
	}
}

func TestNormalIsTheSameForEveryRunner(t *testing.T) {
	t.Parallel()
	for _, same := range [][]string{
		{"npx -y some-mcp@1.0.0 --x", "cmd /c npx some-mcp@1.0.0 --x", "bunx some-mcp@1.0.0 --x", "pnpm dlx some-mcp@1.0.0 --x", "yarn dlx some-mcp@1.0.0 --x", "npm exec -- some-mcp@1.0.0 --x", "deno run -A npm:some-mcp@1.0.0 --x", "npx -y -p some-mcp@1.0.0 some-mcp --x"},
		{"uvx a==1.0 x", "uv tool run a@1.0 x", "pipx run a==1.0 x", "uvx --from a==1.0 a x"},
		{"docker run --rm -i -v /a:/b:ro acme/x:1", "podman run --volume=/a:/b:ro docker.io/acme/x:1", "nerdctl run --mount type=bind,src=/a,dst=/b,ro acme/x:1"},
	} {
		first := Parse(strings.Fields(same[0]))
		for _, line := range same[1:] {
			l := Parse(strings.Fields(line))
			if diff := cmp.Diff(first.Normal(), l.Normal()); diff != "" {
				t.Errorf("%s and %s (-first +second):\n%s", same[0], line, diff)
			}
		}
	}
}

func TestDiff(t *testing.T) {
	t.Parallel()
	normal := func(line string) []string { l := Parse(strings.Fields(line)); return l.Normal() }
	for _, test := range []struct {
		a, b string
		want []Change
	}{
		{"npx -y some-mcp@1.0.0", "bunx some-mcp@1.0.0", nil},
		{"npx -y some-mcp@1.0.0", "npx -y some-mcp@1.0.1", []Change{{"version", "1.0.0", "1.0.1"}}},
		{"npx -y some-mcp@1.0.0", "npx -y other-mcp@1.0.0", []Change{{"package", "npm:some-mcp", "npm:other-mcp"}}},
		{"npx some-mcp --a --b", "npx some-mcp --b --a", []Change{{"arg", "--a, --b", "--b, --a"}}},
		{"docker run -v /a:/a -v /b:/b x", "docker run -v /b:/b -v /a:/a x", nil},
		{"docker run x", "docker run --privileged -v /:/h x", []Change{{"mount", "", "/:/h:rw"}, {"privileged", "", "true"}}},
		{"npx mcp-remote https://a.acme.dev/mcp", "npx mcp-remote https://b.acme.dev/mcp", []Change{{"url", "https://a.acme.dev/mcp", "https://b.acme.dev/mcp"}}},
	} {
		if diff := cmp.Diff(test.want, Diff(normal(test.a), normal(test.b))); diff != "" {
			t.Errorf("%s → %s (-want +got):\n%s", test.a, test.b, diff)
		}
	}
}

// seeds are argvs joined by NUL for the fuzzers.
func seeds() []string {
	out := slices.Concat(remote, benign)
	for _, l := range launches {
		out = append(out, strings.Join(strings.Fields(l.line), "\x00"))
	}
	for _, a := range argvs {
		out = append(out, strings.Join(a.argv, "\x00"))
	}
	for _, hostile := range []string{"(", "$(", "`", "{ ", "\"$(", "! ", "if ", "${a:-", "$((", "<(", "a|", "a&&", "<<a\n", "[[ ! ", "$((-", "while ", "case x in ", "((", "f() ", "time ", "\\`", "@(", "${{", "'", "\"", "-", "a=", "x\x00", "bash\x00-c\x00", "env ", "sudo\x00", "@", "#", "a,[", "::", "${", "%a", "$a=", "deno jsr", "A\x000="} {
		out = append(out, strings.Repeat(hostile, 1<<18/len(hostile)), strings.Repeat(hostile, 400), "sh\x00-c\x00"+strings.Repeat(hostile, 30<<10/len(hostile)))
	}
	return append(out, "powershell\x00-enc\x00"+base64.StdEncoding.EncodeToString([]byte("i\x00r\x00m\x00")))
}

// places checks that every word lies within its element, and holds its bytes
// where it is as long as its place.
func places(t *testing.T, argv []string, words []Word) {
	t.Helper()
	for _, w := range words {
		if w.Arg < 0 || w.Arg >= len(argv) || w.Start < 0 || w.Start > w.End || w.End > len(argv[w.Arg]) {
			t.Fatalf("%.200q: word %+v lies nowhere", argv, w)
		}
		if w.exact() && argv[w.Arg][w.Start:w.End] != w.Text {
			t.Fatalf("%.200q: word %+v is not %q", argv, w, argv[w.Arg][w.Start:w.End])
		}
	}
}

func allWords(l Launch) []Word {
	words := slices.Concat(l.Registry, l.EnvFiles, l.ContainerArgs, l.BridgeHeaders, l.BridgeFlags, l.Args, l.Container.CapAdd, l.Container.SecurityOpts, l.Container.Devices, l.Container.Publish)
	for _, w := range []Word{l.Program, l.Dir, l.URL, l.Hosted, l.Script, l.Module, l.Task, l.Inline, l.Container.Privileged, l.Container.User, l.Container.Entrypoint} {
		if w != (Word{}) {
			words = append(words, w)
		}
	}
	for _, w := range l.Wrappers {
		words = append(words, w.Words...)
	}
	for _, p := range l.Packages {
		words = append(words, p.Word)
	}
	for _, m := range l.Mounts {
		words = append(words, m.Word)
	}
	for _, s := range l.Env {
		words = append(words, s.Word)
	}
	return append(words, shellWords(l.Shell)...)
}

func shellWords(sh Shell) (words []Word) {
	for i, c := range sh.Commands {
		words = append(words, c.Words...)
		for _, s := range c.Env {
			words = append(words, s.Word)
		}
		for _, r := range c.Redirects {
			words = append(words, r.Target)
		}
		if c.Parent >= i {
			panic("a command stands in a later one")
		}
	}
	return words
}

func FuzzParse(f *testing.F) {
	for _, s := range seeds() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, joined string) {
		argv := strings.Split(joined, "\x00")
		l := Parse(argv)
		places(t, argv, allWords(l))
		FetchesAndRuns(l.Shell)
		if again := Parse(argv); !slices.Equal(l.Normal(), again.Normal()) {
			t.Fatalf("%.300q: two readings differ:\n%q\n%q", argv, l.Normal(), again.Normal())
		}
		wrapped := append([]string{"sudo", "-E", "--"}, argv...)
		if w := Parse(wrapped); len(argv) < maxWords/2 && len(l.Wrappers) < 4 && argv[0] != "" && !strings.ContainsAny(joined, "=| &\n\t") && !strings.HasPrefix(argv[0], "-") {
			if diff := cmp.Diff(l.Normal(), w.Normal()); diff != "" {
				t.Fatalf("%.300q: sudo changes it:\n%s", argv, diff)
			}
		}
	})
}

func FuzzShell(f *testing.F) {
	for _, s := range seeds() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		sh := ParseShell(text)
		places(t, []string{text}, shellWords(sh))
		if len(sh.Commands) > 2*maxCommands {
			t.Fatalf("%d commands", len(sh.Commands))
		}
		FetchesAndRuns(sh)
		for _, lang := range []Lang{POSIX, PowerShell, CMD} {
			sh := lex(newWord(text, 0), lang)
			places(t, []string{text}, shellWords(sh))
		}
	})
}

func BenchmarkParse(b *testing.B) {
	for name, argv := range map[string][]string{
		"npx":    {"npx", "-y", "@acme/mcp@1.2.3", "--token", "${TOKEN}"},
		"docker": strings.Fields("docker run -i --rm -e TOKEN -v /a:/b:ro --mount type=bind,src=/x,dst=/y ghcr.io/acme/mcp:1.0 stdio"),
		"bash":   {"bash", "-lc", "cd /srv && source .env && exec npx -y some-mcp@1.0.0 --x \"$HOME\""},
		"pipe":   {"bash", "-c", "curl -fsSL https://acme.dev/i.sh | sudo bash -s -- --yes"},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				l := Parse(argv)
				FetchesAndRuns(l.Shell)
			}
		})
	}
}

func BenchmarkHostile(b *testing.B) {
	for name, text := range map[string]string{"parens": strings.Repeat("(", 32<<10), "pipes": strings.Repeat("a|", 16<<10), "substitutions": strings.Repeat("$(", 512<<10), "words": strings.Repeat("a ", 512<<10), "echo": strings.Repeat("echo $(curl x) | sh;", 50<<10)} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				FetchesAndRuns(ParseShell(text))
			}
		})
	}
}
