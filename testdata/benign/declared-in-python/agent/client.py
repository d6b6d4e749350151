"""Builds the client of the assistant."""
import os

from langchain_mcp_adapters.client import MultiServerMCPClient
from mcp import StdioServerParameters


def client() -> MultiServerMCPClient:
    return MultiServerMCPClient(
        {
            "orders-py": {
                "transport": "streamable_http",
                "url": "https://orders.acme.internal/mcp",
                "headers": {"Authorization": f"Bearer {os.environ['ORDERS_TOKEN']}"},
            },
            "time": {"transport": "stdio", "command": "uvx", "args": ["mcp-server-time==2026.7.10"]},
        }
    )


GIT = StdioServerParameters(command="uvx", args=["mcp-server-git==2026.7.10", "--repository", "."])
