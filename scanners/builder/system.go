package builder

import (
	"slices"
	"strings"
	"unicode"
)

// kinds of systems by what they are reached as, in the catalogue's words.
var systemReach = []struct {
	reach   string
	systems []string
}{
	{"email", []string{"gmail", "email", "email-send", "microsoft-outlook", "imap", "email-read-imap", "sendgrid", "mailchimp", "mailgun", "mailjet", "brevo", "postmark", "resend", "smtp", "ses", "aws-ses", "outlook"}},
	{"calendar", []string{"google-calendar", "calendly", "cal", "microsoft-calendar"}},
	{"messaging", []string{"slack", "discord", "telegram", "whatsapp", "whats-app", "microsoft-teams", "teams", "twilio", "mattermost", "rocketchat", "line", "matrix", "google-chat", "signal", "vonage", "message-bird", "zulip", "intercom"}},
	{"database", []string{"postgres", "postgre-sql", "mysql", "mongodb", "dataverse", "redis", "supabase", "airtable", "baserow", "noco-db", "snowflake", "google-big-query", "microsoft-sql", "elasticsearch", "questdb", "timescale-db", "crate-db", "firebase", "google-firebase-cloud-firestore", "sqlite", "sql", "seatable", "sea-table", "coda", "aws-dynamo-db", "data-table", "grist"}},
	{"documents", []string{"google-sheets", "google-docs", "google-drive", "google-slides", "notion", "microsoft-excel", "microsoft-one-drive", "one-drive", "dropbox", "box", "confluence", "sharepoint", "microsoft-share-point", "next-cloud", "google-forms", "typeform", "contentful", "wordpress", "ghost", "strapi", "webflow", "evernote", "pdf"}},
	{"source-code", []string{"github", "gitlab", "git", "bitbucket", "gitea"}},
	{"issues", []string{"jira", "linear", "asana", "trello", "click-up", "clickup", "monday-com", "zendesk", "freshdesk", "service-now", "todoist", "taiga", "microsoft-to-do", "help-scout"}},
	{"crm", []string{"hubspot", "salesforce", "pipedrive", "zoho-crm", "zoho", "active-campaign", "copper", "monica-crm", "odoo", "microsoft-dynamics-crm", "keap", "high-level"}},
	{"payments", []string{"stripe", "pay-pal", "paypal", "quick-books", "quickbooks", "xero", "woo-commerce", "shopify", "chargebee", "paddle", "wise", "magento2"}},
	{"social", []string{"twitter", "x", "linked-in", "linkedin", "facebook-graph-api", "facebook", "reddit", "you-tube", "youtube", "instagram", "medium", "mastodon", "tiktok", "bluesky"}},
	{"shell", []string{"shell", "ssh", "code", "python", "javascript"}},
	{"network", []string{"http", "graphql", "graph-ql", "webhook", "rss", "ftp", "mqtt", "kafka", "rabbitmq", "amqp"}},
	{"search", []string{"serpapi", "wikipedia", "wolfram-alpha", "tavily", "brave-search", "searxng", "sear-xng", "duckduckgo", "google-search", "exa", "perplexity", "serper", "searchapi", "web-search", "bing"}},
	{"cloud", []string{"aws-s3", "s3", "aws-lambda", "aws-sns", "aws-sqs", "google-cloud-storage", "azure-storage", "cloudflare", "google-cloud-pub-sub", "minio"}},
	{"filesystem", []string{"files", "read-write-file", "write-binary-file", "read-binary-file", "file-system", "filesystem", "write-file", "read-file"}},
	{"browser", []string{"browserless", "puppeteer", "playwright", "browserbase", "web-browser"}},
	{"maps", []string{"google-maps", "open-weather-map", "weather", "openweathermap"}},
	{"analytics", []string{"google-analytics", "post-hog", "mixpanel", "segment", "matomo"}},
}

func reachOf(system string) []string {
	for _, r := range systemReach {
		if slices.Contains(r.systems, system) {
			return []string{r.reach}
		}
	}
	return nil
}

// hyphened is a camelCase name in lower case with hyphens: googleCalendar,
// awsS3, httpRequest.
func hyphened(name string) string {
	var b strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		if unicode.IsUpper(r) {
			if i > 0 && (unicode.IsLower(runes[i-1]) || unicode.IsDigit(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])) {
				b.WriteByte('-')
			}
			r = unicode.ToLower(r)
		}
		if r == '_' || r == ' ' {
			r = '-'
		}
		b.WriteRune(r)
	}
	return strings.ReplaceAll(b.String(), "--", "-")
}

// otherNames are systems that builders, or versions of one, call differently.
var otherNames = map[string]string{
	"email-send": "email", "email-read-imap": "email", "mongo-db": "mongodb", "mongo-db-atlas": "mongodb", "my-sql": "mysql", "hub-spot": "hubspot", "hubspotcrm": "hubspot", "hubspot-crm": "hubspot", "whats-app": "whatsapp",
	"click-up": "clickup", "linked-in": "linkedin", "you-tube": "youtube", "word-press": "wordpress", "read-write-file": "files", "read-binary-file": "files", "read-binary-files": "files", "write-binary-file": "files",
	"serp": "serpapi", "serp-api": "serpapi", "google-mail": "gmail", "google-email": "gmail", "google-gmail": "gmail", "gsheets": "google-sheets", "googlesheets": "google-sheets", "gcal": "google-calendar", "office365": "microsoft-outlook", "office": "microsoft-outlook",
	"outlook": "microsoft-outlook", "teams": "microsoft-teams", "excelonline": "microsoft-excel", "excelonlinebusiness": "microsoft-excel", "sharepointonline": "microsoft-share-point", "commondataserviceforapps": "dataverse", "web-browser": "http", "requests": "http",
	"rss-feed-read": "rss", "google": "google-search", "googlesearch": "google-search",
}

// systemOf is the one name of a system that a builder calls so.
func systemOf(name string) string {
	h := hyphened(name)
	if other, ok := otherNames[h]; ok {
		return other
	}
	return h
}

// levelOf is how far an operation goes, by its name.
func levelOf(operation string) string {
	low := strings.ToLower(operation)
	for _, read := range []string{"get", "list", "read", "search", "find", "lookup", "query", "fetch", "download", "retrieve", "count", "watch", "select", "load", "history", "info", "user", "view", "describe"} {
		if strings.HasPrefix(low, read) && low != "executequery" {
			return "read"
		}
	}
	return "write"
}
