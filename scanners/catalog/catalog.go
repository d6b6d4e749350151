// Package catalog holds the facts Castellan knows beforehand: AI clients and
// their file formats, reference syntaxes and key shapes.
//
// People edit the YAML files beside this package; `go generate` compiles them
// into Go data, so that nothing is parsed when a process starts. Adding a
// client is adding a row.
package catalog

// Syntax names the grammar of a format.
type Syntax uint8

const (
	JSON  Syntax = iota // strict JSON; comments are accepted and reported
	JSONC               // JSON with comments and trailing commas, as the client reads it
	YAML
	TOML
	FrontMatter // YAML at the head of Markdown
	Plain       // a grammar that is not read; the text is searched
)

// String is the name of a grammar.
func (s Syntax) String() string {
	return [...]string{"JSON", "JSON with comments", "YAML", "TOML", "YAML front matter", "text"}[s]
}

// Container is how servers lie at a place of a document.
type Container uint8

const (
	Map      Container = iota // {name: server}
	List                      // [server with a name field]
	Bare                      // the place itself is {name: server}; only entries that look like servers count
	Single                    // one server, named by the file
	Text                      // a string that holds a document of servers, as JSON in a workflow
	Flags                     // a command line, in which a flag such as --mcp-config has a document of servers
	Services                  // {name: service} of a compose file
	Nodes                     // [node] of an n8n workflow
	Runtimes                  // [{type, spec: {url}}] of a Microsoft 365 plugin
	Packages                  // [{registryType, identifier, version}] of an MCP registry entry
	Images                    // {name: {image} or {remote: {url}}} of a Docker MCP catalogue
	Image                     // one of these
	Function                  // JavaScript that returns {command, args, env}, as Smithery has it
	Resource                  // the spec of a Kubernetes resource that is a server
)

// Role is what a file is to its client.
type Role uint8

const (
	RoleServers   Role = iota // live client configuration
	RolePower                 // grants power, declares no servers
	RolePublish               // distributes a server or plugin
	RoleGenerator             // source of other clients' files
	RoleUserFile              // per-user file, in git by mistake
	RoleTemplate              // example to be copied; never a live server
	RoleDocs                  // text that shows configurations: only credentials count
	RoleCode                  // programs and scripts that make clients: only credentials count
	RoleNone                  // no file in a repository is known
)

// String is the word for a role, as `castellan clients` shows it.
func (r Role) String() string {
	return [...]string{"servers", "settings", "publishing", "source", "user file", "template", "docs", "code", "none"}[r]
}

// Evidence is how well a row is supported.
type Evidence uint8

const (
	Verified Evidence = iota // path counted and a real file or the vendor's source read
	DocOnly                  // vendor documentation or a maintained converter read
	Inferred                 // general knowledge
)

// String is the word for how well a row is supported.
func (e Evidence) String() string { return [...]string{"verified", "documented", "inferred"}[e] }

// Place is where servers lie in a document. Pointer is an RFC 6901 pointer in
// which a segment "*" stands for every member or item.
type Place struct {
	Pointer   string
	Container Container
}

// Format is one kind of file. Paths are repository-relative globs: `*` within a
// segment, a leading `**/` for any directory.
type Format struct {
	ID      string
	Client  string // Client.ID
	Paths   []string
	Syntax  Syntax
	Role    Role
	Servers []Place
	// Foreign are wrappers that people use in this file although its client looks for servers elsewhere. The fallback of every
	// format, the wrappers of other clients, is not listed.
	Foreign []string
	Gate    []string // the file is of this format only if one of these pointers exists; empty: always
	Words   []string // it is only parsed if one of these stands in it; empty: always
	// Wide says that the path alone says nothing: most files that match are of another kind.
	Wide bool
	// Off says why the files of a row are not read; "" if they are. Nothing matches such a row.
	Off        string
	References []string // ids of the reference syntaxes its client expands; nil with AnyReference
	// AnyReference is set where the consumer is unknown: every reference syntax counts as one.
	AnyReference bool
	Fix          string // how to keep a credential out of this file; {NAME} stands for the variable
	FixRemote    string // what else fits a credential in a header or URL of a remote server; "" if nothing does
	Evidence     Evidence
	Source       string   // where the row's facts are from
	Count        int      // public repositories with the most common of its paths at their root, at least; 0: not counted
	Generates    []string // ids of the formats whose files are written from this one
}

// Client is a program that reads formats.
type Client struct {
	ID      string // "cursor"
	Name    string // "Cursor"
	Vendor  string // "Anysphere"
	Product string // slug of the product, the key of its integration
}

// Reference is a syntax that stands for a value kept elsewhere.
type Reference struct {
	ID      string
	Pattern string // RE2; matches one whole reference
	Example string // with {NAME}
}

// KeyGroup says whose keys a shape is.
type KeyGroup uint8

const (
	GroupAI     KeyGroup = iota // model providers and AI platforms
	GroupTool                   // services whose main callers are MCP servers
	GroupCommon                 // general services that MCP servers often reach
)

// Key is the shape of one kind of credential. Pattern is RE2, matched within a
// value; its group 1, if any, is the credential.
type Key struct {
	ID          string
	Provider    string // "OpenAI"
	Product     string // slug, the key of the provider's integration
	Group       KeyGroup
	Literals    []string // one of these stands in every match, at its start; empty: context decides
	Pattern     string
	Context     []string // lower-case words, one of which must stand in the name or the surroundings
	EnvNames    []string
	Publishable bool   // meant to be public; a note, not a leak
	Strong      bool   // the shape alone is proof; else entropy or context must agree
	Distinct    bool   // a weak shape that hardly anything else has
	Checksum    string // name of a checksum the credential carries, "" for none
}
