node tools/reports-mcp.js
