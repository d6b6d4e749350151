package github

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"regexp"
	"sync"
)

// Secret is text that no way of printing shows; string(s) is its value.
type Secret string

const redacted = "[redacted]"

func (Secret) String() string               { return redacted }
func (Secret) GoString() string             { return redacted }
func (Secret) Format(f fmt.State, _ rune)   { _, _ = io.WriteString(f, redacted) }
func (Secret) LogValue() slog.Value         { return slog.StringValue(redacted) }
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// NewApp is an App just registered from a manifest. GitHub shows its secrets
// this once.
type NewApp struct {
	ID                                      int64
	Slug, Name, OwnerLogin, HTMLURL         string
	ClientID                                string
	ClientSecret, WebhookSecret, PrivateKey Secret
	Permissions                             map[string]string
	Events                                  []string
}

var manifestCode = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[A-Za-z0-9_-]{1,200}$`)
})

// ConvertManifest exchanges the code that GitHub's App manifest flow brought
// back for the App and its secrets; it can be done once, within an hour.
func ConvertManifest(ctx context.Context, webURL, code string) (NewApp, error) {
	host, err := endpointOf(webURL, "")
	if err != nil {
		return NewApp{}, err
	}
	if !manifestCode().MatchString(code) {
		return NewApp{}, invalid("code of the manifest flow")
	}
	var raw struct {
		ID            int64             `json:"id"`
		Slug          string            `json:"slug"`
		Name          string            `json:"name"`
		HTMLURL       string            `json:"html_url"`
		Owner         account           `json:"owner"`
		ClientID      string            `json:"client_id"`
		ClientSecret  string            `json:"client_secret"`
		WebhookSecret string            `json:"webhook_secret"`
		PEM           string            `json:"pem"`
		Permissions   map[string]string `json:"permissions"`
		Events        []string          `json:"events"`
	}
	c := anonymous(Config{}.withDefaults(), host)
	if _, err := c.send(ctx, callManifest, "app-manifests/"+code+"/conversions", nil, &raw); err != nil {
		return NewApp{}, err
	}
	return NewApp{
		ID: raw.ID, Slug: raw.Slug, Name: raw.Name, OwnerLogin: raw.Owner.name(), HTMLURL: raw.HTMLURL, ClientID: raw.ClientID,
		ClientSecret: Secret(raw.ClientSecret), WebhookSecret: Secret(raw.WebhookSecret), PrivateKey: Secret(raw.PEM),
		Permissions: raw.Permissions, Events: raw.Events,
	}, nil
}
