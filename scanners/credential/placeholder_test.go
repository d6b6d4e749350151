package credential

import (
	"strings"
	"testing"
)

// Values under credential names that no one would rotate.
func TestPlaceholdersAndOrdinaryValuesAreNoLeaks(t *testing.T) {
	t.Parallel()
	values := 0
	for _, value := range strings.Split(strings.TrimSpace(`
your-api-key|your_api_key_here|<token>|<your-token>|<jwt>|YOUR_GITHUB_PAT_HERE|sk-...|sk-ant-...|ghp_xxxxxxxxxxxxxxxxxxxx|xxxxxxxx|changeme|REPLACE_ME|replace-with-your-token
change_me|FILL_HERE|dummy|DUMMY|none|null|undefined|TODO|test|test-token-123|test-key|foo|bar|foobar|secret|password|token|api_key|some-api-key|MY_API_KEY|{api_key}|{BEARER_TOKEN}|[YOUR KEY]
sk-or-v1-****|AIza****|ntn_**********|xoxb-your-bot-token|xoxc-fake|ghp_test123|AKIAIOSFODNN7EXAMPLE|placeholder-not-a-credential|votre_cle_api|<tu-token-mcp>|tu_api_key|ihr_token
sk-ant-your_anthropic_api_key_here|sk-proj-your-key|insert-key-here|enter_token|paste-your-key|add-token-here|example-key|sample_token|demo-key|mock-token|fake-secret|redacted|REDACTED|masked
00000000-0000-0000-0000-000000000000|0000000000000000|1111111111111111|1234567890|12345678|abcdef123456|abc123|0123456789abcdef|deadbeef|qwerty|xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx
true|false|yes|0|1|3600|8080|auto|required|optional|env|file|keychain|bearer|oauth|header|/run/secrets/token|./keys/service.json|~/.config/key.pem|C:\keys\k.pem|key.json|https://example.com|me@acme.dev
$TOKEN|${TOKEN}|${env:TOKEN}|{{TOKEN}}|{{ secrets.TOKEN }}|${{ secrets.X }}|$(cat token)|op://vault/item/field|not-needed|no-key-required|ollama|lm-studio|EMPTY|sk-no-key-required|local-only
my-super-secret-token|your token|my key|the-key|an_api_key|access_token|client-secret|PIPESHUB_TOKEN|GITHUB_TOKEN|MYSERVER_API_KEY|ACME_PERSONAL_ACCESS_TOKEN|set-me|fill-in|put-key-here
sk-ant-api03-xxxx|ghp_your_token_here|gho_XXXXXXXXXXXXXXXX|xoxb-0000-0000-xxxx|AIzaSy...|hf_...|hf_xxxxxxxx|gsk_your_key|pplx-your-key|tvly-YOUR_API_KEY|fc-YOUR_API_KEY|BSA_your_key|lin_api_xxx
key-goes-here|token_goes_here|<api key>|<INSERT TOKEN>|[token]|(your key)|{{ api_key }}|%API_KEY%|__TOKEN__|___|---|???|...|…|••••••••|********|########|n/a|N/A|nil|tbc|unused|ignored|whatever
votre-cle|deine-api-key|dein_token|seu_token|mi-token|你的密钥|您的API密钥|あなたのトークン|ваш_токен|여기에_키|jouw-sleutel|la_tua_chiave
use-your-own-key|get-api-key-from-dashboard|your.real.token|yourApiKey|YourSecretKey|YOURTOKEN|yourtoken123|mytoken|my_secret_key_123|my-api-key-1|super-secret|s3cr3t|letmein|abcd1234|123abc
sk_test_your_key|pk_live_your_key|whsec_xxxxxxxx|eyJ...|eyJhbGciOi...|Bearer your-token|Bearer <token>|Basic <base64>|token YOUR_TOKEN|Bearer ${TOKEN}|Bearer xxxxx
`), "\n") {
		for _, v := range strings.Split(value, "|") {
			values++
			for _, name := range []string{"API_KEY", "GITHUB_TOKEN", "apiKey", "--token"} {
				for _, j := range Judge(Context{Place: InEnv, Name: name}, v) {
					if j.Class == Literal && j.Confidence > Low {
						t.Errorf("%s=%s: literal of confidence %d (%s)", name, v, j.Confidence, j.Kind)
					}
				}
			}
		}
	}
	if values < 150 {
		t.Errorf("%d values, want 150", values)
	}
}

// rate judges n random values of an alphabet and gives the share that ok
// refuses, in percent.
func rate(n int, alphabet string, least, most int, ok func(value string) bool) float64 {
	r, bad := seeded(4), 0
	for range n {
		if !ok(gen(r, alphabet, least+r.IntN(most-least+1))) {
			bad++
		}
	}
	return float64(bad) * 100 / float64(n)
}

func TestOpaqueValuesUnderCredentialNamesAreFound(t *testing.T) {
	t.Parallel()
	for alphabet, length := range map[string][2]int{base62: {16, 80}, hexes: {16, 80}, url64: {20, 80}, lower + digits: {16, 80}, base62 + "+/": {20, 88}, upper + "234567": {20, 64}} {
		for _, name := range []string{"ACME_API_KEY", "--token", "x-api-key", "clientSecret"} {
			missed := rate(3000, alphabet, length[0], length[1], func(value string) bool {
				js := Judge(Context{Place: InEnv, Name: name}, value)
				return len(js) == 1 && js[0].Class == Literal && js[0].Confidence >= Medium
			})
			if missed > 0.5 {
				t.Errorf("alphabet %.8s… of %d characters under %s: %.2f %% missed, want 0.5 %%", alphabet, len(alphabet), name, missed)
			}
		}
	}
}

func TestRandomValuesAreNoPlaceholders(t *testing.T) {
	t.Parallel()
	for alphabet, length := range map[string]int{hexes: 40, base62: 36, url64: 148} {
		if got := rate(20000, alphabet, length, length, func(value string) bool { return !placeholder("API_KEY", value) }); got >= 0.2 {
			t.Errorf("%d characters of %.8s…: %.3f %% taken for placeholders, want 0.2 %%", length, alphabet, got)
		} else {
			t.Logf("%d characters of %d kinds: %.3f %%", length, len(alphabet), got)
		}
	}
}
