package github

import "testing"

func TestAddressesFollowFromTheWebURL(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, web, api, wantAPI, wantGit string }{
		{"github.com", "https://github.com", "", "https://api.github.com/", "https://github.com/acme/shop.git"},
		{"with a slash", "https://github.com/", "", "https://api.github.com/", "https://github.com/acme/shop.git"},
		{"upper case", "https://GitHub.com", "", "https://api.github.com/", "https://github.com/acme/shop.git"},
		{"the api host", "https://api.github.com", "", "https://api.github.com/", "https://github.com/acme/shop.git"},
		{"enterprise server", "https://git.acme.example", "", "https://git.acme.example/api/v3/", "https://git.acme.example/acme/shop.git"},
		{"with a port", "https://git.acme.example:8443", "", "https://git.acme.example:8443/api/v3/", "https://git.acme.example:8443/acme/shop.git"},
		{"data residency", "https://acme.ghe.com", "", "https://api.acme.ghe.com/", "https://acme.ghe.com/acme/shop.git"},
		{"looks like ghe.com", "https://ghe.com.acme.example", "", "https://ghe.com.acme.example/api/v3/", "https://ghe.com.acme.example/acme/shop.git"},
		{"loopback", "http://127.0.0.1:9000", "", "http://127.0.0.1:9000/api/v3/", "http://127.0.0.1:9000/acme/shop.git"},
		{"localhost", "http://localhost", "", "http://localhost/api/v3/", "http://localhost/acme/shop.git"},
		{"ipv6", "http://[::1]:80", "", "http://[::1]:80/api/v3/", "http://[::1]:80/acme/shop.git"},
		{"api given", "https://github.com", "https://proxy.acme.example/gh", "https://proxy.acme.example/gh/", "https://github.com/acme/shop.git"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a, err := New(Config{WebURL: tt.web, APIURL: tt.api, AppID: 1, PrivateKey: newKey()})
			if err != nil {
				t.Fatal(err)
			}
			if got := a.rest.BaseURL.String(); got != tt.wantAPI {
				t.Errorf("API %s, want %s", got, tt.wantAPI)
			}
			if got := a.GitURL("acme", "shop"); got != tt.wantGit {
				t.Errorf("git %s, want %s", got, tt.wantGit)
			}
		})
	}
}

func TestAddressesThatWouldGiveTokensAwayAreRefused(t *testing.T) {
	t.Parallel()
	for _, web := range []string{
		"", "github.com", "http://github.com", "http://git.acme.example", "http://10.0.0.1", "ftp://github.com", "https://",
		"https://user:pw@github.com", "https://github.com/acme", "https://github.com?x=1", "https://github.com#x", "http://127.0.0.1.acme.example", "mailto:x",
	} {
		if _, err := New(Config{WebURL: web, AppID: 1, PrivateKey: newKey()}); err == nil {
			t.Errorf("%q was accepted", web)
		}
	}
	for _, api := range []string{"http://api.github.com", "https://user@api.github.com", "api.github.com", "https://api.github.com/?q=1"} {
		if _, err := New(Config{WebURL: "https://github.com", APIURL: api, AppID: 1, PrivateKey: newKey()}); err == nil {
			t.Errorf("API %q was accepted", api)
		}
	}
}

func TestGitURLRefusesNamesThatLeaveTheirPlace(t *testing.T) {
	t.Parallel()
	a, err := New(Config{WebURL: "https://github.com", AppID: 1, PrivateKey: newKey()})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"", ".", "..", "a/b", "a?b", "a b", "a%2fb", "a@b", "a\nb"} {
		if got := a.GitURL("acme", name); got != "" {
			t.Errorf("%q gave %s", name, got)
		}
		if got := a.GitURL(name, "shop"); got != "" {
			t.Errorf("%q gave %s", name, got)
		}
	}
}
