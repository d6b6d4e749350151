package typosquat

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"github.com/castellan-app/castellan/scanners/catalog"
)

// Letters of other scripts, letters with marks and digits, and the Latin letter
// each is taken for (the common ones of unicode.org/reports/tr39). Both texts
// are as long, in letters.
const (
	lookAlikes = "01i|53482" + "аеорсхуіјѕһԁԛԝⅼкмтпгв" + "οαρνυκιετχ" + "ıłöóòôøáàäâéèêëíìïúùüçñńśżğ"
	takenFor   = "olllseabz" + "aeopcxyljshdqwlkmtnrb" + "oapvukletx" + "lloooooaaaaeeeellluuucnnszg"
)

// fold is the first letter of a text as it is taken at a glance, and the length
// of what makes it up: rn is taken for m.
func fold(s string) (letter rune, size int) {
	if len(s) > 1 {
		switch s[:2] {
		case "rn":
			return 'm', 2
		case "vv":
			return 'w', 2
		case "cl", "c1":
			return 'd', 2
		}
	}
	if c := s[0]; c < utf8.RuneSelf {
		if i := strings.IndexByte(lookAlikes[:9], c); i >= 0 {
			return rune(takenFor[i]), 1
		}
		return rune(c), 1
	}
	letter, size = utf8.DecodeRuneInString(s)
	if i := strings.IndexRune(lookAlikes, letter); i >= 0 {
		return rune(takenFor[utf8.RuneCountInString(lookAlikes[:i])]), size
	}
	return letter, size
}

// alike says whether two names look the same at a glance.
func alike(a, b string) bool {
	for a != "" && b != "" {
		x, n := fold(a)
		y, m := fold(b)
		if x != y {
			return false
		}
		a, b = a[n:], b[m:]
	}
	return a == b
}

// ConfusableHost is the host of a known server or service that another host, in
// lower case, looks like letter by letter; ok is false for a host that is known
// itself and for one that looks like none. A host with letters beyond ASCII may
// be given in its xn-- form.
func ConfusableHost(host string) (known string, ok bool) {
	if len(host) > 253 || catalog.ServerByHost(host) != nil || catalog.ProductByHost(host) != nil {
		return "", false
	}
	shown := host
	if strings.Contains(host, "xn--") {
		if u, err := idna.ToUnicode(host); err == nil {
			shown = strings.ToLower(u)
		}
	}
	servers := catalog.Servers()
	for i := range servers {
		if known, ok := oneAlike(shown, servers[i].Hosts); ok {
			return known, true
		}
	}
	products := catalog.Products()
	for i := range products {
		if known, ok := oneAlike(shown, products[i].Hosts); ok {
			return known, true
		}
	}
	return "", false
}

// oneAlike is the one of some hosts that a host looks like. Of a host with a
// star the domain behind it counts, if it is long enough to be imitated.
func oneAlike(shown string, hosts []string) (string, bool) {
	for _, h := range hosts {
		domain, wild := strings.CutPrefix(h, "*.")
		if wild && strings.IndexByte(domain, '.') < 5 && strings.Count(domain, ".") == 1 || strings.Contains(domain, "*") {
			continue
		}
		part := shown
		if wild {
			part = lastLabels(shown, strings.Count(domain, "."))
		}
		if part != domain && alike(part, domain) {
			return domain, true
		}
	}
	return "", false
}

// lastLabels is the end of a host that has n dots.
func lastLabels(host string, n int) string {
	for i := len(host) - 1; i >= 0; i-- {
		if host[i] == '.' {
			if n == 0 {
				return host[i+1:]
			}
			n--
		}
	}
	return host
}
