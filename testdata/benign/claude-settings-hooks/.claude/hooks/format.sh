#!/bin/sh
# Formats what was edited; says nothing when there is nothing to do.
set -eu
gofmt -w $(git diff --name-only --diff-filter=AM -- '*.go')
