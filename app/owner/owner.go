// Package owner finds out who answers for a place in a repository: whom the
// policy names, whom CODEOWNERS names, who wrote the line, who administers the
// repository, in that order, and how sure each of these is.
//
// The package is pure: what GitHub knows of accounts and teams comes through
// Directory, which the caller implements, and CODEOWNERS as bytes of the base
// branch, never of the head of a pull request.
package owner

import "strings"

// Source is where an owner comes from.
type Source string

const (
	FromPolicy     Source = "policy"           // an entry of castellan.yml
	FromCodeowners Source = "CODEOWNERS"       // of the base branch
	FromAuthor     Source = "author"           // GitHub's verified author of the commit
	FromAdmin      Source = "repository admin" // the last resort
)

// Confidence is how sure it is that a source names the one who answers.
type Confidence string

const (
	High   Confidence = "high"
	Medium Confidence = "medium"
	Low    Confidence = "low"
)

// User is an account as GitHub describes it.
type User struct {
	Login     string
	Type      string // User, Bot, Organization, Mannequin
	Suspended bool
}

// Person says whether the account is one of a human being who can be asked:
// no bot, App, agent, organisation, ghost or imported stand-in. Assigning an
// agent would start it, so what is not known to be a person is none.
func (u User) Person() bool {
	login := strings.ToLower(u.Login)
	return u.Type == "User" && !u.Suspended && validLogin(login) && login != "ghost"
}

// name is an owner as people write it.
type name struct {
	login     string // of a user
	org, team string // of a team
	email     bool
}

// parseName reads @user, @org/team or an e-mail address. What it lets through
// is safe as one element of a URL's path.
func parseName(s string) (name, bool) {
	rest, at := strings.CutPrefix(s, "@")
	org, team, isTeam := strings.Cut(rest, "/")
	switch {
	case at && isTeam && validLogin(org) && validSlug(team):
		return name{org: org, team: team}, true
	case at && !isTeam && validLogin(rest):
		return name{login: rest}, true
	case !at && validEmail(s):
		return name{email: true}, true
	}
	return name{}, false
}

// validLogin takes logins of people, also those of managed users, which hold an
// underscore. Logins of Apps end in [bot] and are none.
func validLogin(s string) bool { return len(s) <= 100 && only(s, "-_") }

func validSlug(s string) bool {
	return len(s) <= 256 && only(s, "-_.") && strings.Trim(s, ".") != ""
}

func validEmail(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	return ok && len(s) <= 254 && only(local, "._%+-") && only(domain, ".-") && strings.Contains(strings.Trim(domain, "."), ".")
}

// only says whether s is letters and digits of ASCII and some more characters,
// and not empty.
func only(s, more string) bool {
	for i := range len(s) {
		c := s[i]
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte(more, c) >= 0) {
			return false
		}
	}
	return s != ""
}
