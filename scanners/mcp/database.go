package mcp

import (
	"net/url"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/address"
	"github.com/castellan-app/castellan/scanners/config"
	"github.com/castellan-app/castellan/scanners/wordset"
)

// databases are the schemes of connection strings, and who may do everything
// there.
var databases = map[string]string{
	"postgres": " postgres root admin superuser rdsadmin ", "postgresql": " postgres root admin superuser rdsadmin ", "mysql": " root admin ", "mariadb": " root admin ",
	"mssql": " sa admin ", "sqlserver": " sa admin ", "mongodb": " root admin ", "mongodb+srv": " root admin ", "oracle": " sys system ", "cockroachdb": " root admin ",
	"redshift": " awsuser admin root ", "clickhouse": " default admin ",
}

// database looks at every connection string a server is given.
func (c *check) database() {
	for _, v := range c.variables() {
		c.connection(v.value, v.at)
	}
	for _, w := range c.launch().Args {
		text := w.Text
		if name, value, ok := strings.Cut(text, "="); ok && strings.HasPrefix(name, "-") {
			text = value
		}
		h := config.Hit{}
		h.Node, h.Span = c.f.Word(c.srv, w)
		c.connection(text, h)
	}
}

// connection judges one connection string.
func (c *check) connection(raw string, h config.Hit) {
	scheme, _, ok := strings.Cut(raw, "://")
	if !ok {
		return
	}
	scheme, _, _ = strings.Cut(strings.TrimPrefix(strings.ToLower(scheme), "jdbc:"), "+asyncpg")
	scheme = strings.TrimSuffix(strings.TrimSuffix(scheme, "+psycopg2"), "+pymysql")
	mighty, ok := databases[scheme]
	if !ok {
		return
	}
	_, host, r := address.Parse(raw)
	if r != address.Public && !(r == address.Private && strings.Contains(host, ".")) {
		return // this machine, or a service beside it
	}
	user, rest := userOf(raw)
	why := ""
	switch {
	case wordset.Has(mighty, user):
		why = " as " + user + ", who may do everything"
	case productive(host) || productive(rest):
		why = " of production"
	case strings.Contains(rest, "sslmode=disable") || strings.Contains(rest, "ssl=false") || strings.Contains(rest, "tls=false") || strings.Contains(rest, "encrypt=false"):
		why = " without encryption"
	}
	if why == "" {
		return
	}
	h.Rule, h.Severity, h.Slot = ruleDatabase, scanners.High, slotOr(h.Slot, "connection")
	h.Message = c.say(" connects to a database"+why+", at ", host)
	h.Fix = scanners.Say("Give it a role that may only read what it needs, over TLS, by reference, and switch it to read-only where it can be.")
	c.report(nil, h)
}

// userOf is the user of a URL, lower case, and what follows the host.
func userOf(raw string) (user, rest string) {
	_, after, _ := strings.Cut(raw, "://")
	authority := after
	if i := strings.IndexAny(after, "/?"); i >= 0 {
		authority, rest = after[:i], strings.ToLower(after[i:])
	}
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		user, _, _ = strings.Cut(authority[:i], ":")
	}
	if plain, err := url.PathUnescape(user); err == nil {
		user = plain
	}
	return strings.ToLower(user), rest
}

// productive says whether a host or database calls itself production.
func productive(name string) bool {
	return anyWord(nameWords(name), "PROD", "PRODUCTION", "LIVE") && !anyWord(nameWords(name), "NON", "NONPROD", "PRE", "PREPROD")
}

func slotOr(slot, otherwise string) string {
	if slot == "" {
		return otherwise
	}
	return slot
}
