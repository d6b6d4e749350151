#!/bin/sh
exec node tools/docs-mcp.js
