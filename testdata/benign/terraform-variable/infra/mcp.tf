variable "orders_token" {
  type      = string
  sensitive = true
}

resource "kubernetes_secret" "mcp" {
  metadata { name = "mcp-config" }
  data = {
    "mcp.json" = jsonencode({ mcpServers = { orders-tf = { url = "https://orders.acme.internal/mcp", headers = { Authorization = "Bearer ${var.orders_token}" } } } })
  }
}
