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
		case "cl":
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

// ConfusableHost is the host of a known server that another host looks like,
// letter by letter; ok is false for a known host and one that looks like none.
// A host with letters beyond ASCII may be given in its xn-- form.
func ConfusableHost(host string) (known string, ok bool) {
	if len(host) > 253 || catalog.ServerByHost(host) != nil {
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
		for _, h := range servers[i].Hosts {
			if h != host && alike(shown, h) {
				return h, true
			}
		}
	}
	return "", false
}
