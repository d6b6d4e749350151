package lookup

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// atServer sends every host to one TLS server of the test.
func atServer(t *testing.T, h http.Handler) *wire {
	t.Helper()
	s := httptest.NewTLSServer(h)
	t.Cleanup(s.Close)
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	transport := &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, s.Listener.Addr().String())
		},
		TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: "example.com"},
	}
	t.Cleanup(transport.CloseIdleConnections)
	return newWire(transport, "castellan/v1", time.Now)
}

func TestRedirects(t *testing.T) {
	t.Parallel()
	for to, ok := range map[string]bool{
		"/b": true, "https://" + hostNPM + "/b": true, "https://evil.example/b": false, "http://" + hostNPM + "/b": false, "https://" + hostNPM + ":8443/b": false,
		"https://user@" + hostNPM + "/b": false, "https://127.0.0.1/b": false, "https://" + hostPyPI + "/b": false, "/a": false, // for ever
	} {
		w := atServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Host == hostNPM && r.URL.Path == "/a" {
				http.Redirect(w, r, to, http.StatusFound)
				return
			}
			_, _ = w.Write([]byte(`{}`))
		}))
		var into struct{}
		err := w.ask(t.Context(), call{host: hostNPM, path: []string{"a"}}, &into)
		if (err == nil) != ok {
			t.Errorf("to %s: %v", to, err)
		}
		if !ok && !errors.Is(err, errElsewhere) {
			t.Errorf("to %s: %v", to, err)
		}
	}
}

func TestWhatIsSent(t *testing.T) {
	t.Parallel()
	var got *http.Request
	w := atServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		http.SetCookie(w, &http.Cookie{Name: "track", Value: "1"})
		_, _ = w.Write([]byte(`{}`))
	}))
	for range 2 {
		var into struct{}
		if err := w.ask(t.Context(), call{host: hostNPM, path: []string{"@acme/tool"}}, &into); err != nil {
			t.Fatal(err)
		}
	}
	if got.RequestURI != "/@acme%2Ftool" || got.UserAgent() != "castellan/v1" {
		t.Errorf("%s by %s", got.RequestURI, got.UserAgent())
	}
	for _, name := range []string{"Cookie", "Authorization", "Referer"} {
		if got.Header.Get(name) != "" {
			t.Errorf("%s is sent", name)
		}
	}
}

func TestAnswersThatFail(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer
		want  string
		tries int
	}{
		"missing":    {answer{status: 404}, "not found", 1},
		"gone":       {answer{status: 410}, "not found", 1},
		"limited":    {answer{status: 429}, hostNPM + " limits requests", 1},
		"GitHub's":   {answer{status: 403, header: http.Header{"X-Ratelimit-Remaining": {"0"}}}, hostNPM + " limits requests", 1},
		"forbidden":  {answer{status: 403}, hostNPM + " answers 403", 1},
		"broken":     {answer{status: 502}, hostNPM + " answers 502", 2},
		"no JSON":    {answer{body: "<html>"}, hostNPM + " answers what cannot be read", 1},
		"too large":  {answer{body: `"` + strings.Repeat("a", smallAnswer) + `"`}, hostNPM + ": the answer is too large", 1},
		"unexpected": {answer{status: 204}, hostNPM + " answers 204", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := &fake{answers: map[string]answer{hostNPM + "/a": c.answer}}
				w := newWire(f, "castellan/v1", time.Now)
				var into any
				err := w.ask(t.Context(), call{host: hostNPM, path: []string{"a"}}, &into)
				if err == nil || err.Error() != c.want || len(f.asked) != c.tries {
					t.Errorf("%v after %d tries", err, len(f.asked))
				}
			})
		})
	}
}

// A host that hangs makes one check wait, not all of them.
func TestAHostThatHangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWire(hanging{}, "castellan/v1", time.Now)
		var into any
		for _, want := range []time.Duration{5 * time.Second, 0} {
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			start := time.Now()
			err := w.ask(ctx, call{host: hostNPM, path: []string{"a"}}, &into)
			cancel()
			if took := time.Since(start); err == nil || took != want {
				t.Errorf("%v after %v, want %v", err, took, want)
			}
		}
	})
}

