package credential

import (
	"regexp"
	"strings"
	"sync"
)

// Connection strings that are no URLs. In each, one group is the password.
var (
	// Server=…;Password=…, libpq's host=… password=…, Azure's AccountKey=…
	keywords = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)(?:^|[;\s?&])(?:password|pwd|accountkey|sharedaccesskey|sharedaccesssignature)\s*=\s*("[^"]*"|'[^']*'|[^;\s"'&]+)`)
	})
	// user:password@tcp(host:3306)/db of go-sql-driver/mysql, user:password@host:port,
	// and user/password@host:port/service of Oracle
	bare = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^([A-Za-z0-9_.-]{1,64})[:/]([^\s/@]{1,128}|[^\s@]{1,128})@((?:tcp|tcp4|tcp6|unix)\([^\s()]*\)(?:/\S*)?|[A-Za-z0-9_.-]+:\d{2,5}(?:/\S*)?)$`)
	})
)

// connectionWords say that a value is a list of connection parameters.
var connectionWords = []string{"host=", "server=", "data source=", "accountname=", "endpoint=", "dbname=", "user id=", "uid=", "jdbc:", "initial catalog="}

func judgeConnection(ctx *scope, value string, start, end int) []Judgement {
	text := value[start:end]
	if m := bareMatch(text); m != nil {
		host := strings.ToLower(strings.TrimLeft(text[m[6]:m[7]], "tcp46unix("))
		if i := strings.IndexAny(host, ":/)"); i >= 0 {
			host = host[:i]
		}
		return judgePassword(ctx, value, start+m[4], start+m[5], text[m[2]:m[3]], localHost(host))
	}
	if !strings.Contains(text, "=") {
		return nil
	}
	lower := strings.ToLower(text)
	known := false
	for _, word := range connectionWords {
		known = known || strings.Contains(lower, word)
	}
	if !known {
		return nil
	}
	m := keywords().FindStringSubmatchIndex(text)
	if m == nil {
		return nil
	}
	from, to := unquoted(text, m[2], m[3])
	local := strings.Contains(lower, "localhost") || strings.Contains(lower, "127.0.0.1") || strings.Contains(lower, "(localdb)")
	return judgePassword(ctx, value, start+from, start+to, "", local)
}

func bareMatch(text string) []int {
	if !strings.Contains(text, "@") || len(text) > 1024 {
		return nil
	}
	return bare().FindStringSubmatchIndex(text)
}

// judgePassword judges the password of a connection string.
func judgePassword(ctx *scope, value string, start, end int, user string, local bool) []Judgement {
	part := ctx.at(InURL).named("password")
	return decoded(part, value, start, end, func(ctx *scope, v string, a, b int) []Judgement {
		return judgeAccount(ctx, v, a, b, user, local, "connection-string")
	})
}

// judgeAccount judges a password beside its user and host. What everyone's
// development database is called proves nothing on this machine, and little
// elsewhere.
func judgeAccount(ctx *scope, value string, start, end int, user string, local bool, kind string) []Judgement {
	password := value[start:end]
	if password == "" {
		return nil
	}
	if js, ok := judgeReference(ctx, value, start, end); ok {
		return js
	}
	if js := judgeShapes(ctx, value, start, end); js != nil {
		return js
	}
	common := commonPassword(password) || strings.EqualFold(password, user)
	switch {
	case composed(password), strings.ContainsAny(password, "<>{}[]") && !strong(password),
		common && (local || commonUser(user)), !common && placeholder("", password), user != "" && placeholder("", user) && !strong(password):
		return ctx.says(Placeholder, start, end)
	}
	confidence := Medium
	if common || len(password) < 4 || local && !generated(password, 16) {
		confidence = Low
	}
	return ctx.finds(kind, confidence, password, start, end)
}

// commonPassword are words that development databases and documentation use.
func commonPassword(s string) bool {
	return in(" PASSWORD PASS POSTGRES ROOT ADMIN SECRET MYPASSWORD DBPASS DB_PASSWORD DBPASSWORD CHANGEME TEST USER GUEST MYSQL REDIS MONGO EXAMPLE DEV LOCAL PASSWD PWD "+
		"123456 1234 12345678 NEO4J SA TOOR PASSWORD123 PASSWORD1 SUPERSECRET PW P@SSW0RD PASSW0RD P@SSWORD PASSW0RD! ", strings.ToUpper(s))
}

// commonUser are the names that stand for any user in documentation.
func commonUser(s string) bool {
	return in(" USER USERNAME MYUSER DB_USER DBUSER YOURUSER USR ME FOO ", strings.ToUpper(s))
}
