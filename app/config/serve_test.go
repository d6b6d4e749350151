package config

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// testKey is a private key in PEM, made once for all tests.
var testKey = sync.OnceValue(func() string {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "RSA " + "PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}))
})

// environment is a Getenv over pairs; HOME is a folder of the test.
func environment(t *testing.T, pairs ...string) Getenv {
	t.Helper()
	m := map[string]string{"HOME": t.TempDir()}
	for i := 0; i+1 < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return func(name string) string { return m[name] }
}

func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// problems are where and what, each on a line.
func problems(err error) []string {
	if err == nil {
		return nil
	}
	return strings.Split(err.Error(), "\n")
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	env := environment(t)
	got, err := Load(env, nil)
	if err != nil {
		t.Fatal(err)
	}
	dir := StateDir(env)
	want := &Serve{
		Listen: "127.0.0.1:8080", MetricsListen: "127.0.0.1:9090", DatabaseURL: Secret("sqlite:" + filepath.Join(dir, "castellan.db")),
		DataDir: dir, GitHubURL: "https://github.com", PolicyRepo: ".github", Role: All, Setup: true,
	}
	if d := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Serve{})); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("reading the settings made the data directory: %v", err)
	}
}

func TestEverythingSet(t *testing.T) {
	t.Parallel()
	hook, before, client := strings.Repeat("h", 40), strings.Repeat("b", 40), strings.Repeat("c", 40)
	key := strings.TrimSpace(testKey())
	settings := file(t, "serve.yml", "listen: 0.0.0.0:1\nlog: json\nrole: worker\napp_id: 77\nmetrics_listen: off\nclient_secret_file: "+file(t, "client", client+"\n")+"\n")
	got, err := Load(environment(t,
		"CASTELLAN_CONFIG", settings, "CASTELLAN_LISTEN", "127.0.0.1:2", "CASTELLAN_DATABASE_URL", "postgres://u:p@db.example/castellan",
		"CASTELLAN_DATA_DIR", "/var/lib/castellan", "CASTELLAN_PUBLIC_URL", "https://Castellan.acme.example/", "CASTELLAN_GITHUB_URL", "https://git.acme.example",
		"CASTELLAN_PRIVATE_KEY_FILE", file(t, "key.pem", testKey()), "CASTELLAN_WEBHOOK_SECRET", hook, "CASTELLAN_WEBHOOK_SECRET_PREVIOUS", before,
		"CASTELLAN_CLIENT_ID", "Iv23x", "CASTELLAN_HASH_KEY", strings.Repeat("0f", 32), "CASTELLAN_POLICY_REPO", "acme/policy", "CASTELLAN_DRY_RUN", "on",
	), map[string]string{"listen": "127.0.0.1:3"})
	if err != nil {
		t.Fatal(err)
	}
	want := &Serve{
		Listen: "127.0.0.1:3", MetricsChosen: true, DatabaseURL: "postgres://u:p@db.example/castellan", DataDir: "/var/lib/castellan",
		PublicURL: "https://castellan.acme.example", GitHubURL: "https://git.acme.example", PolicyRepo: "acme/policy", Role: Worker, DryRun: true, LogJSON: true,
		Credentials:           Credentials{AppID: 77, PrivateKey: Secret(key), WebhookSecret: Secret(hook), ClientID: "Iv23x", ClientSecret: Secret(client)},
		WebhookSecretPrevious: Secret(before),
		Notices:               []string{"CASTELLAN_WEBHOOK_SECRET_PREVIOUS: deliveries signed with it are still accepted: remove it once the rotation is over"},
	}
	if d := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Serve{})); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
	if d := cmp.Diff([]string{hook, before}, got.WebhookSecrets()); d != "" {
		t.Errorf("secrets -want +got\n%s", d)
	}
}

