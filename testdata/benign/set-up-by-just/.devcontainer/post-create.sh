#!/bin/sh
set -eu
npm ci
npm install -g @anthropic-ai/claude-code@2.0.30
