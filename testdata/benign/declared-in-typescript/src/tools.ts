import OpenAI from "openai";

const client = new OpenAI({ apiKey: process.env.OPENAI_API_KEY });

export const answer = (question: string) =>
  client.responses.create({
    model: "gpt-5-2025-08-07",
    input: question,
    tools: [
      {
        type: "mcp",
        server_label: "orders",
        server_url: "https://orders.acme.example/mcp",
        authorization: process.env.ORDERS_TOKEN,
        allowed_tools: ["get_order"],
        require_approval: "always",
      },
    ],
  });