// hanging never answers.
type hanging struct{}

// RoundTrip implements http.RoundTripper.
func (hanging) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func TestOnlyFixedHosts(t *testing.T) {
	t.Parallel()
	f := &fake{}
	w := newWire(f, "castellan/v1", time.Now)
	var into any
	for _, c := range []call{{host: "evil.example", path: []string{"a"}}, {host: hostNPM + ".evil.example"}, {host: "", path: []string{"a"}}, {host: hostNPM, path: []string{".."}}} {
		if w.ask(t.Context(), c, &into) == nil || len(f.asked) > 0 {
			t.Errorf("%+v is asked", c)
		}
	}
}

func TestPrivateAddresses(t *testing.T) {
	t.Parallel()
	for _, a := range []string{
		"127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "0.1.2.3", "224.0.0.1", "255.255.255.255", "240.0.0.1",
		"192.0.0.1", "198.18.0.1", "203.0.113.9", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
		"::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2001::1", "2001:db8::1", "fec0::1", "100::1",
	} {
		if public(netip.MustParseAddr(a)) {
			t.Errorf("%s counts as public", a)
		}
	}
	for _, a := range []string{"104.16.1.34", "151.101.0.223", "140.82.112.5", "2606:4700::6810:122", "2a04:4e42::223", "64:ff9b::6810:122", "::ffff:104.16.1.34"} {
		if !public(netip.MustParseAddr(a)) {
			t.Errorf("%s does not count as public", a)
		}
	}
}

func TestPrivateAddressesAreNotDialled(t *testing.T) {
	t.Parallel()
	s := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it was reached") }))
	defer s.Close()
	conn, err := newTransport().DialContext(t.Context(), "tcp", s.Listener.Addr().String())
	if !errors.Is(err, errPrivate) {
		t.Errorf("%v, %v", conn, err)
	}
}

func TestBudget(t *testing.T) {
	t.Parallel()
	c := newClock()
	b := newBudget(c.now)
	for i := range hourlyGitHub {
		if err := b.take(hostGitHub); err != nil {
			t.Fatalf("request %d: %v", i, err)
		}
	}
	if err := b.take(hostGitHub); !errors.Is(err, errBudget) {
		t.Errorf("one more of GitHub: %v", err)
	}
	for i := hourlyGitHub; i < hourly; i++ {
		if err := b.take(hostNPM); err != nil {
			t.Fatalf("request %d: %v", i, err)
		}
	}
	if err := b.take(hostNPM); !errors.Is(err, errBudget) {
		t.Errorf("one more: %v", err)
	}
	c.pass(time.Hour)
	if err := b.take(hostGitHub); err != nil {
		t.Errorf("an hour later: %v", err)
	}
	b.rest(hostNPM, time.Minute)
	b.rest(hostNPM, time.Second)
	if err := b.take(hostNPM); !errors.Is(err, errResting) {
		t.Errorf("while it rests: %v", err)
	}
	c.pass(time.Minute)
	if err := b.take(hostNPM); err != nil {
		t.Errorf("after it rested: %v", err)
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	for header, want := range map[[2]string]time.Duration{
		{"", ""}: time.Minute, {"Retry-After", "120"}: 2 * time.Minute, {"Retry-After", "999999"}: time.Hour, {"Retry-After", "-5"}: time.Minute,
		{"Retry-After", "soon"}: time.Minute, {"X-Ratelimit-Reset", "1795695600"}: 20 * time.Minute, {"X-Ratelimit-Reset", "9999999999"}: time.Hour,
	} {
		h := http.Header{}
		if header[0] != "" {
			h.Set(header[0], header[1])
		}
		if got := retryAfter(h, noon); got != want {
			t.Errorf("%v: %v", header, got)
		}
	}
}
