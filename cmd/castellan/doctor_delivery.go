package main

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/castellan-app/castellan/app/github"
)

// mostMissed bounds how many deliveries are looked up.
const mostMissed = 2000

// deliveries looks for those that GitHub could not deliver and that never
// arrived at a later attempt.
func (d *checkup) deliveries(ctx context.Context) {
	attempts, err := d.app.Deliveries(ctx, d.now().Add(-d.since))
	if err != nil {
		d.add("deliveries", healthWarn, "try again, or look less far back with --since", "%v", err)
		return
	}
	if len(attempts) == 0 {
		d.add("deliveries", healthSkip, "", "GitHub sent none within %v", d.since)
		return
	}
	missed := d.missed(ctx, attempts)
	last := attempts[0] // newest first
	switch {
	case !delivered(&last):
		d.add("deliveries", healthFail, d.unreachable(last.StatusCode), "the last delivery (%s, %s) failed: %s; %d in all never arrived", last.Event, last.DeliveredAt.UTC().Format(time.RFC3339), answered(&last), missed)
	case missed > 0:
		d.add("deliveries", healthWarn, "castellan serve asks for them again by itself; else redeliver them on the App's Advanced page", "%d deliveries within %v never arrived; the last one did", missed, d.since)
	default:
		d.ok("deliveries", "%d attempts within %v, all arrived", len(attempts), d.since)
	}
}

// missed counts deliveries that failed, were not delivered at another attempt,
// and are not in the database.
func (d *checkup) missed(ctx context.Context, attempts []github.HookDelivery) int {
	arrived := map[string]bool{}
	for i := range attempts {
		arrived[attempts[i].GUID] = arrived[attempts[i].GUID] || delivered(&attempts[i])
	}
	n := 0
	for guid, ok := range arrived {
		if ok || n > mostMissed {
			continue
		}
		if d.store != nil {
			if _, err := d.store.Queries().Delivery(ctx, guid); !errors.Is(err, sql.ErrNoRows) {
				continue
			}
		}
		n++
	}
	return n
}

func delivered(h *github.HookDelivery) bool { return h.StatusCode >= 200 && h.StatusCode < 300 }

func answered(h *github.HookDelivery) string {
	if h.StatusCode == 0 {
		return "no answer"
	}
	return "it was answered " + h.Status
}

// unreachable is what to do about deliveries that fail with this code.
func (d *checkup) unreachable(code int) string {
	switch code {
	case 0:
		return "let GitHub reach the webhook address in the App's settings: DNS, firewall, reverse proxy, certificate"
	case 401:
		return "the webhook secret here is not the one in the App's settings: set it, and CASTELLAN_WEBHOOK_SECRET_PREVIOUS while you rotate; what was refused is asked for again once a delivery arrives"
	case 404, 405:
		return "the webhook address in the App's settings must end in /webhook, and the proxy must pass it on"
	case 413:
		return "let the reverse proxy accept bodies of 25 MiB"
	case 502, 503, 504:
		return "see that castellan serve runs behind the proxy, and what /readyz says"
	}
	return "see the log of castellan serve at that time"
}
