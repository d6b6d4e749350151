package config

import "strings"

// Setting is one thing that can be set, by the variable CASTELLAN_NAME, the
// flag --name, or the key name of the settings file.
type Setting struct {
	Name    string // "database-url"
	Usage   string // one line for --help; the placeholder in backquotes
	Default string // as --help shows it; "" has none
	Secret  bool   // never by flag or settings file; also taken from the file NAME_FILE names
}

// Env is the variable: CASTELLAN_DATABASE_URL.
func (s *Setting) Env() string {
	return "CASTELLAN_" + strings.ToUpper(strings.ReplaceAll(s.Name, "-", "_"))
}

// Key is the key in the settings file: database_url.
func (s *Setting) Key() string { return strings.ReplaceAll(s.Name, "-", "_") }

// Settings are all settings of `castellan serve` in the order of its help.
func Settings() []Setting {
	return []Setting{
		{Name: "config", Usage: "read settings from the YAML `FILE`; environment and flags win over it"},
		{Name: "listen", Usage: "serve webhooks and setup at `HOST:PORT`", Default: "127.0.0.1:8080"},
		{Name: "metrics-listen", Usage: "serve /metrics at `HOST:PORT`; off disables it", Default: "127.0.0.1:9090"},
		{Name: "database-url", Usage: "the `URL` of the database: sqlite:FILE or postgres://…", Default: "sqlite:castellan.db in the data directory", Secret: true},
		{Name: "data-dir", Usage: "keep repositories, keys and the SQLite file in `DIR`", Default: "this user's state directory"},
		{Name: "public-url", Usage: "the `URL` at which GitHub and browsers reach this server"},
		{Name: "github-url", Usage: "the `URL` of GitHub, a GitHub Enterprise Server or https://NAME.ghe.com", Default: "https://github.com"},
		{Name: "app-id", Usage: "the GitHub App's `ID`"},
		{Name: "private-key", Usage: "the App's private key as PEM", Secret: true},
		{Name: "webhook-secret", Usage: "the App's webhook secret", Secret: true},
		{Name: "webhook-secret-previous", Usage: "the secret before it, accepted while you rotate", Secret: true},
		{Name: "client-id", Usage: "the App's client `ID`"},
		{Name: "client-secret", Usage: "the App's client secret", Secret: true},
		{Name: "hash-key", Usage: "the key under which credentials are hashed, 64 hex digits or base64", Secret: true},
		{Name: "policy-repo", Usage: "the `REPOSITORY` that holds the organisation's castellan.yml: NAME or OWNER/NAME", Default: ".github"},
		{Name: "role", Usage: "what this process does, a `ROLE`: web, worker or all", Default: "all"},
		{Name: "dry-run", Usage: "decide and log what would be written, and write nothing to GitHub: `on` or off", Default: "off"},
		{Name: "log", Usage: "log as `FORMAT`: text or json", Default: "text"},
	}
}

// Flags are the settings that have a flag: all but secrets, whose flag names a
// file (--private-key-file). The flag of the database URL exists too, for URLs
// without a password. A secret's own flag is refused with advice, so it is here.
func Flags() []Setting {
	var all []Setting
	for _, s := range Settings() {
		all = append(all, s)
		if s.Secret {
			all = append(all, Setting{Name: s.Name + "-file", Usage: "read it from `FILE`: " + strings.ReplaceAll(s.Usage, "`", "")})
		}
	}
	return all
}

// Refused reports a flag that is there only to say that secrets do not belong
// on a command line; help leaves it out.
func (s *Setting) Refused() bool { return s.Secret && s.Name != databaseURL }

const databaseURL = "database-url"
