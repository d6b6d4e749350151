package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/castellan-app/castellan/app/checkrun"
	"github.com/castellan-app/castellan/app/config"
	"github.com/castellan-app/castellan/app/github"
	"github.com/castellan-app/castellan/app/gitstore"
	"github.com/castellan-app/castellan/app/job"
	"github.com/castellan-app/castellan/app/judge"
	"github.com/castellan-app/castellan/app/lookup"
	"github.com/castellan-app/castellan/app/outbox"
	"github.com/castellan-app/castellan/app/repo"
	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/app/server/metric"
	"github.com/castellan-app/castellan/app/settle"
	"github.com/castellan-app/castellan/app/webhook"
	"github.com/castellan-app/castellan/db"
	"github.com/castellan-app/castellan/db/query"
	"github.com/castellan-app/castellan/scanners/credential"
)

// station is everything `castellan serve` is made of.
type station struct {
	settings   *config.Serve
	log        *slog.Logger
	store      *db.Store
	app        *github.App
	mirrors    *gitstore.Mirrors
	self       *atomic.Pointer[string]
	keeper     *repo.Keeper
	registries http.RoundTripper
	looker     *lookup.Looker
	outbox     *outbox.Outbox
	judge      *judge.Judge
	settler    *settle.Settler
	queue      *job.Queue
	ledger     *webhook.Ledger
	receiver   *webhook.Receiver
	dispatcher *webhook.Dispatcher
	metrics    *metric.Metrics
}

// newStation builds it, and migrates the database. Look-ups go by registries;
// nil is the network.
func newStation(ctx context.Context, s *config.Serve, registries http.RoundTripper, log *slog.Logger) (*station, error) {
	st := &station{settings: s, registries: registries, log: log, self: &atomic.Pointer[string]{}}
	var err error
	if st.store, err = db.Open(ctx, string(s.DatabaseURL)); err != nil {
		return nil, err
	}
	if err := st.build(ctx); err != nil {
		return nil, errors.Join(err, st.store.Close())
	}
	return st, nil
}

func (st *station) close() error {
	st.ledger.Close()
	return st.store.Close()
}

func (st *station) login() string {
	if p := st.self.Load(); p != nil {
		return *p
	}
	return ""
}

func (st *station) build(ctx context.Context) error {
	if _, err := st.store.Migrate(ctx); err != nil {
		return err
	}
	if err := job.Migrate(ctx, st.store); err != nil {
		return err
	}
	hasher, err := st.hasher(ctx)
	if err != nil {
		return err
	}
	sources := st.sources()
	sources.RateRemaining = func() (int, bool) { return st.app.Remaining() }
	st.metrics = metric.New(versionString(), sources)
	st.app, err = github.New(github.Config{
		WebURL: st.settings.GitHubURL, AppID: st.settings.AppID, PrivateKey: []byte(string(st.settings.PrivateKey)),
		UserAgent: "castellan/" + versionString(), Log: st.log, Observe: observer{st.metrics},
	})
	if err != nil {
		return err
	}
	if st.mirrors, err = gitstore.NewMirrors(filepath.Join(st.settings.DataDir, "git"), gitstore.MirrorOptions{}); err != nil {
		return err
	}
	st.looker = lookup.New(lookup.Config{Version: versionString(), Cache: lookup.Stored{Store: st.store}, Within: lookWithin, Now: time.Now, Transport: st.registries})
	st.keeper = &repo.Keeper{
		Store: st.store, App: st.app, Mirrors: st.mirrors, Scanners: scannerList(), Rules: lookup.Rules(), Lookup: st.looker, Hasher: hasher, Version: versionString(),
		PolicyRepo: st.settings.PolicyRepo, Self: st.login, Now: time.Now, Log: st.log,
	}
	return st.rooms(ctx)
}

// rooms puts the halves together: what is decided, and how it is written.
func (st *station) rooms(ctx context.Context) error {
	rules := report.Index(ruleList())
	st.outbox = &outbox.Outbox{Store: st.store, Senders: map[outbox.Kind]outbox.Sender{}, DryRun: st.settings.DryRun, Now: time.Now, Log: st.log}
	st.judge = &judge.Judge{Keeper: st.keeper, Outbox: st.outbox, Rules: checkrun.Rules(rules), Now: time.Now, Log: st.log}
	st.settler = &settle.Settler{Keeper: st.keeper, Outbox: st.outbox, Rules: rules, Now: time.Now, Log: st.log}
	for _, all := range []map[outbox.Kind]outbox.Sender{st.judge.Senders(), st.settler.Senders()} {
		for kind, sender := range all {
			st.outbox.Senders[kind] = sender
		}
	}
	var err error
	options := job.Options{Log: st.log, Ran: func(kind job.Kind, outcome string, took time.Duration) { st.metrics.Task(string(kind), outcome, took) }}
	if st.queue, err = job.New(st.store, st.handlers(), st.periodic(), options); err != nil {
		return err
	}
	st.ledger = webhook.NewLedger(context.WithoutCancel(ctx), st.store)
	st.dispatcher = &webhook.Dispatcher{Store: st.store, Queue: st.queue, Log: st.log}
	st.receiver = &webhook.Receiver{
		Secrets: st.settings.WebhookSecrets, Self: st.login, Inbox: st.ledger, Now: time.Now, Log: st.log, Counted: st.metrics.Delivery,
	}
	return nil
}

