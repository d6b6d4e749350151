package github

import (
	"context"
	"fmt"
	"iter"
	"time"
)

// AppInfo is the App as GitHub knows it.
type AppInfo struct {
	ID          int64
	Slug, Name  string
	OwnerLogin  string
	Permissions map[string]string // every key GitHub names: {"checks": "write", …}
	Events      []string
}

// Installation is one place the App is installed in. Permissions holds every
// key GitHub names, also those go-github does not know.
type Installation struct {
	ID                  int64
	AccountID           int64
	AccountLogin        string
	AccountType         string // Organization, User, Enterprise
	RepositorySelection string // all, selected
	Permissions         map[string]string
	Events              []string
	CreatedAt           time.Time
	SuspendedAt         time.Time // zero: active
}

// Self reads the App.
func (a *App) Self(ctx context.Context) (AppInfo, error) {
	var raw struct {
		ID          int64             `json:"id"`
		Slug        string            `json:"slug"`
		Name        string            `json:"name"`
		Owner       account           `json:"owner"`
		Permissions map[string]string `json:"permissions"`
		Events      []string          `json:"events"`
	}
	if _, err := a.send(ctx, callSelf, "app", nil, &raw); err != nil {
		return AppInfo{}, err
	}
	return AppInfo{ID: raw.ID, Slug: raw.Slug, Name: raw.Name, OwnerLogin: raw.Owner.name(), Permissions: raw.Permissions, Events: raw.Events}, nil
}

// Installations lists where the App is installed, suspended ones too.
func (a *App) Installations(ctx context.Context) ([]Installation, error) {
	return pages(ctx, callInstallations, func(i Installation) int64 { return i.ID }, func(ctx context.Context, page string) ([]Installation, int, error) {
		var raw []rawInstallation
		resp, err := a.send(ctx, callInstallations, query("app/installations", "per_page", "100", "page", page), nil, &raw)
		return convert(raw, rawInstallation.installation), nextOf(resp), err
	})
}

// ReadInstallation reads one installation.
func (a *App) ReadInstallation(ctx context.Context, id int64) (Installation, error) {
	var raw rawInstallation
	_, err := a.send(ctx, callInstallation, fmt.Sprintf("app/installations/%d", id), nil, &raw)
	return raw.installation(), err
}

type account struct {
	ID    int64  `json:"id"`
	Login string `json:"login"`
	Slug  string `json:"slug"` // of an enterprise, which has no login
	Type  string `json:"type"`
}

func (a account) name() string {
	if a.Login == "" {
		return a.Slug
	}
	return a.Login
}

type rawInstallation struct {
	ID                  int64             `json:"id"`
	Account             account           `json:"account"`
	TargetType          string            `json:"target_type"`
	RepositorySelection string            `json:"repository_selection"`
	Permissions         map[string]string `json:"permissions"`
	Events              []string          `json:"events"`
	CreatedAt           time.Time         `json:"created_at"`
	SuspendedAt         time.Time         `json:"suspended_at"`
}

func (r rawInstallation) installation() Installation {
	return Installation{
		ID: r.ID, AccountID: r.Account.ID, AccountLogin: r.Account.name(), AccountType: r.TargetType,
		RepositorySelection: r.RepositorySelection, Permissions: r.Permissions, Events: r.Events,
		CreatedAt: r.CreatedAt, SuspendedAt: r.SuspendedAt,
	}
}

// HookDelivery is one attempt of GitHub's to deliver an event to us. GUID is
// X-GitHub-Delivery, the same for every attempt; ID is the attempt's.
type HookDelivery struct {
	ID                           int64
	GUID, Event, Action          string
	DeliveredAt                  time.Time
	Redelivery                   bool
	Status                       string
	StatusCode                   int // what we answered; 0: nothing
	InstallationID, RepositoryID int64
}

type rawDelivery struct {
	ID             int64     `json:"id"`
	GUID           string    `json:"guid"`
	DeliveredAt    time.Time `json:"delivered_at"`
	Redelivery     bool      `json:"redelivery"`
	Status         string    `json:"status"`
	StatusCode     int       `json:"status_code"`
	Event          string    `json:"event"`
	Action         string    `json:"action"`
	InstallationID int64     `json:"installation_id"`
	RepositoryID   int64     `json:"repository_id"`
}

func (r rawDelivery) delivery() HookDelivery {
	return HookDelivery{
		ID: r.ID, GUID: r.GUID, Event: r.Event, Action: r.Action, DeliveredAt: r.DeliveredAt, Redelivery: r.Redelivery,
		Status: r.Status, StatusCode: r.StatusCode, InstallationID: r.InstallationID, RepositoryID: r.RepositoryID,
	}
}

// DeliveryPage is a part of GitHub's log of deliveries.
type DeliveryPage struct {
	Attempts []HookDelivery // newest first
	Next     string         // names the page of the older ones, "" at the end
}

// DeliveryPages reads the log, the newest attempts first, from the page that
// Next named; "" is the newest. GitHub keeps attempts for three days. An error
// is the last that the sequence yields.
func (a *App) DeliveryPages(ctx context.Context, from string) iter.Seq2[DeliveryPage, error] {
	return func(yield func(DeliveryPage, error) bool) {
		for cursor, seen := from, map[string]bool{}; ; {
			if len(seen) == maxPages {
				yield(DeliveryPage{}, fail(callDeliveries, fmt.Errorf("more than %d pages", maxPages)))
				return
			}
			seen[cursor] = true
			page, err := a.deliveryPage(ctx, cursor)
			if err == nil && page.Next != "" && seen[page.Next] {
				err = fail(callDeliveries, fmt.Errorf("page %d: %w", len(seen), ErrRepeats))
			}
			if !yield(page, err) || err != nil || page.Next == "" {
				return
			}
			cursor = page.Next
		}
	}
}

func (a *App) deliveryPage(ctx context.Context, cursor string) (DeliveryPage, error) {
	var raw []rawDelivery
	resp, err := a.send(ctx, callDeliveries, query("app/hook/deliveries", "per_page", "100", "cursor", cursor), nil, &raw)
	if err != nil || len(raw) == 0 {
		return DeliveryPage{}, err
	}
	return DeliveryPage{Attempts: convert(raw, rawDelivery.delivery), Next: resp.Cursor}, nil
}

// Deliveries lists the attempts made at or after since, newest first.
func (a *App) Deliveries(ctx context.Context, since time.Time) ([]HookDelivery, error) {
	var all []HookDelivery
	for page, err := range a.DeliveryPages(ctx, "") {
		if err != nil {
			return nil, err
		}
		for _, d := range page.Attempts {
			if d.DeliveredAt.Before(since) {
				return all, nil
			}
			all = append(all, d)
		}
	}
	return all, nil
}

// Redeliver asks GitHub to deliver once more; id is HookDelivery.ID.
func (a *App) Redeliver(ctx context.Context, id int64) error {
	_, err := a.send(ctx, callRedeliver, fmt.Sprintf("app/hook/deliveries/%d/attempts", id), nil, nil)
	return err
}

// convert maps a list.
func convert[A, B any](in []A, f func(A) B) []B {
	out := make([]B, 0, len(in))
	for _, a := range in {
		out = append(out, f(a))
	}
	return out
}
