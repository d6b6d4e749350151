package scanners

// Kind is what an integration is.
type Kind string

const (
	KindAgent         Kind = "agent"
	KindBuilder       Kind = "builder"      // in which people draw flows: n8n, Dify
	KindBuilderFlow   Kind = "builder-flow" // what they drew
	KindEvaluation    Kind = "evaluation"
	KindFramework     Kind = "framework"
	KindGateway       Kind = "gateway" // hands prompts on to models of others
	KindMCPServer     Kind = "mcp-server"
	KindModel         Kind = "model"
	KindModelProvider Kind = "model-provider"
	KindObservability Kind = "observability"
	KindPlugin        Kind = "plugin"  // extends an agent
	KindRuntime       Kind = "runtime" // runs models or agents on machines of one's own
	KindService       Kind = "service" // what agents use, or neither AI nor MCP server and yet its key lies in an AI tool's file
	KindVectorStore   Kind = "vector-store"
	KindWorkflow      Kind = "workflow" // of a forge or a scheduler, that runs an agent nothing else names
)

// Kinds is the closed vocabulary, as docs/scan.schema.json publishes it.
func Kinds() []Kind {
	return []Kind{
		KindAgent, KindBuilder, KindBuilderFlow, KindEvaluation, KindFramework, KindGateway, KindMCPServer, KindModel,
		KindModelProvider, KindObservability, KindPlugin, KindRuntime, KindService, KindVectorStore, KindWorkflow,
	}
}

// Reputation is what is known of an integration's origin.
type Reputation string

const (
	Official  Reputation = "official"
	Known     Reputation = "known"
	Community Reputation = "community"
	Unknown   Reputation = "unknown"
	Archived  Reputation = "archived"
	Malicious Reputation = "malicious"
)

// Transport is how a client talks to an MCP server.
type Transport string

const (
	Stdio          Transport = "stdio"
	StreamableHTTP Transport = "http"
	SSE            Transport = "sse"
)

// Integration is an AI agent, tool, provider or server as a scanner sees it.
// ID is its key: the first that applies of catalogue product,
// ecosystem:package, image, remote host, local path and name. Aliases are the
// others that apply: what is known by one of them stays the same integration
// when new facts give it another key.
type Integration struct {
	ID         string
	Aliases    []string // sorted, without ID
	Kind       Kind
	Name       string
	Product    string
	Vendor     string
	Reputation Reputation
}

// Sighting is evidence of an integration at one place. Args and URL carry
// credentials only redacted.
type Sighting struct {
	Integration Integration
	Name        string // what its place calls it: the server's key
	Path        string
	Region      Region
	Pointer     string
	Client      string // catalogue id of the client that reads the file
	Transport   Transport
	Command     string
	Args        []string
	Package     string
	Version     string
	Licence     string // as the file gives it, an SPDX expression where it is one
	URL         string
	Disabled    bool
	Template    bool
	Env         []string // names only
	Reaches     []string
	Grants      []Grant
	// Normal is what a server is, as "key=value" strings: what it launches or
	// connects to and what it may do, without its spelling and without credentials.
	// LaunchHash is the hex SHA-256 over it, "" of what is no server.
	Normal     []string `json:"-"`
	LaunchHash string
	Dir        string // in which the command is started, as its place says; "" if it does not
}

// Grant is access an integration holds.
type Grant struct{ Name, Level string }
