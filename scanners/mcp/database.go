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
	c.parts()
}

// parts: connections whose parts stand in variables of their own, as in
// PGUSER and PGHOST, or MYSQL_USER and MYSQL_HOST.
func (c *check) parts() {
	vars := c.variables()
	for _, v := range vars {
		name := strings.ToUpper(v.name)
		mighty, prefix := "", ""
		for _, d := range databaseVariables {
			if p, ok := strings.CutSuffix(name, d.user); ok && strings.HasSuffix("_"+p, d.prefix) {
				mighty, prefix = databases[d.scheme], p
				break
			}
		}
		if mighty == "" || !wordset.Has(mighty, strings.ToLower(v.value)) {
			continue
		}
		for _, at := range vars {
			rest, ok := strings.CutPrefix(strings.ToUpper(at.name), prefix)
			if !ok || !wordset.Has(" HOST _HOST _HOSTNAME _SERVER HOSTADDR _ADDRESS ", rest) {
				continue
			}
			if _, host, r := address.Parse("https://" + at.value); r == address.Public {
				c.mighty(v.at, v.value, host)
			}
			break
		}
	}
}

// databaseVariables are how variables for a user of a database are called: what
// comes before, and the word itself.
var databaseVariables = []struct{ scheme, prefix, user string }{
	{"postgres", "_PG", "USER"}, {"postgres", "_POSTGRES", "_USER"}, {"postgres", "_POSTGRES", "_USERNAME"}, {"postgres", "_POSTGRESQL", "_USER"},
	{"mysql", "_MYSQL", "_USER"}, {"mysql", "_MYSQL", "_USERNAME"}, {"mariadb", "_MARIADB", "_USER"}, {"mssql", "_MSSQL", "_USER"}, {"mssql", "_MSSQL", "_USERNAME"},
	{"sqlserver", "_SQLSERVER", "_USER"}, {"postgres", "_DB", "_USER"}, {"mysql", "_DATABASE", "_USER"},
}

func (c *check) mighty(h config.Hit, user, host string) {
	h.Rule, h.Severity, h.Slot = ruleDatabase, scanners.High, slotOr(h.Slot, "connection")
	h.Message = c.say(" connects to a database as "+strings.ToLower(user)+", who may do everything, at ", host)
	h.Fix = scanners.Say("Give it a role that may only read what it needs, over TLS, by reference, and switch it to read-only where it can be.")
	c.report(nil, h)
}

// pairs are the parts of a connection string of ADO.NET or ODBC, by name in
// lower case without spaces: "Server=h;User Id=sa" (learn.microsoft.com/dotnet/framework/data/adonet/connection-string-syntax).
func pairs(raw string) map[string]string {
	if !strings.Contains(raw, "=") || !strings.Contains(raw, ";") || len(raw) > 4096 {
		return nil
	}
	out := map[string]string{}
	for part := range strings.SplitSeq(raw, ";") {
		if name, value, ok := strings.Cut(part, "="); ok {
			out[strings.ToLower(strings.ReplaceAll(strings.TrimSpace(name), " ", ""))] = strings.TrimSpace(value)
		}
	}
	return out
}

// spelled judges a connection string of pairs.
func (c *check) spelled(raw string, h config.Hit) {
	parts := pairs(raw)
	at := firstOf(parts, "server", "datasource", "host", "addr", "address")
	user := firstOf(parts, "userid", "uid", "user", "username")
	at = strings.TrimPrefix(at, "tcp:")
	if i := strings.IndexAny(at, `,\`); i >= 0 {
		at = at[:i]
	}
	if at == "" || !wordset.Has(" sa root postgres admin ", strings.ToLower(user)) {
		return
	}
	if _, host, r := address.Parse("https://" + at); r == address.Public {
		c.mighty(h, user, host)
	}
}

func firstOf(m map[string]string, keys ...string) string {
	for _, k := range keys {
		if v := m[k]; v != "" {
			return v
		}
	}
	return ""
}

// connection judges one connection string.
func (c *check) connection(raw string, h config.Hit) {
	scheme, _, ok := strings.Cut(raw, "://")
	if !ok {
		c.spelled(raw, h)
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
