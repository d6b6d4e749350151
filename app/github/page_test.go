package github

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// listing serves n objects in pages, in the shape given.
func listing(n int, link bool, one func(i int) any) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		page, _ := strconv.Atoi(r.URL.Query().Get("page"))
		from := (page - 1) * 100
		items := []any{}
		for i := from; i < min(from+100, n); i++ {
			items = append(items, one(i+1))
		}
		if link && from+100 < n {
			w.Header().Set("Link", fmt.Sprintf(`<http://%s%s?page=%d>; rel="next", <http://%s%s?page=9>; rel="last"`, r.Host, r.URL.Path, page+1, r.Host, r.URL.Path))
		}
		answer(w, items)
	}
}

func TestListsAreReadToTheirEnd(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 99, 100, 101, 200, 250} {
		for _, link := range []bool{true, false} {
			t.Run(fmt.Sprint(n, link), func(t *testing.T) {
				t.Parallel()
				f := newFake(t)
				f.handle("GET /repos/acme/shop/issues/1/comments", listing(n, link, func(i int) any { return map[string]any{"id": i} }))
				all, err := f.app(t).Installation(1).Comments(ctx(t), acme, 1)
				if err != nil || len(all) != n {
					t.Errorf("%d comments, want %d: %v", len(all), n, err)
				}
				if got, _ := f.count(); got > n/100+1 {
					t.Errorf("%d requests", got)
				}
			})
		}
	}
}

func TestAListThatRepeatsItselfIsAnError(t *testing.T) {
	t.Parallel()
	for _, size := range []int{100, 3} {
		f := newFake(t)
		f.handle("GET /repos/acme/shop/issues/1/comments", func(w http.ResponseWriter, r *http.Request) {
			r.URL.RawQuery = "page=1"
			w.Header().Set("Link", `<http://x/?page=2>; rel="next"`)
			listing(size, false, func(i int) any { return map[string]any{"id": i} })(w, r)
		})
		all, err := f.app(t).Installation(1).Comments(ctx(t), acme, 1)
		if err == nil || len(all) != 0 {
			t.Errorf("%d comments, %v", len(all), err)
		}
		if n, _ := f.count(); n != 2 {
			t.Errorf("%d requests", n)
		}
	}
}

// A list that fails on a later page gives nothing: part of it could be taken
// for all of it.
func TestHalfAListIsNoList(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.handle("GET /repos/acme/shop/issues", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("page") == "2" {
			refuse(w, 500, "broken")
			return
		}
		listing(150, true, func(i int) any {
			return map[string]any{"id": i, "performed_via_github_app": map[string]any{"id": appID}}
		})(w, r)
	})
	issues, err := f.app(t).Installation(1).Issues(ctx(t), acme, time.Time{})
	if err == nil || len(issues) != 0 {
		t.Errorf("%d issues, %v", len(issues), err)
	}
}

// deliveryLog answers with 250 attempts, a minute apart; loop has the second
// page name itself as the next.
func deliveryLog(f *fake, now time.Time, loop bool) {
	f.handle("GET /app/hook/deliveries", func(w http.ResponseWriter, r *http.Request) {
		from, _ := strconv.Atoi(strings.TrimPrefix(r.URL.Query().Get("cursor"), "v1_"))
		items := []any{}
		for i := from; i < min(from+100, 250); i++ {
			items = append(items, map[string]any{"id": i + 1, "guid": fmt.Sprint("g", i), "event": "push", "status": "OK", "status_code": 202,
				"delivered_at": now.Add(-time.Duration(i) * time.Minute), "installation_id": 1, "repository_id": nil, "action": nil})
		}
		next := from + 100
		if loop {
			next = 100
		}
		if next < 250 {
			w.Header().Set("Link", fmt.Sprintf(`<%s/x?per_page=100&cursor=v1_%d>; rel="next"`, f.url, next))
		}
		answer(w, items)
	})
}

func TestDeliveriesAreReadBackToATime(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0).UTC()
	for _, tt := range []struct {
		name     string
		since    time.Duration
		loop     bool
		want     int
		requests int
		err      error
	}{
		{"all", 1000 * time.Hour, false, 250, 3, nil},
		{"first page only", 50 * time.Minute, false, 51, 1, nil},
		{"exactly at", 100 * time.Minute, false, 101, 2, nil},
		{"a cursor that repeats", 1000 * time.Hour, true, 0, 2, ErrRepeats},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			deliveryLog(f, now, tt.loop)
			all, err := f.app(t).Deliveries(ctx(t), now.Add(-tt.since))
			if !errors.Is(err, tt.err) || len(all) != tt.want {
				t.Errorf("%d deliveries, %v", len(all), err)
			}
			if n, _ := f.count(); n != tt.requests {
				t.Errorf("%d requests, want %d", n, tt.requests)
			}
			if len(all) > 0 && (all[0].GUID != "g0" || all[0].StatusCode != 202 || all[0].InstallationID != 1 || !all[0].DeliveredAt.Equal(now)) {
				t.Errorf("first: %+v", all[0])
			}
		})
	}
}

// Who stops between pages goes on where they stopped.
func TestTheDeliveryLogIsReadOnFromAPage(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	deliveryLog(f, time.Unix(1_800_000_000, 0).UTC(), false)
	app, from := f.app(t), ""
	var got []string
	for range 3 {
		for page, err := range app.DeliveryPages(ctx(t), from) {
			if err != nil {
				t.Fatal(err)
			}
			got, from = append(got, fmt.Sprintf("%s+%d", page.Attempts[0].GUID, len(page.Attempts))), page.Next
			break
		}
	}
	if d := cmp.Diff([]string{"g0+100", "g100+100", "g200+50"}, got); d != "" || from != "" {
		t.Errorf("next %q (-want +got)\n%s", from, d)
	}
	if n, _ := f.count(); n != 3 {
		t.Errorf("%d requests", n)
	}
}

func TestAcceptedIsSuccess(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.handle("POST /app/hook/deliveries/12/attempts", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(202)
		w.Write([]byte("{}"))
	})
	if err := f.app(t).Redeliver(ctx(t), 12); err != nil {
		t.Error(err)
	}
}
