package builder

import (
	"regexp"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
	"github.com/castellan-app/castellan/scanners/doctree"
)

var (
	email = regexp.MustCompile(`^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}$`)
	phone = regexp.MustCompile(`^\+?[0-9][0-9 ()/.-]{7,18}[0-9]$`)
	iban  = regexp.MustCompile(`^[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?$`)
	// notPeople are addresses that are nobody's.
	notPeople = regexp.MustCompile(`(?i)^(?:no-?reply|do-?not-?reply|info|hello|support|admin|contact|sales|team|test|user|example|john\.?doe|jane\.?doe|foo|bar|name|your|me)\b|@(?:example|test|domain|yourdomain|yourcompany|mydomain|company|email|acme|localhost|sample)\.|\.(?:example|test|invalid|local)$`)
)

// maxPinned bounds the values that are looked at in pinned data.
const maxPinned = 5000

// personal looks for data of people that a flow carries along: n8n pins what
// ran through a node in the editor, and exports it with the flow.
func (s *scan) personal(f *flow, root *doctree.Node) {
	for _, holder := range []string{"pinData", "staticData"} {
		for _, m := range membersOf(root.Get(holder)) {
			kinds, people := personalIn(m.Value.Resolve())
			if len(kinds) < 2 {
				continue
			}
			s.say(f, rulePersonal, scanners.Medium, credential.Medium, m.Key, m.Value, m.KeySpan,
				scanners.Say("The flow holds data of people that ran through ", safe(m.Key), ": "+strings.Join(kinds, ", ")+" of about "+numbered(people)),
				scanners.Say("Unpin the data in the editor and export again. What is in the history stays there."))
		}
	}
}

func membersOf(n *doctree.Node) []doctree.Member {
	if n == nil {
		return nil
	}
	return n.Members[:min(len(n.Members), 500)]
}

// personalIn are the kinds of data of people below a node, and of how many.
func personalIn(root *doctree.Node) (kinds []string, people int) {
	seen := map[string]map[string]bool{"addresses": {}, "names": {}, "telephone numbers": {}, "bank accounts": {}}
	stack, looked := []*doctree.Node{root}, 0
	for len(stack) > 0 && looked < maxPinned {
		n := stack[len(stack)-1].Resolve()
		stack = stack[:len(stack)-1]
		looked++
		for _, m := range n.Members {
			stack = append(stack, m.Value)
		}
		stack = append(stack, n.Items...)
		if n.Kind != doctree.String {
			continue
		}
		v := strings.TrimSpace(n.Text)
		key := strings.ToLower(strings.ReplaceAll(n.Key(), "_", ""))
		switch {
		case email.MatchString(v) && !notPeople.MatchString(v):
			seen["addresses"][v] = true
		case iban.MatchString(v) && strings.Contains(key, "iban"):
			seen["bank accounts"][v] = true
		case (strings.Contains(key, "phone") || strings.Contains(key, "mobile") || key == "tel") && phone.MatchString(v):
			seen["telephone numbers"][v] = true
		case personName(key, v):
			seen["names"][v] = true
		}
	}
	for _, k := range []string{"addresses", "names", "telephone numbers", "bank accounts"} {
		if len(seen[k]) > 0 {
			kinds = append(kinds, k)
			people = max(people, len(seen[k]))
		}
	}
	return kinds, people
}

// personName says whether a value under a key is what a person is called.
func personName(key, value string) bool {
	switch key {
	case "firstname", "lastname", "fullname", "surname", "givenname", "familyname", "customername", "contactname", "name", "displayname", "sendername", "author", "attendeename":
	default:
		return false
	}
	words := strings.Fields(value)
	if len(words) == 0 || len(words) > 4 || len(value) > 60 || (key == "name" || key == "displayname" || key == "author") && len(words) < 2 {
		return false
	}
	for _, w := range words {
		if r := []rune(w); r[0] < 'A' || r[0] > 'Z' && r[0] < 0xc0 {
			return false
		}
	}
	return true
}
