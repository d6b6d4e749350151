package credential

import (
	"strings"
	"testing"
)

func FuzzJudge(f *testing.F) {
	for _, s := range []string{
		"Bearer ${X:-ghp_a}", "https://u:p%zz@h/?a=%41&key=x#", `{"a":"{\"b\":\"c\"}"}`, "-----BEGIN PRIVATE KEY-----", `bash -c "a 'b \"c"`, "eyJ.eyJ.x", "host=a password='b", "${A:-${B:-${C:-x}}}",
		"a:b@tcp(c)/d", "https://u:p/w#@h:1/x?y=%ff;z=1", "$(curl -H 'Authorization: Bearer a')", "sid=1; b=\"2\"", "Basic YTpi", "-Hx: y", "%20%41\\u0041\\n",
	} {
		f.Add("API_KEY", s)
	}
	f.Fuzz(func(t *testing.T, name, value string) {
		for place := InField; place <= InText; place++ {
			check(t, value, Judge(Context{Place: place, Name: name, Near: []string{value}}, value))
		}
	})
}

func FuzzJudgeArgs(f *testing.F) {
	f.Add("bash", "-c", "A_TOKEN=b x --key 'c d' -H \"X-Api-Key: e\"")
	f.Add("docker", "-e", "A")
	f.Add("cmd", "--header", "A: %B%")
	f.Add("curl", "-u", "a:b")
	f.Fuzz(func(t *testing.T, command, flag, value string) {
		args := []string{flag, value, flag + "=" + value, "-H", value, "--token", value, flag + value, command + " " + flag + " " + value}
		js := JudgeArgs(Context{}, command, args)
		if len(js) != len(args) {
			t.Fatalf("%d results for %d arguments", len(js), len(args))
		}
		for i := range args {
			check(t, args[i], js[i])
		}
	})
}

func FuzzSearch(f *testing.F) {
	f.Add([]byte("a ghp_ sk- eyJ.eyJ.x ://a:b@c -----BEGIN RSA PRIVATE KEY-----\\n"))
	f.Add([]byte("mistral_key=" + gen(seeded(1), base62, 32)))
	f.Fuzz(func(t *testing.T, text []byte) {
		js := Search(text)
		check(t, string(text), js)
		for _, j := range js {
			if !j.IsCredential() {
				t.Fatalf("class %d in the result of a search", j.Class)
			}
		}
	})
}

func FuzzRedact(f *testing.F) {
	for _, holder := range holders {
		before, after, _ := strings.Cut(holder, "%s")
		f.Add(before, after)
	}
	canaries := []string{"ghp_" + gen(seeded(1), base62, 36), gen(seeded(2), base62, 40), gen(seeded(3), hexes, 40), "xoxb-" + gen(seeded(4), digits, 12) + "-" + gen(seeded(4), digits, 12) + "-" + gen(seeded(5), base62, 24)}
	f.Fuzz(func(t *testing.T, before, after string) {
		for _, canary := range canaries {
			// Set apart from its neighbours, as a value is.
			s := before + " " + canary + " " + after
			if got := Redact(s); strings.Contains(got, canary) {
				t.Fatalf("Redact(%q) = %q", s, got)
			}
			s = before + " X=" + canary + "\n" + after
			if got := RedactRanges(s, Search([]byte(s))); strings.Contains(got, canary) {
				t.Fatalf("RedactRanges(%q) = %q", s, got)
			}
		}
		RedactKnown(before + after)
	})
}

// check states what holds of every result: ranges within the value, in order,
// apart, and a secret with every credential and nothing else.
func check(t *testing.T, value string, js []Judgement) {
	end := 0
	for _, j := range js {
		if j.Start < end || j.End <= j.Start || j.End > len(value) {
			t.Fatalf("range [%d,%d) after %d in %d bytes", j.Start, j.End, end, len(value))
		}
		end = j.End
		if j.IsCredential() != (j.Secret.value != "") {
			t.Fatalf("class %d with a secret of %d bytes", j.Class, len(j.Secret.value))
		}
		if (j.Class == Reference || j.Class == Unexpanded) != (j.Reference != "") {
			t.Fatalf("class %d with the reference %q", j.Class, j.Reference)
		}
	}
}
