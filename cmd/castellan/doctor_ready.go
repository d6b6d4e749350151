package main

import (
	"context"
	"net/http"

	"github.com/castellan-app/castellan/app/config"
)

// ready asks the process that serves with these settings on this machine. A
// worker answers where its metrics are.
func (d *checkup) ready(ctx context.Context, env config.Getenv, flags map[string]string) error {
	set, err := config.Load(env, flags)
	if err != nil {
		return err
	}
	listen := set.Listen
	if !set.Role.Web() {
		listen = set.MetricsListen
	}
	if listen == "" {
		d.add("ready", healthFail, "set CASTELLAN_METRICS_LISTEN: a worker answers there", "this process does not listen")
		return nil
	}
	resp, err := d.fetch(ctx, http.MethodGet, localURL(listen)+"/readyz", "")
	switch {
	case err != nil:
		d.add("ready", healthFail, "see whether castellan serve runs", "%s does not answer: %v", listen, err)
	case resp.StatusCode != http.StatusOK:
		d.add("ready", healthFail, "see /readyz for the reason", "%s answers %d", listen, resp.StatusCode)
	default:
		d.ok("ready", "%s is ready", listen)
	}
	return nil
}
