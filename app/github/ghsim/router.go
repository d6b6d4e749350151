package ghsim

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// auth says which credential a route takes.
type auth int

const (
	byAnyone auth = iota
	byApp
	byInstallation
)

// route is one operation of GitHub's REST API. template is the path of
// GitHub's description.
type route struct {
	method, template string
	auth             auth
	creates          bool     // content, in the sense of the secondary limit
	honours          []string // query parameters, besides page and per_page; a described one that is missing here is refused
	handle           func(*Sim, *call) reply
	segments         []string
}

func routes() []route {
	var all []route
	for _, group := range [][]route{appRoutes(), repoRoutes(), pullRoutes(), checkRoutes(), issueRoutes(), labelRoutes(), commentRoutes(), orgRoutes()} {
		all = append(all, group...)
	}
	for i := range all {
		all[i].segments = strings.Split(all[i].template, "/")
	}
	return all
}

// match finds the route of an escaped path below /api/v3. Since numbers must
// be numbers ("issues/comments/1" names no issue) no path fits two.
func match(all []route, method, escaped string) (*route, map[string]string) {
	segments := strings.Split(escaped, "/")
	for i, seg := range segments {
		plain, err := url.PathUnescape(seg)
		if err != nil {
			return nil, nil
		}
		segments[i] = plain
	}
	at := slices.IndexFunc(all, func(r route) bool { return r.method == method && fits(r.segments, segments) })
	if at < 0 {
		return nil, nil
	}
	params := map[string]string{}
	for i, seg := range all[at].segments {
		if isParam(seg) {
			params[seg[1:len(seg)-1]] = segments[i]
		}
	}
	return &all[at], params
}

func isParam(seg string) bool { return strings.HasPrefix(seg, "{") }

func fits(template, path []string) bool {
	if len(template) != len(path) {
		return false
	}
	for i, seg := range template {
		switch {
		case !isParam(seg):
			if seg != path[i] {
				return false
			}
		case path[i] == "":
			return false
		case integerParam(seg):
			if _, err := strconv.ParseInt(path[i], 10, 64); err != nil {
				return false
			}
		}
	}
	return true
}

func integerParam(seg string) bool {
	return strings.HasSuffix(seg, "_id}") || strings.HasSuffix(seg, "_number}")
}
