package gitstore

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

func TestFailedRequestsAreRepeated(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answers []int // 0 resets the connection
		after   string
		want    int
		n       int32
	}{
		"ok":           {[]int{200}, "", 200, 1},
		"server error": {[]int{500, 502, 200}, "", 200, 3},
		"reset":        {[]int{0, 200}, "", 200, 2},
		"never well":   {[]int{503, 503, 503, 503, 503}, "", 503, tries},
		"limit":        {[]int{429, 200}, "1", 200, 2},
		"long limit":   {[]int{429, 200}, "60", 429, 1},
		"not found":    {[]int{404, 200}, "", 404, 1},
	} {
		var n atomic.Int32
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			if string(body) != "want" {
				t.Errorf("%s: body %q", name, body)
			}
			code := c.answers[n.Add(1)-1]
			if code == 0 {
				panic(http.ErrAbortHandler)
			}
			w.Header().Set("Retry-After", c.after)
			w.WriteHeader(code)
		}))
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL, strings.NewReader("want"))
		if err != nil {
			t.Fatal(err)
		}
		base := &http.Transport{}
		res, err := again{base}.RoundTrip(req)
		if err != nil || res.StatusCode != c.want || n.Load() != c.n {
			t.Errorf("%s: %v, %v after %d requests", name, res, err, n.Load())
		}
		if err == nil {
			_ = res.Body.Close()
		}
		base.CloseIdleConnections()
		s.Close()
	}
}