// TestEveryProblemAtOnce also plants a canary in every variable: no problem
// may repeat what was set.
func TestEveryProblemAtOnce(t *testing.T) {
	t.Parallel()
	canary := "canary" + strings.Repeat("Qx7", 9)
	var pairs []string
	for _, s := range Flags() {
		if s.Name != "config" && s.Name != "data-dir" {
			pairs = append(pairs, s.Env(), canary+" /")
		}
	}
	_, err := Load(environment(t, pairs...), nil)
	if err == nil || strings.Contains(err.Error(), "canary") {
		t.Fatalf("an error without the canary: %v", err)
	}
	var got []string
	for _, p := range problems(err) {
		where, _, _ := strings.Cut(p, ": ")
		got = append(got, where)
	}
	slices.Sort(got)
	want := []string{ // of a secret given twice, the direct one is named
		"CASTELLAN_APP_ID", "CASTELLAN_CLIENT_SECRET", "CASTELLAN_DATABASE_URL", "CASTELLAN_DRY_RUN", "CASTELLAN_GITHUB_URL", "CASTELLAN_HASH_KEY", "CASTELLAN_LISTEN", "CASTELLAN_LOG",
		"CASTELLAN_METRICS_LISTEN", "CASTELLAN_POLICY_REPO", "CASTELLAN_PRIVATE_KEY", "CASTELLAN_PUBLIC_URL", "CASTELLAN_ROLE", "CASTELLAN_WEBHOOK_SECRET", "CASTELLAN_WEBHOOK_SECRET_PREVIOUS",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	secret := "Zq" + strings.Repeat("7k", 12)
	for name, tc := range map[string]struct {
		env   []string
		flags map[string]string
		file  string
		want  []string // where each problem is
	}{
		"app id alone":             {env: []string{"CASTELLAN_APP_ID", "7"}, want: []string{"CASTELLAN_WEBHOOK_SECRET", "CASTELLAN_PRIVATE_KEY"}},
		"webhook secret alone":     {env: []string{"CASTELLAN_WEBHOOK_SECRET", secret}, want: []string{"CASTELLAN_APP_ID", "CASTELLAN_PRIVATE_KEY"}},
		"app id zero":              {env: []string{"CASTELLAN_APP_ID", "0", "CASTELLAN_WEBHOOK_SECRET", secret, "CASTELLAN_PRIVATE_KEY", testKey()}, want: []string{"CASTELLAN_APP_ID"}},
		"key is no key":            {env: []string{"CASTELLAN_APP_ID", "7", "CASTELLAN_WEBHOOK_SECRET", secret, "CASTELLAN_PRIVATE_KEY", secret}, want: []string{"CASTELLAN_PRIVATE_KEY"}},
		"key in place of its file": {env: []string{"CASTELLAN_APP_ID", "7", "CASTELLAN_WEBHOOK_SECRET", secret, "CASTELLAN_PRIVATE_KEY_FILE", testKey()}, want: []string{"CASTELLAN_PRIVATE_KEY_FILE"}},
		"secret flag":              {flags: map[string]string{"webhook-secret": secret}, want: []string{"--webhook-secret"}},
		"key flag":                 {flags: map[string]string{"private-key": secret}, want: []string{"--private-key"}},
		"unknown flag":             {flags: map[string]string{"lissen": "x"}, want: []string{"--lissen"}},
		"password in flag":         {flags: map[string]string{"database-url": "postgres://u:" + secret + "@h/d"}, want: []string{"--database-url"}},
		"password in flag query":   {flags: map[string]string{"database-url": "postgres://h/d?password=" + secret}, want: []string{"--database-url"}},
		"database malformed":       {env: []string{"CASTELLAN_DATABASE_URL", "postgres://u:%zz" + secret + "@h/d"}, want: []string{"CASTELLAN_DATABASE_URL"}},
		"mysql":                    {env: []string{"CASTELLAN_DATABASE_URL", "mysql://u:" + secret + "@h/d"}, want: []string{"CASTELLAN_DATABASE_URL"}},
		"sqlite without file":      {env: []string{"CASTELLAN_DATABASE_URL", "sqlite:"}, want: []string{"CASTELLAN_DATABASE_URL"}},
		"plain http":               {env: []string{"CASTELLAN_PUBLIC_URL", "http://acme.example"}, want: []string{"CASTELLAN_PUBLIC_URL"}},
		"user in url":              {env: []string{"CASTELLAN_GITHUB_URL", "https://u:" + secret + "@git.example"}, want: []string{"CASTELLAN_GITHUB_URL"}},
		"api url":                  {env: []string{"CASTELLAN_GITHUB_URL", "https://git.example/api/v3"}, want: []string{"CASTELLAN_GITHUB_URL"}},
		"port out of range":        {env: []string{"CASTELLAN_LISTEN", "127.0.0.1:70000"}, want: []string{"CASTELLAN_LISTEN"}},
		"policy path":              {env: []string{"CASTELLAN_POLICY_REPO", "acme/.."}, want: []string{"CASTELLAN_POLICY_REPO"}},
		"hash key too short":       {env: []string{"CASTELLAN_HASH_KEY", "0f0f"}, want: []string{"CASTELLAN_HASH_KEY"}},
		"hash key file missing":    {env: []string{"CASTELLAN_HASH_KEY_FILE", "/nowhere/" + secret}, want: []string{"CASTELLAN_HASH_KEY_FILE"}},
		"hash key twice":           {env: []string{"CASTELLAN_HASH_KEY", strings.Repeat("0f", 32), "CASTELLAN_HASH_KEY_FILE", os.DevNull}, want: []string{"CASTELLAN_HASH_KEY"}},
		"settings file missing":    {env: []string{"CASTELLAN_CONFIG", "/nowhere/settings"}, want: []string{"CASTELLAN_CONFIG"}},
		"unknown key":              {file: "listen: :8080\nlissen: :8081\n", want: []string{"serve.yml:2:1"}},
		"key twice":                {file: "listen: :8080\nlisten: :8081\n", want: []string{"serve.yml:2:1"}},
		"secret in settings":       {file: "webhook_secret: " + secret + "\n", want: []string{"serve.yml:1:1"}},
		"password in settings":     {file: "database_url: postgres://u:" + secret + "@h/d\n", want: []string{"serve.yml:1:1"}},
		"list in settings":         {file: "listen: [1]\n", want: []string{"serve.yml:1:1"}},
		"settings are a list":      {file: "- listen\n", want: []string{"serve.yml:1:1"}},
		"settings name settings":   {file: "config: other.yml\n", want: []string{"serve.yml:1:1"}},
		"value in settings wrong":  {file: "\nrole: boss\n", want: []string{"serve.yml:2:1"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := tc.env
			if tc.file != "" {
				env = append(slices.Clip(env), "CASTELLAN_CONFIG", file(t, "serve.yml", tc.file))
			}
			_, err := Load(environment(t, env...), tc.flags)
			var got []string
			for _, p := range problems(err) {
				where, _, _ := strings.Cut(p, ": ")
				got = append(got, filepath.Base(where))
			}
			if d := cmp.Diff(tc.want, got); d != "" {
				t.Errorf("-want +got\n%s\n%v", d, err)
			}
			if err != nil && (strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), "BEGIN RSA")) {
				t.Errorf("the error shows a secret: %v", err)
			}
		})
	}
}

