package credential

import (
	"net/netip"
	"strings"
)

// location is a URL taken apart by byte ranges, however badly it is written.
type location struct {
	scheme, host       string
	userStart, userEnd int // the user name; both 0 without userinfo
	passStart, passEnd int // the password; both 0 without one
	pathStart, pathEnd int
	queryStart         int // after "?"; 0 without a query
	end                int
}

// schemeEnd is the offset of "://" if a URL begins at the start of s.
func schemeEnd(s string) int {
	i := strings.Index(s, "://")
	if i < 1 || i > 24 {
		return -1
	}
	for k := range i {
		if c := s[k]; classOf(c) == 'o' && c != '+' && c != '-' && c != '.' || c == 0 {
			return -1
		}
	}
	return i
}

// locate takes the URL in s apart; it reaches to the end of s.
func locate(s string) (location, bool) {
	i := schemeEnd(s)
	if i < 0 {
		return location{}, false
	}
	l := location{scheme: strings.ToLower(s[:i]), end: len(s)}
	rest := i + 3
	authority := authorityEnd(s, rest)
	if at := strings.LastIndexByte(s[rest:authority], '@'); at >= 0 {
		l.userinfo(s, rest, rest+at)
		rest += at + 1
	}
	l.host = strings.ToLower(s[rest:authority])
	l.pathStart, l.pathEnd = authority, len(s)
	if q := strings.IndexByte(s[authority:], '?'); q >= 0 {
		l.pathEnd, l.queryStart = authority+q, authority+q+1
	} else if h := strings.IndexByte(s[authority:], '#'); h >= 0 {
		l.pathEnd, l.queryStart = authority+h, authority+h+1 // a fragment with parameters, as sign-in redirects have
	}
	return l, true
}

// authorityEnd is where user, password and host end. A password may hold an
// unescaped "/", "#" or "?"; then what follows the ":" is no port, and an "@"
// comes later.
func authorityEnd(s string, start int) int {
	end := len(s)
	if k := strings.IndexAny(s[start:], "/?#"); k >= 0 {
		end = start + k
	}
	_, port, ok := strings.Cut(s[start:end], ":")
	if !ok || end == len(s) || strings.Contains(port, "@") || port == "" || strings.Trim(port, "0123456789") == "" || s[start] == '[' {
		return end
	}
	at := strings.LastIndexByte(s[end:], '@')
	if at < 0 {
		return end
	}
	end += at
	if k := strings.IndexAny(s[end:], "/?#"); k >= 0 {
		return end + k
	}
	return len(s)
}

func (l *location) userinfo(s string, start, end int) {
	l.userStart, l.userEnd = start, end
	if colon := strings.IndexByte(s[start:end], ':'); colon >= 0 {
		l.userEnd = start + colon
		l.passStart, l.passEnd = start+colon+1, end
	}
}

// local says whether the URL's host is reachable from here only.
func (l *location) local() bool {
	host := l.host
	if i := strings.LastIndexByte(host, ':'); i > strings.LastIndexByte(host, ']') {
		host = host[:i]
	}
	return localHost(strings.Trim(host, "[]"))
}

// localHost says whether a host is this machine, a name that only a container
// network resolves, or one that RFC 2606 reserves for examples.
func localHost(host string) bool {
	if host == "" || !strings.ContainsAny(host, ".:") {
		return true
	}
	for _, end := range []string{".localhost", ".local", ".internal", ".example", "example.com", "example.org", "example.net", ".test", ".invalid"} {
		if strings.HasSuffix(host, end) {
			return true
		}
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && (ip.IsLoopback() || ip.IsUnspecified())
}
