package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/castellan-app/castellan/app/webhook"
	"github.com/castellan-app/castellan/db"
	"github.com/castellan-app/castellan/db/dbtest"
)

const (
	connections = 16
	bodySize    = 7700 // that of the largest push among GitHub's recorded examples
	turns       = 3    // in turns; medians are printed
	roundTime   = 4 * time.Second
	secret      = "a secret of the benchmark"
)

// nowhere stores nothing: the ceiling.
type nowhere struct{}

func (nowhere) Store(context.Context, webhook.Delivery) error { return nil }

// plain is one INSERT a request: what PostgreSQL does by itself.
type plain struct{ db *sql.DB }

func (p plain) Store(ctx context.Context, d webhook.Delivery) error {
	facts, err := json.Marshal(&d.Facts)
	if err == nil {
		_, err = p.db.ExecContext(ctx, "INSERT INTO plain (id, event, body_sha256, facts) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING", d.ID, d.Event, d.BodySHA256, facts)
	}
	return err
}

// contender is a way to store, and its figures of each round.
type contender struct {
	name           string
	inbox          webhook.Inbox
	rate, p50, p99 []float64
}

// ingest posts signed deliveries at the verified handler, which stores them in
// one way or another before it answers.
func ingest() error {
	all, end, err := contenders()
	if err != nil {
		return err
	}
	defer end()
	for range turns {
		for _, c := range all {
			if err := c.round(); err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
		}
	}
	fmt.Printf("%d connections, pushes of %d bytes, 5 %% sent twice; medians of %d rounds of %s in turns; client in the same process\n\n", connections, bodySize, turns, roundTime)
	fmt.Printf("%-34s %8s %8s %8s %10s %10s\n", "store", "req/s", "p50 ms", "p99 ms", "of ceiling", "of plain")
	for _, c := range all {
		fmt.Printf("%-34s %8.0f %8.2f %8.2f %10.2f %10.2f\n", c.name, median(c.rate), median(c.p50), median(c.p99), c.share(all[0]), c.share(all[1]))
	}
	return nil
}

func contenders() (all []*contender, end func(), err error) {
	dir, err := os.MkdirTemp("", "castellan-bench-")
	if err != nil {
		return nil, nil, err
	}
	url, _, err := dbtest.NewDatabase(context.Background())
	if err != nil {
		return nil, nil, err
	}
	var ledgers []*webhook.Ledger
	for _, u := range []string{"sqlite:" + filepath.Join(dir, "castellan.db"), url} {
		s, err := db.Open(context.Background(), u)
		if err != nil {
			return nil, nil, err
		}
		if _, err := s.Migrate(context.Background()); err != nil {
			return nil, nil, err
		}
		ledgers = append(ledgers, webhook.NewLedger(context.Background(), s))
	}
	pg, err := sql.Open("pgx", url)
	if err != nil {
		return nil, nil, err
	}
	pg.SetMaxOpenConns(connections)
	pg.SetMaxIdleConns(connections)
	if _, err := pg.Exec("CREATE TABLE plain (id TEXT PRIMARY KEY, event TEXT, body_sha256 TEXT, facts TEXT, UNIQUE (event, body_sha256))"); err != nil {
		return nil, nil, err
	}
	return []*contender{
		{name: "none: verified and dropped", inbox: nowhere{}},
		{name: "postgres, one INSERT a request", inbox: plain{pg}},
		{name: "castellan on sqlite", inbox: ledgers[0]},
		{name: "castellan on postgres", inbox: ledgers[1]},
	}, func() { _ = os.RemoveAll(dir) }, nil
}

func (c *contender) share(of *contender) float64 {
	ratios := make([]float64, len(c.rate))
	for i := range c.rate {
		ratios[i] = c.rate[i] / of.rate[i]
	}
	return median(ratios)
}

// body is a push, filled up with what payloads are full of.
func body(n int64) []byte {
	const free = `{"id":"1111111111111111111111111111111111111111","message":"Change a file","url":"https://github.example/acme/shop/commit/1"},`
	head := fmt.Sprintf(`{"ref":"refs/heads/b%d","before":"1111111111111111111111111111111111111111","after":"2222222222222222222222222222222222222222",
		"repository":{"id":7,"name":"shop","owner":{"id":3,"login":"acme","type":"Organization"},"default_branch":"main"},"installation":{"id":5},"sender":{"id":9,"login":"ann","type":"User"},"commits":[`, n)
	text := head + strings.Repeat(free, (bodySize-len(head)-4)/len(free))
	return []byte(strings.TrimSuffix(text, ",") + "]}" + strings.Repeat(" ", max(0, bodySize-len(text)-1)))
}

var sent atomic.Int64 // over all rounds, so that ids differ

func (c *contender) round() error {
	server := httptest.NewServer(&webhook.Receiver{
		Secrets: func() []string { return []string{secret} }, Self: func() string { return "castellan[bot]" }, Inbox: c.inbox,
		Now: time.Now, Log: slog.New(slog.DiscardHandler),
	})
	defer server.Close()
	transport := &http.Transport{MaxIdleConnsPerHost: connections}
	defer transport.CloseIdleConnections()
	var mu sync.Mutex
	var took []float64
	var errs []error
	var wg sync.WaitGroup
	began := time.Now()
	for range connections {
		wg.Go(func() {
			var mine []float64
			var err error
			for err == nil && time.Since(began) < roundTime {
				n := sent.Add(1)
				if n%20 == 0 {
					n--
				}
				start := time.Now()
				err = post(transport, server.URL, n)
				mine = append(mine, float64(time.Since(start).Microseconds())/1000)
			}
			mu.Lock()
			defer mu.Unlock()
			took, errs = append(took, mine...), append(errs, err)
		})
	}
	wg.Wait()
	elapsed := time.Since(began).Seconds()
	slices.Sort(took)
	c.rate = append(c.rate, float64(len(took))/elapsed)
	c.p50, c.p99 = append(c.p50, took[len(took)/2]), append(c.p99, took[len(took)*99/100])
	return errors.Join(errs...)
}

func post(transport *http.Transport, url string, n int64) error {
	data := body(n)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(data)
	req, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(data))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-GitHub-Event", "push")
	req.Header.Set("X-GitHub-Delivery", fmt.Sprintf("bench-%d", n))
	req.Header.Set("X-Hub-Signature-256", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	res, err := transport.RoundTrip(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, res.Body)
	if res.StatusCode != http.StatusAccepted {
		return fmt.Errorf("answered %d", res.StatusCode)
	}
	return nil
}