func TestPrivateKeySpellings(t *testing.T) {
	t.Parallel()
	block, _ := pem.Decode([]byte(testKey()))
	rsaKey, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(rsaKey)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"PKCS #1":          testKey(),
		"PKCS #8":          string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE " + "KEY", Bytes: der})),
		"escaped newlines": strings.ReplaceAll(testKey(), "\n", `\n`),
		"base64":           base64.StdEncoding.EncodeToString([]byte(testKey())),
		"windows newlines": strings.ReplaceAll(testKey(), "\n", "\r\n"),
		"space around":     "\n " + testKey() + "\n\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := Load(environment(t, "CASTELLAN_APP_ID", "7", "CASTELLAN_WEBHOOK_SECRET", strings.Repeat("s", 20), "CASTELLAN_PRIVATE_KEY", text), nil)
			if err != nil {
				t.Fatal(err)
			}
			if b, _ := pem.Decode([]byte(s.PrivateKey)); b == nil {
				t.Error("what is kept is no PEM")
			}
		})
	}
}

func TestSecretsNeverShow(t *testing.T) {
	t.Parallel()
	canary := "canary" + strings.Repeat("Qx7", 9)
	s := &Serve{DatabaseURL: Secret(canary), Credentials: Credentials{PrivateKey: Secret(canary), WebhookSecret: Secret(canary), ClientSecret: Secret(canary)}, WebhookSecretPrevious: Secret(canary)}
	encoded, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var logged strings.Builder
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("settings", "all", s, "one", s.WebhookSecret)
	slog.New(slog.NewTextHandler(&logged, nil)).Info("settings", "all", s, "one", s.WebhookSecret)
	for _, text := range []string{fmt.Sprint(s), fmt.Sprintf("%+v %#v %q %x", s, s, s.PrivateKey, s.PrivateKey), string(encoded), logged.String()} {
		if strings.Contains(text, canary) || strings.Contains(text, fmt.Sprintf("%x", canary)) {
			t.Errorf("shown: %s", text)
		}
	}
}

