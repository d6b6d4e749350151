package credential

import (
	"strings"
	"testing"
)

// harmless are values under names that tempt: name=value, one a line. Braces
// are filled in as templates of sample_test.go.
const harmless = `
KMS_KEY_ID={uuid}
OKTA_KEY_ID={a20}
AWS_ACCESS_KEY_ID=AKIA{U16}
CLIENT_ID={a32}
TENANT_ID={uuid}
PROJECT_ID={l20}
USER_ID={h24}
ACCOUNT_ID={d12}
session_id={uuid}
lastSessionId={uuid}
sessionId={h32}
machineID={h64}
deviceId={uuid}
anonymousId={uuid}
userID={h64}
userUUID={uuid}
installationId={d8}
requestId={uuid}
x-request-id={uuid}
traceId={h32}
oauthAccountUuid={uuid}
organizationUuid={uuid}
commit={h40}
gitSha={h40}
sha={h64}
headSha={h40}
fileHash={h64}
passwordHash={h64}
tokenHash={h64}
contentHash={h32}
checksum={h64}
digest=sha256:{h64}
fingerprint={h40}
keyFingerprint=SHA256:{a43}
IMAGE=ghcr.io/acme/x@sha256:{h64}
integrity=sha512-{b86}==
installMethod=native
version=1.2.3-beta.4+build.{h7}
VERSION={h40}
TOKEN_URL=https://login.acme.dev/oauth2/token
TOKEN_ENDPOINT=https://id.acme.dev/{l8}/token
tokenUrl=https://id.acme.dev/v1/token
AUTH_URL=https://id.acme.dev/authorize
JWKS_URI=https://id.acme.dev/.well-known/jwks.json
API_KEY_URL=https://acme.dev/settings/keys
WEBHOOK_URL=https://acme.dev/webhook
API_BASE_URL=https://api.acme.dev/v1
DATABASE_URL=postgres://app@db.acme.dev/app
DATABASE_URL=sqlite:///data/app.db
REDIS_URL=redis://cache.acme.dev:6379/0
REDIS_URL=redis://localhost:6379
MONGODB_URI=mongodb://localhost:27017/app
AMQP_URL=amqp://guest:guest@localhost:5672
API_KEY_HEADER=X-Api-Key
apiKeyHeader=x-goog-api-key
authType=bearer
authMethod=oauth2
AUTH_TYPE=token
AUTH=none
auth=oauth
AUTH_MODE=keychain
tokenType=Bearer
KEY_PREFIX=app:prod:
CACHE_KEY=users-by-region-v2
PRIMARY_KEY=user_id
SORT_KEY=created_at
FIGMA_FILE_KEY=LKQ4FJ4bTnCSjedbRpk931
JIRA_ISSUE_KEY=OPS-4711
hotkey=Ctrl+Shift+P
keybinding=cmd+k cmd+s
key=ctrl+alt+t
PASSWORD_FILE=/run/secrets/pw
API_KEY_FILE=/etc/acme/{h12}.key
TOKEN_PATH=~/.config/acme/token
KEY_PATH=C:\keys\server.pem
SSH_KEY=~/.ssh/id_ed25519
SSL_KEY=./certs/server.key
PRIVATE_KEY=/etc/ssl/private/server.pem
CREDENTIALS=./service-account.json
GOOGLE_APPLICATION_CREDENTIALS=/home/dev/sa-{h12}.json
PUBLIC_KEY=ssh-ed25519 {a68}
publicKey={a44}
VAPID_PUBLIC_KEY={u87}
publicKeyPath=keys/id.pub
SIGNING_CERT=-----BEGIN CERTIFICATE-----
MAX_TOKENS=4096
MAX_OUTPUT_TOKENS=200000
maxTokens=8192
max_tokens=128000
MAX_THINKING_TOKENS=31999
TOKEN_LIMIT=10000
TOKEN_BUDGET=10000
TOKEN_COUNT=42
tokenLimit=2000
TOKEN_TTL=3600
inputTokens=120000
API_KEY_ENABLED=true
USE_TOKEN=false
TOKEN=true
REQUIRE_AUTH=1
PASSWORD_MIN_LENGTH=12
SECRET_NAME=prod/acme/api
SECRET_MANAGER=aws
secretRef=acme-credentials
secretName=acme-api-token
TOKEN_NAME=ci-bot
KEY_NAME=default
keyName=primary
KEYCHAIN=login
KEYSPACE=acme_prod
KEYWORDS=alpha,beta
monkey=banana
donkeyName=eeyore
tokenizer=cl100k_base
TOKENIZER=o200k_base
TOKENIZERS_PARALLELISM=false
model=claude-sonnet-4-5-20250929
OPENAI_MODEL=gpt-5-mini-2025-08-07
EMBEDDING_MODEL=text-embedding-3-large
MODEL=meta-llama/Llama-3.1-405B-Instruct
modelId=anthropic.claude-3-7-sonnet-20250219-v1:0
AWS_REGION=eu-central-1
AWS_PROFILE=prod-admin
PROFILE={a20}
LOG_LEVEL=debug
NODE_ENV=production
PORT=8080
HOST=0.0.0.0
hostname={l20}.acme.dev
ENDPOINT=https://{l12}.execute-api.eu-west-1.amazonaws.com/prod
cron=0 */6 * * *
schedule=*/15 * * * *
LOCALE=de_DE.UTF-8
LANG=en_US.UTF-8
TZ=Europe/Berlin
Content-Type=application/json; charset=utf-8
Accept=application/json, text/event-stream
User-Agent=acme-mcp/1.4.2 (linux; x64)
anthropic-version=2023-06-01
anthropic-beta=mcp-client-2025-04-04
MCP-Protocol-Version=2025-06-18
X-MCP-Toolsets=repos,issues,pull_requests
X-Tenant={uuid}
PATH=/usr/local/bin:/usr/bin:/opt/{h12}
PYTHONPATH=/app/src
CA_PATH=/etc/ssl/certs/{h8}.0
NODE_OPTIONS=--max-old-space-size=4096
DOCKER_HOST=unix:///var/run/docker.sock
EMAIL=me@acme.dev
USERNAME=deploy-bot-42
GITHUB_USER=acme-bot
LOGIN=admin
description=Reads the token from the environment and never prints a password
prompt=Ask for the API key, then store the secret in the keychain
title=Personal access token
label=API key (optional)
placeholder=Enter your API key
help=See https://acme.dev/docs/tokens#create
name=token-rotator
id={uuid}
guid={uuid}
etag={h32}
nonce-mode=auto
color=#{h6}
icon=data:image/png;base64,iVBORw0KGgo=
filter=status = open AND key in (A, B)
expression=github.token
value=42
timeout=30000
date=2026-11-25T10:00:00Z
created_at=1764067200
mimeType=application/vnd.acme.v1+json
pattern=^[a-z0-9]{3,20}$
glob=src/**/*.test.ts
allow=Bash(git push:*)
allow=Bash(npm run test:unit -- --token-file x)
allow=mcp__github__create_issue
permission=mcp__acme-server__get_token_usage
TOKEN_REF=op://prod/acme/token
API_KEY=keychain
SECRET=required
PASSWORD=prompt
token=auto
apiKey=env
DB_PASSWORD_COMMAND=pass show db
credential_process=/usr/bin/acme-creds --profile prod
apiKeyHelper=/usr/local/bin/get-key.sh
FEATURE_FLAG_KEY=new-checkout-flow
TRANSLATION_KEY=settings.profile.title
i18nKey=settings.api.token.label
ROUTING_KEY=orders.created.v1
PARTITION_KEY=tenant-id
`

func TestHarmlessValuesUnderTemptingNames(t *testing.T) {
	t.Parallel()
	r := seeded(9)
	lines := strings.Split(strings.TrimSpace(harmless), "\n")
	if len(lines) < 150 {
		t.Errorf("%d values, want 150", len(lines))
	}
	for _, line := range lines {
		name, template, _ := strings.Cut(line, "=")
		value := template
		if !strings.ContainsAny(template, "^*") {
			value = sample(r, template)
		}
		for _, place := range []Place{InEnv, InField, InHeader} {
			for _, j := range Judge(Context{Place: place, Name: name}, value) {
				if j.Class == Literal {
					t.Errorf("%s=%s in place %d: literal of confidence %d (%s)", name, value, place, j.Confidence, j.Kind)
				}
			}
		}
		for _, j := range JudgeArgs(Context{}, "x", []string{"--" + name, value})[1] {
			if j.Class == Literal {
				t.Errorf("--%s %s: literal of confidence %d (%s)", name, value, j.Confidence, j.Kind)
			}
		}
	}
}
