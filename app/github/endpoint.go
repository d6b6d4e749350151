package github

import (
	"fmt"
	"net"
	"net/url"
	"strings"
)

// endpoint is where one GitHub answers.
type endpoint struct {
	web *url.URL // https://HOST, no path
	api *url.URL // ends in a slash
}

// endpointOf derives the API from the web address: api.github.com for
// github.com, https://api.HOST for *.ghe.com, https://HOST/api/v3 for a GitHub
// Enterprise Server (docs.github.com: "Getting started with the REST API").
// A non-empty api overrides it. Plain http is for loopback hosts only, since
// tokens travel over it.
func endpointOf(web, api string) (endpoint, error) {
	w, err := baseURL(web)
	if err != nil {
		return endpoint{}, fmt.Errorf("read GitHub's address: %w", err)
	}
	if w.Path != "" {
		return endpoint{}, fmt.Errorf("read GitHub's address: %s has a path; give only the host", w.Redacted())
	}
	if w.Host == "www.github.com" || w.Host == "api.github.com" {
		w.Host = "github.com"
	}
	if api == "" {
		api = apiOf(w)
	}
	a, err := baseURL(api)
	if err != nil {
		return endpoint{}, fmt.Errorf("read the address of GitHub's API: %w", err)
	}
	a.Path += "/"
	return endpoint{web: w, api: a}, nil
}

func apiOf(web *url.URL) string {
	if web.Host == "github.com" || strings.HasSuffix(web.Hostname(), ".ghe.com") {
		return web.Scheme + "://api." + web.Host
	}
	return web.Scheme + "://" + web.Host + "/api/v3"
}

// baseURL takes scheme, host and path, the path without its last slash, and
// nothing else.
func baseURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("not a URL")
	}
	switch {
	case u.User != nil, u.RawQuery != "", u.Fragment != "", u.Opaque != "":
		return nil, fmt.Errorf("%s may hold only scheme, host and path", u.Host)
	case u.Hostname() == "":
		return nil, fmt.Errorf("a host is missing: write https://HOST")
	case u.Scheme == "https", u.Scheme == "http" && loopback(u.Hostname()):
	default:
		return nil, fmt.Errorf("%s must be https", u.Host)
	}
	u.Host = strings.ToLower(u.Host)
	u.Path, u.RawPath = strings.TrimRight(u.Path, "/"), ""
	return u, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}