func TestSavedCredentials(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	saved := &Credentials{AppID: 7, PrivateKey: Secret(strings.TrimSpace(testKey())), WebhookSecret: Secret(strings.Repeat("s", 20)), ClientID: "Iv23x", ClientSecret: Secret(strings.Repeat("c", 20))}
	if err := Save(dir, saved); err != nil {
		t.Fatal(err)
	}
	if err := Save(dir, &Credentials{AppID: 8}); !errors.Is(err, ErrSaved) {
		t.Errorf("saved over what was there: %v", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", e.Name(), info.Mode())
		}
		names = append(names, e.Name())
	}
	if d := cmp.Diff([]string{"app-id", "client-id", "client-secret", "private-key.pem", "webhook-secret"}, names); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
	for name, tc := range map[string]struct {
		env  []string
		want Credentials
		bad  bool
	}{
		"alone":            {want: *saved},
		"environment wins": {env: []string{"CASTELLAN_WEBHOOK_SECRET", strings.Repeat("n", 20)}, want: Credentials{7, saved.PrivateKey, Secret(strings.Repeat("n", 20)), "Iv23x", saved.ClientSecret}},
		"same App":         {env: []string{"CASTELLAN_APP_ID", "7"}, want: *saved},
		"another App":      {env: []string{"CASTELLAN_APP_ID", "8"}, bad: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Load(environment(t, append(tc.env, "CASTELLAN_DATA_DIR", dir)...), nil)
			if tc.bad {
				if err == nil {
					t.Fatal("credentials of one App were taken for another")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tc.want, got.Credentials); d != "" || got.Setup {
				t.Errorf("setup %v, -want +got\n%s", got.Setup, d)
			}
		})
	}
}

// TestHalfSavedCredentialsDoNotCount: a crash before the App id was written
// leaves the machine in setup mode, and setup can be done again.
func TestHalfSavedCredentialsDoNotCount(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, fileWebhookSecret), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Load(environment(t, "CASTELLAN_DATA_DIR", dir), nil)
	if err != nil || !s.Setup {
		t.Fatalf("setup %v, %v", s, err)
	}
	if err := CanSave(dir); err != nil {
		t.Error(err)
	}
}

func TestHashKeyOfFlagAndFile(t *testing.T) {
	t.Parallel()
	name := file(t, "hash", strings.Repeat("0f", 32)+"\n")
	s, err := Load(environment(t), map[string]string{"hash-key-file": name})
	if err != nil {
		t.Fatal(err)
	}
	key, err := s.HashKey()
	if err != nil || len(key) != 32 || key[0] != 0x0f || !s.HashKeyNamed() {
		t.Errorf("key of %d bytes, named %v, %v", len(key), s.HashKeyNamed(), err)
	}
	if _, err := os.Stat(s.DataDir); !errors.Is(err, os.ErrNotExist) {
		t.Error("a key was made although one is named")
	}
}

func TestStoreNeedsNoCredentials(t *testing.T) {
	t.Parallel()
	s, err := LoadStore(environment(t, "CASTELLAN_APP_ID", "no number", "CASTELLAN_DATABASE_URL", "sqlite:///tmp/x.db"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if s.SQLiteFile() != "/tmp/x.db" {
		t.Errorf("file %q", s.SQLiteFile())
	}
	if _, err := LoadStore(environment(t, "CASTELLAN_DATABASE_URL", "x:"), nil); err == nil {
		t.Error("a wrong URL was accepted")
	}
}
