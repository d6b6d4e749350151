package ghsim

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// number is a query parameter, def where it is missing or no number.
func (c *call) number(name string, def int) int {
	n, err := strconv.Atoi(c.query.Get(name))
	if err != nil || n < 1 {
		return def
	}
	return n
}

// page cuts one page of GitHub's size (30, at most 100) and names its
// neighbours in a Link header.
func (c *call) page(all []any) ([]any, http.Header) {
	size := min(c.number("per_page", 30), 100)
	at := c.number("page", 1)
	last := max(1, (len(all)+size-1)/size)
	from := min((at-1)*size, len(all))
	to := min(from+size, len(all))
	var links []string
	link := func(rel string, page int) {
		q := url.Values{}
		for k, v := range c.query {
			q[k] = v
		}
		q.Set("page", strconv.Itoa(page))
		links = append(links, fmt.Sprintf(`<%s%s?%s>; rel="%s"`, c.sim.URL, c.req.URL.EscapedPath(), q.Encode(), rel))
	}
	if at > 1 {
		link("prev", at-1)
	}
	if at < last {
		link("next", at+1)
		link("last", last)
	}
	if at > 1 {
		link("first", 1)
	}
	out := append([]any{}, all[from:to]...)
	if len(links) == 0 {
		return out, nil
	}
	return out, http.Header{"Link": {strings.Join(links, ", ")}}
}

func (c *call) listed(all []any) reply {
	page, header := c.page(all)
	return reply{status: http.StatusOK, body: page, header: header}
}
