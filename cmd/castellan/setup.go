package main

import (
	"context"
	"log/slog"
	"net"

	"github.com/castellan-app/castellan/app/config"
	"github.com/castellan-app/castellan/app/github"
	"github.com/castellan-app/castellan/app/manifest"
	face "github.com/castellan-app/castellan/app/server"
)

// newSetup wires the first-time setup: app.yml is what is registered, GitHub
// converts the code, the data directory keeps the credentials. With continues
// the page says that the process goes on by itself.
func newSetup(s *config.Serve, continues bool, log *slog.Logger) (*face.Setup, error) {
	m, err := manifest.Default()
	if err != nil {
		return nil, err
	}
	c := face.SetupConfig{
		GitHubURL: s.GitHubURL, PublicURL: s.PublicURL, LocalURL: localURL(s.Listen), Name: m.Name, Continues: continues, Log: log,
		Manifest: func(a face.Addresses) ([]byte, error) {
			chosen := m
			if a.NoMergeQueue {
				chosen = m.Without("merge_queues", "merge_group")
			}
			return chosen.JSON(manifest.Address{Name: a.Name, Webhook: a.Webhook, Redirect: a.Redirect})
		},
		CanSave: func() error { return config.CanSave(s.DataDir) },
		Convert: func(ctx context.Context, code string) (face.NewApp, bool, error) { return register(ctx, s, code) },
	}
	for _, p := range m.Permissions {
		c.Permissions = append(c.Permissions, face.Reason{Name: p.Name, Level: p.Level, Why: p.Reason})
	}
	for _, e := range m.Events {
		c.Events = append(c.Events, face.Reason{Name: e.Name, Why: e.Reason})
	}
	return face.NewSetup(c), nil
}

// register exchanges the code and saves what comes back.
func register(ctx context.Context, s *config.Serve, code string) (face.NewApp, bool, error) {
	app, err := github.ConvertManifest(ctx, s.GitHubURL, code)
	if err != nil {
		return face.NewApp{}, false, err
	}
	err = config.Save(s.DataDir, &config.Credentials{
		AppID: app.ID, PrivateKey: config.Secret(app.PrivateKey), WebhookSecret: config.Secret(app.WebhookSecret),
		ClientID: app.ClientID, ClientSecret: config.Secret(app.ClientSecret),
	})
	return face.NewApp{Name: app.Name, Owner: app.OwnerLogin, URL: app.HTMLURL}, err == nil, err
}

// localURL is where a browser on this machine finds a server that listens so.
func localURL(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return "http://" + listen
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}
