package gitstore

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
)

// IsURL reports whether a target is a remote address rather than a folder: it
// has a scheme, names a remote helper ("ext::…"), or is of the form
// user@host:path. Not every URL can be cloned.
func IsURL(target string) bool {
	if scheme, _, ok := strings.Cut(target, "://"); ok && isWord(scheme) {
		return true
	}
	if helper, _, ok := strings.Cut(target, "::"); ok && isWord(helper) {
		return true
	}
	host, _, ok := strings.Cut(target, ":")
	return ok && strings.Contains(host, "@") && !strings.ContainsAny(host, `/\`)
}

func isWord(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.") == ""
}

// NameOf is owner/name of a repository on a host: the last two parts of an
// https, ssh or scp-like URL without ".git". It is "" for what names no host.
func NameOf(url string) string {
	redacted := RedactURL(url)
	scheme, rest, ok := strings.Cut(redacted, "://")
	switch {
	case !IsURL(url) || strings.EqualFold(scheme, "file"):
		return ""
	case !ok: // host:path
		rest = redacted
	}
	i := strings.IndexAny(rest, ":/")
	if i < 0 {
		return ""
	}
	parts := strings.Split(strings.TrimSuffix(strings.Trim(rest[i+1:], "/"), ".git"), "/")
	if n := len(parts); n >= 2 && validName(parts[n-2]) && validName(parts[n-1]) {
		return parts[n-2] + "/" + parts[n-1]
	}
	return ""
}

// RedactURL drops the user information, the query and the fragment of a URL,
// also of one that does not parse. What is not a URL comes back as it is.
func RedactURL(s string) string {
	if !IsURL(s) {
		return s
	}
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok {
		if i := strings.LastIndexByte(s, '@'); i >= 0 {
			return s[i+1:]
		}
		return s
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	at := strings.LastIndexByte(rest[:end], '@')
	if at < 0 && strangePort(rest[:end]) { // a password with a slash in it
		at = strings.LastIndexByte(rest, '@')
	}
	rest = rest[at+1:]
	if i := strings.IndexAny(rest, "?#"); i >= 0 {
		rest = rest[:i]
	}
	return scheme + "://" + rest
}

func strangePort(host string) bool {
	i := strings.LastIndexByte(host, ':')
	return i >= 0 && !strings.HasSuffix(host, "]") && strings.Trim(host[i+1:], "0123456789") != ""
}

// remote checks that a URL is of a kind that can be read. Errors name the URL
// without user information.
func remote(raw string) (*url.URL, error) {
	shown := RedactURL(raw)
	if !strings.Contains(raw, "://") {
		return nil, fmt.Errorf("clone %q: only https and file URLs can be read; write it as https://HOST/PATH", shown)
	}
	u, err := url.Parse(raw)
	if err != nil {
		return nil, errors.New("clone " + fmt.Sprintf("%q", shown) + ": the URL is malformed")
	}
	switch u.Scheme {
	case "https":
	case "file":
		if u.Host != "" && u.Host != "localhost" {
			return nil, fmt.Errorf("clone %q: a file URL cannot name another host", shown)
		}
		return u, nil
	case "http":
		if !loopback(u.Hostname()) {
			return nil, fmt.Errorf("clone %q: http is not encrypted; use https", shown)
		}
	default:
		return nil, fmt.Errorf("clone %q: only https and file URLs can be read, not %q", shown, u.Scheme)
	}
	if u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("clone %q: the URL must name a host and have no query or fragment", shown)
	}
	return u, nil
}

func loopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}
