package catalog

import (
	"math/rand/v2"
	"regexp"
	"regexp/syntax"
	"strings"
	"testing"
)

// placeholders stand in documentation everywhere; no shape may take one for a
// key.
var placeholders = []string{
	"your-api-key", "your_api_key_here", "<token>", "${OPENAI_API_KEY}", "$ANTHROPIC_API_KEY", "${input:github_token}",
	"{{ secrets.KEY }}", "${{ secrets.ANTHROPIC_API_KEY }}", "sk-...", "sk-ant-...", "ghp_xxxxxxxxxxxxxxxxxxxx", "xxxxxxxx",
	"changeme", "REPLACE_ME",
}

func TestNoKeyIsAPlaceholder(t *testing.T) {
	t.Parallel()
	for _, k := range Keys() {
		re := regexp.MustCompile(k.Pattern)
		for _, p := range placeholders {
			if re.MatchString(p) {
				t.Errorf("%s matches the placeholder %q", k.ID, p)
			}
		}
	}
}

// expand writes a text that re matches: of each choice the one that pick names,
// of each repetition the least number or up to three more.
func expand(b *strings.Builder, re *syntax.Regexp, pick func(n int) int) {
	repeat := func(least, most int) {
		for range least + pick(min(most-least, 3)+1) {
			expand(b, re.Sub[0], pick)
		}
	}
	switch re.Op {
	case syntax.OpLiteral:
		b.WriteString(string(re.Rune))
	case syntax.OpCharClass:
		b.WriteRune(member(re.Rune, pick))
	case syntax.OpConcat, syntax.OpCapture:
		for _, sub := range re.Sub {
			expand(b, sub, pick)
		}
	case syntax.OpAlternate:
		expand(b, re.Sub[pick(len(re.Sub))], pick)
	case syntax.OpQuest:
		repeat(0, 1)
	case syntax.OpStar:
		repeat(0, 3)
	case syntax.OpPlus:
		repeat(1, 3)
	case syntax.OpRepeat:
		most := re.Max
		if most < 0 {
			most = re.Min + 3
		}
		repeat(re.Min, most)
	case syntax.OpWordBoundary, syntax.OpEmptyMatch, syntax.OpEndText:
	default:
		panic("the pattern uses " + re.Op.String())
	}
}

// member picks a printable character of a class given as pairs of bounds.
func member(class []rune, pick func(n int) int) rune {
	var all []rune
	for i := 0; i < len(class); i += 2 {
		for r := max(class[i], '!'); r <= min(class[i+1], '~'); r++ {
			all = append(all, r)
		}
	}
	return all[pick(len(all))]
}

// TestKeysMatchWhatTheyDescribe makes keys of every shape: the shape matches
// them from their start, and each begins with one of the shape's literals.
func TestKeysMatchWhatTheyDescribe(t *testing.T) {
	t.Parallel()
	for i := range keys {
		k := &keys[i]
		t.Run(k.ID, func(t *testing.T) {
			t.Parallel()
			tree, err := syntax.Parse(k.Pattern, syntax.Perl)
			if err != nil {
				t.Fatal(err)
			}
			re := regexp.MustCompile(`^(?:` + k.Pattern + `)`)
			used := map[string]bool{}
			random := rand.New(rand.NewPCG(1, uint64(i)))
			for range 200 {
				var b strings.Builder
				expand(&b, tree, random.IntN)
				sample := b.String()
				if !re.MatchString(sample) {
					continue // a word boundary that this last character does not give
				}
				used[""] = true
				if len(k.Literals) > 0 && !startsWith(sample, k.Literals, used) {
					t.Fatalf("%q begins with none of %q", sample, k.Literals)
				}
			}
			if !used[""] {
				t.Fatal("no sample matched")
			}
			for _, l := range k.Literals {
				if !used[l] {
					t.Errorf("no sample began with %q", l)
				}
			}
		})
	}
}

func startsWith(s string, literals []string, used map[string]bool) bool {
	found := false
	for _, l := range literals {
		if strings.HasPrefix(s, l) {
			used[l], found = true, true
		}
	}
	return found
}

// TestKeyAlphabet holds that a key inside a longer run of its own characters is
// no key where the shape's length is fixed.
func TestKeyAlphabet(t *testing.T) {
	t.Parallel()
	fake := strings.Repeat("aB3", 30)
	cases := []struct {
		id, value string
		match     bool
	}{
		{"github-pat-classic", "ghp_" + fake[:36], true},
		{"github-pat-classic", "ghp_" + fake[:37], false},
		{"github-pat-classic", "ghp_" + fake[:35], false},
		{"github-app-or-oauth-token", "ghr_" + fake[:76], true},
		{"gitlab-pat", "glpat-" + fake[:20], true},
		{"gitlab-pat", "glpat-" + fake[:27] + ".01.0a1b2c3d4", true},
		{"google-api-key", "AI" + "za" + fake[:35], true},
		{"google-api-key", "AI" + "za" + fake[:36], false},
		{"openai-api-key", "sk-" + "svcacct-" + fake[:60], true},
		{"openai-api-key", "sk-" + "proj-" + fake[:20], false},
		{"anthropic-api-key", "sk-" + "ant-api03-" + fake[:90] + "abcAA", true},
		{"anthropic-api-key", "sk-" + "ant-api03-your-key-here", false},
		{"slack-app-token", "xa" + "pp-1-A0B1C2-123456-" + strings.Repeat("0a1b", 16), true},
		{"npm-token", "np" + "m_" + fake[:36], true},
		{"sendgrid-api-key", "S" + "G." + fake[:22] + "." + fake[:43], true},
		{"telegram-bot-token", "123456789:AA" + fake[:33], true},
		{"hubspot-pat", "pat-" + "na1-01234567-89ab-cdef-0123-456789abcdef", true},
		{"vault-token", "hv" + "s." + fake + "a", true},
		{"terraform-token", fake[:14] + ".atlas" + "v1." + fake[:67], true},
		{"mapbox-public-token", "pk" + ".eyJ" + fake[:60] + "." + fake[:22], true},
		{"posthog-project-key", "ph" + "c_" + fake[:43], true},
	}
	for _, c := range cases {
		k := KeyByID(c.id)
		if k == nil {
			t.Errorf("no key %s", c.id)
			continue
		}
		if got := regexp.MustCompile(`^(?:` + k.Pattern + `)`).MatchString(c.value); got != c.match {
			t.Errorf("%s matches a value of %d bytes: %v, want %v", c.id, len(c.value), got, c.match)
		}
	}
}

func TestDatabaseURLYieldsThePassword(t *testing.T) {
	t.Parallel()
	k := KeyByID("database-url-with-password")
	m := regexp.MustCompile(k.Pattern).FindStringSubmatch("postgresql://app:" + "Zq8vR2" + "@db.example:5432/app")
	if m == nil || m[1] != "Zq8vR2" {
		t.Errorf("group 1 is not the password: %q", m)
	}
}
