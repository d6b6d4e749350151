package builder

import "github.com/castellan-app/castellan/scanners"

const (
	rulePublic   = "builder-public-trigger"
	ruleShell    = "builder-shell-tool"
	rulePersonal = "builder-personal-data"
	ruleMaker    = "builder-maker-rights"
	ruleSecret   = "builder-secret-in-flow"
)

const n8nDocs = "https://docs.n8n.io/advanced-ai/"

// agentFlow is an n8n workflow with an agent, a trigger and a tool.
func agentFlow(trigger, tool string) scanners.Example {
	return scanners.Example{Path: "flows/mail.json", Content: `{"name": "Mail", "nodes": [
  ` + trigger + `,
  {"name": "Assistant", "type": "@n8n/n8n-nodes-langchain.agent", "parameters": {}},
  ` + tool + `
], "connections": {
  "Start": {"main": [[{"node": "Assistant", "type": "main", "index": 0}]]},
  "Tool": {"ai_tool": [[{"node": "Assistant", "type": "ai_tool", "index": 0}]]}
}}`}
}

const (
	openHook   = `{"name": "Start", "type": "n8n-nodes-base.webhook", "parameters": {"path": "ask"}}`
	closedHook = `{"name": "Start", "type": "n8n-nodes-base.webhook", "parameters": {"path": "ask", "authentication": "headerAuth"}}`
	sendMail   = `{"name": "Tool", "type": "n8n-nodes-base.gmailTool", "parameters": {"operation": "send"}}`
	runShell   = `{"name": "Tool", "type": "n8n-nodes-base.executeCommandTool", "parameters": {}}`
)

// Rules are the rules about flows.
func (Scanner) Rules() []scanners.Rule {
	return []scanners.Rule{
		{
			ID: rulePublic, Severity: scanners.High,
			Question: "Can anybody on the internet reach an agent of a flow that can act?",
			Why:      "A webhook, form or chat without a credential takes text from everybody. An agent behind it reads that text as its task, and its tools do what it says.",
			Fix:      "Let the trigger ask for a credential, or leave the agent only tools that read what is public.",
			Bad:      agentFlow(openHook, sendMail),
			Benign:   agentFlow(closedHook, sendMail),
			Docs:     []string{"https://docs.n8n.io/integrations/builtin/core-nodes/n8n-nodes-base.webhook/"},
		},
		{
			ID: ruleShell, Severity: scanners.High,
			Question: "May an agent of a flow run commands or code?",
			Why:      "What the model writes, or what its parameters change, runs on the machine of the builder, beside the credentials of all its flows. A fixed piece of code is medium.",
			Fix:      "Give the agent a tool that does the one thing it must.",
			Bad:      agentFlow(closedHook, runShell),
			Benign:   agentFlow(closedHook, sendMail),
			Docs:     []string{n8nDocs, "https://nvd.nist.gov/vuln/detail/CVE-2025-59528"},
		},
		{
			ID: rulePersonal, Severity: scanners.Medium,
			Question: "Does an exported flow hold data of people?",
			Why:      "Editors pin what ran through a node to test with it, and export it with the flow: customers' names and addresses then lie in git, for everyone who has the repository.",
			Fix:      "Unpin the data and export again.",
			Bad: scanners.Example{Path: "flows/crm.json", Content: `{"name": "CRM", "nodes": [{"name": "Ask", "type": "@n8n/n8n-nodes-langchain.agent", "parameters": {}}], "connections": {},
  "pinData": {"Form": [{"json": {"fullName": "Ida Kern", "email": "ida.kern@kern-bau.eu"}}]}}`},
			Benign: scanners.Example{Path: "flows/crm.json", Content: `{"name": "CRM", "nodes": [{"name": "Ask", "type": "@n8n/n8n-nodes-langchain.agent", "parameters": {}}], "connections": {},
  "pinData": {"Form": [{"json": {"fullName": "Jane Doe", "email": "jane.doe@example.com"}}]}}`},
			Docs: []string{"https://docs.n8n.io/data/data-pinning/"},
		},
		{
			ID: ruleMaker, Severity: scanners.Medium,
			Question: "Does an agent act with its author's rights for everybody?",
			Why:      "With the maker's connection whoever talks to the agent reads and changes what its author can, without an account of their own.",
			Fix:      "Use the invoker's connection, so that each person signs in.",
			Bad:      scanners.Example{Path: "agents/Mail.mcs.yml", Content: "kind: TaskDialog\nmodelDisplayName: Send mail\naction:\n  kind: InvokeConnectorTaskAction\n  connectionReference: acme.shared_office365\n  operationId: SendEmailV2\n  connectionProperties:\n    mode: Maker\n"},
			Benign:   scanners.Example{Path: "agents/Mail.mcs.yml", Content: "kind: TaskDialog\nmodelDisplayName: Send mail\naction:\n  kind: InvokeConnectorTaskAction\n  connectionReference: acme.shared_office365\n  operationId: SendEmailV2\n  connectionProperties:\n    mode: Invoker\n"},
			Docs:     []string{"https://learn.microsoft.com/microsoft-copilot-studio/"},
		},
		{
			ID: ruleSecret, Severity: scanners.Critical,
			Question: "Does a flow hold a credential in clear?",
			Why:      "Builders keep credentials in a store of their own and export only their names. A header, a parameter or a field that was filled by hand is exported as it is.",
			Fix:      "Revoke it and issue a new one, and refer to the builder's store from the node.",
			Bad: scanners.Example{Path: "flows/tickets.json", Content: `{"name": "Tickets", "nodes": [
  {"name": "Ask", "type": "@n8n/n8n-nodes-langchain.agent", "parameters": {}},
  {"name": "Post", "type": "n8n-nodes-base.httpRequest", "parameters": {"method": "POST", "url": "https://api.acme.example/t", "headerParameters": {"parameters": [{"name": "Authorization", "value": "Bearer ` + "ghp_" + "q7ZfT2mKx9WcR4bLs8Ve" + "Y1nHd6Jp3Ga5uT0k" + `"}]}}}
], "connections": {}}`},
			Benign: scanners.Example{Path: "flows/tickets.json", Content: `{"name": "Tickets", "nodes": [
  {"name": "Ask", "type": "@n8n/n8n-nodes-langchain.agent", "parameters": {}},
  {"name": "Post", "type": "n8n-nodes-base.httpRequest", "parameters": {"method": "POST", "url": "https://api.acme.example/t", "headerParameters": {"parameters": [{"name": "Authorization", "value": "=Bearer {{ $env.TOKEN }}"}]}}}
], "connections": {}}`},
			Docs: []string{"https://docs.n8n.io/credentials/"},
		},
	}
}
