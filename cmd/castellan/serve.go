package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/castellan-app/castellan/app/config"
	face "github.com/castellan-app/castellan/app/server"
)

const serveHelp = `Receives GitHub's webhooks, checks pull requests and keeps one issue for each risk.

Settings are flags, variables of the environment (--data-dir is
CASTELLAN_DATA_DIR) or keys of the YAML file that --config names; secrets are
variables, or files that *_FILE variables and flags name. Without an App id and
a webhook secret it serves only /setup, which registers the App at GitHub.

  POST /webhook   GitHub's deliveries, stored before they are acknowledged
  GET  /healthz   200 while the process lives
  GET  /readyz    200 while deliveries can be stored
  GET  /metrics   Prometheus, on a loopback listener of its own

With SQLite, the default, one process does everything. With PostgreSQL any
number may run, each --role web, worker or all. The database is migrated at the
start. The process ends on SIGTERM once running tasks have, within 30 seconds.`

func (c *cli) serveCommand() *cobra.Command {
	var given func() map[string]string
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the GitHub App",
		Long:  serveHelp,
		Args:  cobra.NoArgs,
		Example: `  castellan serve                                             first /setup, then the App
  castellan serve --public-url https://castellan.acme.example
  CASTELLAN_DATABASE_URL=postgres://castellan@db/castellan castellan serve --role worker`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c.given = given()
			s, err := config.Load(c.env, c.given)
			if err != nil {
				return err
			}
			return c.serve(cmd.Context(), s)
		},
	}
	given = settingFlags(cmd)
	return cmd
}

// logger writes to standard error, one line an event.
func (c *cli) logger(s *config.Serve) *slog.Logger {
	options := &slog.HandlerOptions{Level: slog.LevelInfo}
	if s.LogJSON {
		return slog.New(slog.NewJSONHandler(c.stderr, options))
	}
	return slog.New(slog.NewTextHandler(c.stderr, options))
}

func (c *cli) serve(ctx context.Context, s *config.Serve) error {
	log := c.logger(s)
	for _, n := range s.Notices {
		log.Warn(n)
	}
	if err := os.MkdirAll(s.DataDir, 0o700); err != nil {
		return fmt.Errorf("make the data directory: %w", err)
	}
	if s.Setup {
		return c.serveSetup(ctx, s, log)
	}
	st, err := newStation(ctx, s, c.registries, log)
	if err != nil {
		return err
	}
	return errors.Join(st.run(ctx), st.close())
}

// serveSetup serves /setup until the App is registered, and then the App.
func (c *cli) serveSetup(ctx context.Context, s *config.Serve, log *slog.Logger) error {
	setup, err := newSetup(s, true, log)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.stderr, "No GitHub App is set up yet. Open this address once, within reach of this machine:\n\n  %s\n\n", setup.URL())
	waiting, done := context.WithCancel(ctx)
	defer done()
	go func() {
		select {
		case <-setup.Done():
			done()
		case <-waiting.Done():
		}
	}()
	if err := face.New(face.Config{Listen: s.Listen, Setup: setup, Log: log}).Run(waiting); err != nil || ctx.Err() != nil {
		return err
	}
	found, err := config.Load(c.env, c.given)
	if err != nil {
		return err
	}
	if found.Setup {
		return errors.New("the App is registered, but its credentials are not in the data directory: start again")
	}
	return c.serve(ctx, found)
}

// drain is how long running tasks may take after a signal to stop.
const drain = 30 * time.Second

// run serves and works until ctx ends, or until a part of it fails.
func (st *station) run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	if st.settings.Role.Work() {
		if err := st.store.Own(ctx); err != nil {
			return err
		}
		if err := st.queue.Start(ctx); err != nil {
			return err
		}
	}
	var wg sync.WaitGroup
	background := func(do func(context.Context)) { wg.Go(func() { do(ctx) }) }
	background(st.learnSelf)
	if st.settings.Role.Work() {
		background(func(ctx context.Context) { st.dispatcher.Run(ctx, st.ledger.Stored()) })
		background(st.outbox.Run)
		background(st.evict)
	}
	cfg := face.Config{
		Ready: st.store.Ping, Log: st.log,
		MetricsListen: st.settings.MetricsListen, MetricsOptional: !st.settings.MetricsChosen, Metrics: st.metrics.Handler(),
	}
	if st.settings.Role.Web() {
		cfg.Listen, cfg.Webhook = st.settings.Listen, st.receiver
	}
	st.log.Info("castellan serves", "version", versionString(), "role", string(st.settings.Role), "database", string(st.store.Engine()), "github", st.settings.GitHubURL)
	err := face.New(cfg).Run(ctx)
	stop()
	if st.settings.Role.Work() {
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
		defer cancel()
		if stopErr := st.queue.Stop(end); stopErr != nil && !errors.Is(stopErr, context.Canceled) {
			err = errors.Join(err, fmt.Errorf("stop the job queue: %w", stopErr))
		}
	}
	wg.Wait()
	st.log.Info("castellan has stopped")
	return err
}

// learnSelf finds out the login of the App's own bot, whose events are dropped.
func (st *station) learnSelf(ctx context.Context) {
	for wait := time.Second; ; wait = min(2*wait, time.Minute) {
		info, err := st.app.Self(ctx)
		if err == nil {
			login := info.Slug + "[bot]"
			st.self.Store(&login)
			return
		}
		if ctx.Err() != nil {
			return
		}
		st.log.Warn("GitHub does not tell who we are, to be asked again", "error", strings.TrimSpace(err.Error()))
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}
