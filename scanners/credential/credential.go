// Package credential decides what a literal in a configuration is: a live
// credential, a reference to one, a placeholder, the name of a variable,
// something meant to be public, or nothing of interest. It is the only room
// that handles credentials in clear: what leaves it is a provider, a keyed hash
// and a length.
//
// A value is judged alone, whatever stands beside it, in this order:
//
//  1. An authentication scheme (Bearer, Basic, token, Api-Key…) is taken off.
//  2. Reference: the whole rest stands for a value kept elsewhere. The default
//     of ${VAR:-default} is judged as the value it is.
//  3. Vendor shape: catalog.Keys. A prefix with an example for a body stays a
//     placeholder; a body that looks random outweighs the words in it.
//  4. Structure: JSON in a string, URL (userinfo, query, capability path),
//     connection string, Basic, JSON Web Token, PEM key, cookies.
//  5. Placeholder: example values as vendors and people write them.
//  6. Name: what the name promises, confirmed by how the value looks.
//  7. Harmless.
//
// Structure is looked for before the rest where it decides what a value is
// (a document, a URL), and each of its parts then goes through all steps.
package credential

// Place is where in a configuration a value stands.
type Place uint8

const (
	InField  Place = iota // a value under a key: apiKey, token, bearer_token
	InEnv                 // a value of an environment map
	InArgs                // an element of argv
	InURL                 // a URL, a connection string
	InHeader              // a value of an HTTP header map
	InText                // running text: a permission rule, a hook command, a comment
)

// Class is what a value, or a part of it, is.
type Class uint8

const (
	Harmless     Class = iota // nothing to say
	Literal                   // a credential in clear
	Publishable               // a key its vendor means to be public
	Reference                 // stands for a value kept elsewhere, and the client resolves it
	Unexpanded                // a reference in a syntax this client does not expand
	Placeholder               // an example value
	VariableName              // the name of a variable, where a name is wanted
)

// Confidence is how sure a Literal is.
type Confidence uint8

const (
	Low    Confidence = iota // could be a development password or an identifier
	Medium                   // opaque value under a credential's name
	High                     // a vendor's shape, a verified checksum, a decoded claim
)

// Context is what is known about a value before looking at it.
type Context struct {
	Place Place
	Name  string // environment name, flag, header or key; "" if there is none
	// Near are words of the surroundings (server name, package, host) that can
	// confirm a shape that is weak alone. Any case.
	Near []string
	// References are ids of catalog.Reference that the client expands here. With
	// AnyReference the consumer is unknown and every syntax counts as a reference.
	References   []string
	AnyReference bool
}

// Judgement is one statement about a part of a value.
type Judgement struct {
	Class      Class
	Place      Place  // refined: a URL among arguments is InURL
	Name       string // refined: the flag, header, query parameter or key it stands under
	Start, End int    // byte range of the credential or reference in the value judged
	Provider   string // "GitHub"; "" when unknown
	Product    string // catalogue slug of the provider; "" when unknown
	AI         bool   // the provider is a model provider or AI platform
	Kind       string // catalog.Key.ID, or opaque, password, jwt, basic-auth, private-key, url-password, capability-url…
	Confidence Confidence
	Reference  string // of Reference and Unexpanded: the text as written
	Secret     Secret // of Literal and Publishable
}

// Identity is all that is kept of a credential.
type Identity struct {
	Provider    string
	Kind        string
	Hash        string // "k<keyid>:" + hex HMAC-SHA-256
	Length      int    // bytes
	Publishable bool
}
