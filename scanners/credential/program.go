package credential

import "strings"

// program is the first program of a command line that resolves references in
// what it runs: a shell, or a wrapper such as `op run --`; "" if there is none.
func program(command string, args []string) string {
	for _, s := range append([]string{command}, args[:min(len(args), 4)]...) {
		base := baseName(s)
		if in(" cmd op doppler dotenvx envmcp infisical bash sh zsh dash fish pwsh powershell env dotenv dotenv-cli env-cmd ", base) {
			return base
		}
	}
	return ""
}

// baseName is a program's name without its folder, ending and version.
func baseName(s string) string {
	base := strings.ToLower(s[strings.LastIndexAny(s, `/\`)+1:])
	base, _, _ = strings.Cut(strings.TrimPrefix(strings.TrimSuffix(base, ".exe"), "@"), "@")
	return base
}

// passwordFlag is the flag with which a program takes a password, "" if it has
// none of one letter, and whether the two may stand together or apart (the
// manuals of MySQL, sshpass, MongoDB, Redis, sqlcmd and OpenLDAP).
func passwordFlag(program string) (flag string, glued, apart bool) {
	switch program {
	case "mysql", "mysqldump", "mysqladmin", "mysqlimport", "mariadb", "mariadb-dump":
		return "-p", true, false // -p alone asks for it
	case "sshpass":
		return "-p", true, true
	case "mongosh", "mongo", "mongodump", "mongorestore", "mongoexport", "mongoimport":
		return "-p", false, true
	case "redis-cli":
		return "-a", false, true
	case "sqlcmd", "bcp":
		return "-P", true, true
	case "ldapsearch", "ldapmodify", "ldapadd":
		return "-w", false, true
	}
	return "", false, false
}

// takesUser says whether a program takes user:password after -u.
func takesUser(program string) bool { return in(" curl curlie wget http https xh ", program) }
