#!/usr/bin/env bash
# Registers the team's servers for whoever runs it. Reads no secret.
set -euo pipefail
claude mcp add --transport http --scope local linear https://mcp.linear.app/mcp
codex mcp add context7 -- npx -y @upstash/context7-mcp@1.0.14
claude --version && codex --version
