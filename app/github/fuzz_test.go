package github

import (
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// FuzzQuiet: whatever surrounds a token, it does not get into a message.
func FuzzQuiet(f *testing.F) {
	for _, seed := range []string{"", "Bad credentials ", "Bearer ", "x\n", strings.Repeat("é", 149), strings.Repeat("a ", 3000), "https://x:", "\xff\xfe", "\""} {
		f.Add(seed, " and more", uint8(0))
		f.Add(seed, "@host.example\"", uint8(1))
		f.Add(seed, ".", uint8(3))
	}
	f.Fuzz(func(t *testing.T, before, after string, which uint8) {
		all := canaries()
		canary := all[int(which)%len(all)]
		if before != "" { // letters before a token would make it part of another word
			before += " "
		}
		got := quiet(before + canary + after)
		if len(got) > messageBytes || !utf8.ValidString(got) || strings.ContainsAny(got, "\r\n") {
			t.Errorf("%d bytes: %q", len(got), got)
		}
		for n := 16; n < len(canary); n += 8 {
			if strings.Contains(got, canary[n-16:n]) && !strings.Contains(before+after, canary[n-16:n]) {
				t.Errorf("%q shows a credential", got)
			}
		}
	})
}

// FuzzEndpoint: what is accepted sends tokens to the host named, over TLS or
// to this machine.
func FuzzEndpoint(f *testing.F) {
	for _, seed := range []string{"https://github.com", "http://127.0.0.1:8080", "https://acme.ghe.com/", "https://a@b", "http://[::1]", "https://x/y?z#w", "//x", "https:x", "https://x:port", "HTTPS://GitHub.COM"} {
		f.Add(seed, "")
		f.Add("https://github.com", seed)
	}
	f.Fuzz(func(t *testing.T, web, api string) {
		e, err := endpointOf(web, api)
		if err != nil {
			return
		}
		if e.web.Path != "" || !strings.HasSuffix(e.api.Path, "/") {
			t.Errorf("%s and %s", e.web, e.api)
		}
		for _, u := range []string{e.web.Scheme + "://" + e.web.Host, e.api.String()} {
			again, err := baseURL(u)
			if err != nil || again.User != nil || again.Scheme != "https" && !loopback(again.Hostname()) {
				t.Errorf("%q and %q gave %s: %v", web, api, u, err)
			}
		}
	})
}

// FuzzLimitHeaders: no answer makes a wait negative.
func FuzzLimitHeaders(f *testing.F) {
	f.Add("30", "0", "1800000100", "")
	f.Add("-5", "", "-1", "secondary rate limit")
	f.Add("Wed, 21 Oct 2015 07:28:00 GMT", "0", "99999999999999999999", "")
	f.Fuzz(func(t *testing.T, after, remaining, reset, body string) {
		for _, code := range []int{403, 429} {
			resp := &http.Response{StatusCode: code, Header: http.Header{"Retry-After": {after}, "X-Ratelimit-Remaining": {remaining}, "X-Ratelimit-Reset": {reset}}}
			setBody(resp, []byte(body))
			wait, kind := classify(resp, time.Unix(1_800_000_000, 0))
			if wait < 0 || kind == notLimited && (code == 429 || wait != 0) {
				t.Errorf("wait %v, kind %v", wait, kind)
			}
		}
	})
}