// handlers are what the tasks do; a process that only takes deliveries has none.
func (st *station) handlers() map[job.Kind]job.Handler {
	if !st.settings.Role.Work() {
		return nil
	}
	return map[job.Kind]job.Handler{
		job.Check: st.judge.Check, job.Button: st.judge.Button,
		job.Settle: st.settler.Settle, job.PullRequest: st.settler.PullRequest, job.Issue: st.settler.Issue,
		job.Installation: st.settler.Installation, job.Repository: st.settler.Repository,
	}
}

// How long what is done with is kept.
const (
	keepDeliveries   = 30 * 24 * time.Hour
	keepWrites       = 30 * 24 * time.Hour
	keepUninstalled  = 30 * 24 * time.Hour
	sweepDeliveries  = 10 * time.Minute
	sweepStaleChecks = time.Minute
)

// periodic is what recurs, in one of the processes at a time.
func (st *station) periodic() []job.Periodic {
	return []job.Periodic{
		{Name: "sweep-checks", Every: sweepStaleChecks, Do: st.judge.Sweep},
		{Name: "due", Every: 5 * time.Minute, Do: func(ctx context.Context) error { return st.settler.Due(ctx, st.queue) }},
		{Name: "requeue", Every: 5 * time.Minute, Do: func(ctx context.Context) error { return st.queue.Requeue(ctx) }},
		{Name: "gaps", Every: sweepDeliveries, Do: st.gaps},
		{Name: "look-again", Every: 5 * time.Minute, Do: st.lookAgain},
		{Name: "retention", Every: time.Hour, Do: st.forget},
	}
}

// evict removes mirrors of this machine every hour, until ctx ends: each machine
// has its own.
func (st *station) evict(ctx context.Context) {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		n, err := st.mirrors.Evict(ctx, time.Now())
		if n > 0 {
			st.log.Info("mirrors evicted", "count", n)
		}
		if err != nil && ctx.Err() == nil {
			st.log.Warn("mirrors not evicted, to be tried again", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (st *station) gaps(ctx context.Context) error {
	n, err := webhook.Gaps(ctx, st.store, st.app, time.Now())
	if n > 0 {
		st.log.Warn("deliveries were missing and are asked for again", "count", n)
	}
	return err
}

// forget removes what retention does not keep (docs/deploy.md).
func (st *station) forget(ctx context.Context) error {
	before := func(d time.Duration) int64 { return time.Now().Add(-d).UnixMilli() }
	return st.store.InTx(ctx, func(tx *sql.Tx) error {
		q := db.In(tx)
		_, err1 := q.DeleteOldDeliveries(ctx, before(keepDeliveries))
		_, err2 := q.DeleteOldTasks(ctx, before(keepDeliveries))
		_, err3 := q.DeleteOldWrites(ctx, before(keepWrites))
		purge := before(keepUninstalled)
		_, err4 := q.PurgeWrites(ctx, purge)
		_, err5 := q.PurgeDeliveries(ctx, purge)
		_, err6 := q.PurgeTasks(ctx, purge)
		_, err7 := q.PurgeInstallations(ctx, purge) // and with them what belongs to them
		_, err8 := q.DeleteOldLookups(ctx, before(lookup.Forget))
		return errors.Join(err1, err2, err3, err4, err5, err6, err7, err8)
	})
}

// keySetting is the id of the key that the hashes in the database were made
// with.
const keySetting = "hash key id"

// hasher hashes credentials under the key that the database knows. Another one
// would make every known credential a new one.
func (st *station) hasher(ctx context.Context) (*credential.Hasher, error) {
	key, err := st.settings.HashKey()
	if err != nil {
		return nil, err
	}
	h, err := credential.NewHasher(key)
	if err != nil {
		return nil, err
	}
	err = st.store.InTx(ctx, func(tx *sql.Tx) error {
		q := db.In(tx)
		if _, err := q.PutSettingOnce(ctx, query.PutSettingOnceParams{Name: keySetting, Value: h.KeyID()}); err != nil {
			return err
		}
		known, err := q.Setting(ctx, keySetting)
		if err == nil && known != h.KeyID() {
			err = fmt.Errorf("the hashes in this database were made with key %s, and the key given is %s: set CASTELLAN_HASH_KEY to the former on every machine", known, h.KeyID())
		}
		return err
	})
	return h, err
}

// sources are what /metrics reads.
func (st *station) sources() metric.Sources {
	q := st.store.Queries
	return metric.Sources{
		Deliveries: func(ctx context.Context) (metric.Depth, error) {
			row, err := q().CountDeliveries(ctx)
			return metric.Depth{N: row.Waiting, Oldest: instant(row.Oldest)}, err
		},
		Lanes: func(ctx context.Context) ([]metric.Depth, error) {
			rows, err := q().LaneDepth(ctx)
			var all []metric.Depth
			for _, r := range rows {
				all = append(all, metric.Depth{Label: r.Lane, N: r.N, Oldest: instant(r.Oldest)})
			}
			return all, err
		},
		Outbox: func(ctx context.Context) ([]metric.Depth, error) {
			rows, err := q().OutboxDepth(ctx)
			var all []metric.Depth
			for _, r := range rows {
				all = append(all, metric.Depth{Label: r.State, N: r.N, Oldest: instant(r.Oldest)})
			}
			return all, err
		},
		StaleChecks: func(ctx context.Context) (int64, error) {
			rows, err := q().StaleCheckRuns(ctx, query.StaleCheckRunsParams{Before: time.Now().Add(-10 * time.Minute).UnixMilli(), Most: 1000})
			return int64(len(rows)), err
		},
	}
}

func instant(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}

// observer counts requests to GitHub.
type observer struct{ m *metric.Metrics }

// Observe implements github.Observer.
func (o observer) Observe(a github.Attempt) { o.m.Request(a.Method, a.Route, a.Status, a.Duration) }
