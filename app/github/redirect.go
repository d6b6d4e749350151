package github

import (
	"net/http"
	"net/url"
	"strings"
)

const maxRedirects = 3

// redirect follows what GitHub answers for a renamed or transferred
// repository, with the same method and body: net/http would turn a POST into
// a GET that seems to succeed. Nothing outside the API of the same host is
// followed, since the token goes along; such an answer is returned as it is.
type redirect struct {
	next http.RoundTripper
	api  *url.URL
}

func (r *redirect) RoundTrip(req *http.Request) (*http.Response, error) {
	for hop := 0; ; hop++ {
		resp, err := r.next.RoundTrip(req)
		if err != nil || hop == maxRedirects {
			return resp, err
		}
		next, ok := r.follow(req, resp)
		if !ok {
			resp.Header.Del("Location") // net/http would read it, and quote it in errors
			return resp, nil
		}
		req = next
	}
}

func (r *redirect) follow(req *http.Request, resp *http.Response) (*http.Request, bool) {
	switch resp.StatusCode {
	case http.StatusMovedPermanently, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	case http.StatusFound:
		if req.Method != http.MethodGet {
			return nil, false
		}
	default:
		return nil, false
	}
	location := resp.Header.Get("Location")
	to, err := req.URL.Parse(location)
	if location == "" || err != nil || !r.inside(to) {
		return nil, false
	}
	next, ok := repeatable(req)
	if !ok {
		return nil, false
	}
	next.URL, next.Host = to, ""
	return next, true
}

func (r *redirect) inside(to *url.URL) bool {
	return to.Scheme == r.api.Scheme && strings.EqualFold(to.Host, r.api.Host) && to.User == nil &&
		strings.HasPrefix(to.Path, r.api.Path) && !strings.Contains(to.Path, "..")
}
