package config

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
)

// Role is what a process does.
type Role string

const (
	All    Role = "all"
	Web    Role = "web"    // takes deliveries
	Worker Role = "worker" // does what they ask for
)

// Web and Work tell which halves a role has.
func (r Role) Web() bool  { return r == All || r == Web }
func (r Role) Work() bool { return r == All || r == Worker }

// Serve are the settings of `castellan serve`, checked.
type Serve struct {
	Listen        string // HOST:PORT
	MetricsListen string // HOST:PORT; "" is off
	MetricsChosen bool   // somebody set it; else a taken port is no reason not to start
	DatabaseURL   Secret // may hold a password
	DataDir       string // absolute; may not exist yet
	PublicURL     string // scheme and host; "" unknown
	GitHubURL     string // scheme and host
	PolicyRepo    string // NAME, in each organisation, or OWNER/NAME
	Role          Role
	DryRun        bool // nothing is written to GitHub
	LogJSON       bool

	// Setup says that no App is known: only /healthz and /setup are served, and
	// Credentials are zero.
	Setup bool
	Credentials
	WebhookSecretPrevious Secret // also accepted; "" none

	// Notices are what may not be meant, a line each.
	Notices []string

	env Getenv // with the flag and the settings file's hash key file
}

// SQLite tells whether the database is a file of this machine.
func (s *Serve) SQLite() bool {
	return strings.HasPrefix(strings.ToLower(string(s.DatabaseURL)), "sqlite:")
}

// SQLiteFile is the path of the database, "" with PostgreSQL.
func (s *Serve) SQLiteFile() string {
	if !s.SQLite() {
		return ""
	}
	return strings.TrimPrefix(string(s.DatabaseURL)[len("sqlite:"):], "//")
}

// WebhookSecrets are all a delivery may be signed with, the newest first.
func (s *Serve) WebhookSecrets() []string {
	var all []string
	for _, secret := range []Secret{s.WebhookSecret, s.WebhookSecretPrevious} {
		if secret != "" {
			all = append(all, string(secret))
		}
	}
	return all
}

// HashKey is the key under which credentials are hashed. It is made in the data
// directory if nothing else names it.
func (s *Serve) HashKey() ([]byte, error) { return HashKey(s.env, s.DataDir) }

// HashKeyNamed tells whether environment, flag or settings file name the key.
func (s *Serve) HashKeyNamed() bool {
	return s.env("CASTELLAN_HASH_KEY") != "" || s.env("CASTELLAN_HASH_KEY_FILE") != ""
}

// Load reads all settings. flags are those given, by name ("listen"); nil is
// none. A flag wins over a variable, a variable over the settings file, that
// over credentials saved by /setup. The error joins every *Problem.
func Load(env Getenv, flags map[string]string) (*Serve, error) {
	return load(env, flags, true)
}

// LoadStore reads only what is needed to open the database: data directory and
// database URL.
func LoadStore(env Getenv, flags map[string]string) (*Serve, error) {
	return load(env, flags, false)
}

func load(env Getenv, flags map[string]string, all bool) (*Serve, error) {
	src := &sources{flags: flags, env: env}
	src.unknownFlags()
	src.readFile()
	s := &Serve{env: env}
	src.store(s)
	if all {
		src.face(s)
		src.hashKey(s)
		src.app(s)
		src.notices(s)
	}
	if len(src.fault) > 0 {
		return nil, errors.Join(src.fault...)
	}
	return s, nil
}

func (s *sources) unknownFlags() {
	known := Flags()
	for name := range s.flags {
		if !slices.ContainsFunc(known, func(k Setting) bool { return k.Name == name }) {
			s.fail("--"+name, "there is no such setting")
		}
	}
}

// or is the checked text of a plain setting, or its default.
func (s *sources) or(name, fallback string, check func(string) error) string {
	v := s.plain(name)
	if !v.set() {
		return fallback
	}
	if err := check(v.text); err != nil {
		s.fail(v.where, "%v", err)
	}
	return v.text
}

func (s *sources) store(to *Serve) {
	dir := s.plain("data-dir")
	if to.DataDir = dir.text; dir.text == "" {
		to.DataDir = StateDir(s.env)
	}
	abs, err := filepath.Abs(to.DataDir)
	switch {
	case to.DataDir == "":
		s.fail("CASTELLAN_DATA_DIR", "set it to the folder for repositories, keys and the database: this environment has no HOME to put it in")
	case err != nil:
		s.fail("CASTELLAN_DATA_DIR", "%v", err)
	default:
		to.DataDir = abs
	}
	url := s.secret(databaseURL)
	if !url.set() {
		to.DatabaseURL = Secret("sqlite:" + filepath.Join(to.DataDir, "castellan.db"))
		return
	}
	to.DatabaseURL = Secret(url.text)
	if err := database(url.text); err != nil {
		s.fail(url.where, "%v", err)
	} else if _, direct := s.flags[databaseURL]; (direct || s.file[databaseURL].set()) && hasPassword(url.text) {
		s.fail(url.where, "it holds a password, which belongs in neither a command line nor a settings file: use the variable CASTELLAN_DATABASE_URL, or database-url-file")
	}
}

// face are the settings that have nothing to do with the App.
func (s *sources) face(to *Serve) {
	to.Listen = s.or("listen", "127.0.0.1:8080", address)
	metrics := s.plain("metrics-listen")
	if to.MetricsListen, to.MetricsChosen = metrics.text, metrics.set(); !metrics.set() {
		to.MetricsListen = "127.0.0.1:9090"
	} else if metrics.text == "off" || metrics.text == "" {
		to.MetricsListen = ""
	} else if err := address(metrics.text); err != nil {
		s.fail(metrics.where, "%v, or off", err)
	}
	to.PublicURL = s.origin("public-url", "")
	to.GitHubURL = s.origin("github-url", "https://github.com")
	to.PolicyRepo = s.or("policy-repo", ".github", policyRepository)
	to.Role = Role(s.or("role", string(All), oneOf("web", "worker", "all")))
	to.DryRun = s.or("dry-run", "off", oneOf("on", "off")) == "on"
	to.LogJSON = s.or("log", "text", oneOf("text", "json")) == "json"
}

func (s *sources) origin(name, fallback string) string {
	v := s.plain(name)
	if !v.set() {
		return fallback
	}
	text, err := origin(v.text)
	if err != nil {
		s.fail(v.where, "%v", err)
	}
	return text
}

func oneOf(words ...string) func(string) error {
	return func(text string) error {
		if slices.Contains(words, text) {
			return nil
		}
		return errors.New("write " + strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1])
	}
}

// hashKey checks a key that is named; one to be made in the data directory is
// made when it is needed.
func (s *sources) hashKey(to *Serve) {
	key := s.secret("hash-key")
	file := s.plain("hash-key-file")
	to.env = func(name string) string {
		switch {
		case name == "CASTELLAN_HASH_KEY_FILE" && file.set():
			return file.text
		case name == "CASTELLAN_HASH_KEY" && file.set(): // both are a problem already
			return ""
		}
		return s.env(name)
	}
	if !key.set() {
		return
	}
	if _, err := HashKey(to.env, ""); err != nil {
		where := key.where
		if file.set() {
			where = file.where
		}
		s.fail(where, "%v", err)
	}
}
