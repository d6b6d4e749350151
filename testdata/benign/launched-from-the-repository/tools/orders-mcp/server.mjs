import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";

const server = new McpServer({ name: "orders", version: "1.0.0" });
server.registerTool("get_order", { description: "One order by its number" }, async () => ({ content: [] }));
await server.connect(new StdioServerTransport());
