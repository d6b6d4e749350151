package config

import (
	"strconv"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/catalog"
	"github.com/castellan-app/castellan/scanners/credential"
	"github.com/castellan-app/castellan/scanners/doctree"
)

// Hit is one statement about the file before it becomes a finding.
type Hit struct {
	Rule     string
	Server   *Server // nil outside servers
	Node     *doctree.Node
	Span     doctree.Span // in File.Doc.Source; the zero Span is the file as a whole
	Slot     string       // environment name, flag, header or key; "" for an ordinal among equals
	Severity scanners.Severity
	Doubt    uint8 // steps below high confidence
	Message  scanners.Text
	Fix      scanners.Text
	Broad    bool   // it opens everything at once: "*", or a switch for all
	Host     string // that the statement is about and a policy may approve; "" if it is about none
	Package  string // ecosystem:name that the statement is about and a policy may call its own; "" if none

	judgement *credential.Judgement // nil for statements about no credential
}

// Report keeps a statement of a check. Where no client acts on the file as it
// lies, and for a server that is switched off, it is a step less severe.
func (s *File) Report(h Hit) {
	if h.Severity > scanners.Info && (s.Class.passive() || h.Server != nil && h.Server.Disabled) {
		h.Severity--
	}
	if h.Span == (doctree.Span{}) && h.Node != nil {
		h.Span = h.Node.Span
	}
	s.add(h)
}

// credentialHit states that a credential stands in clear.
func (s *File) credentialHit(srv *Server, n *doctree.Node, origin credential.Place, span doctree.Span, j *credential.Judgement) Hit {
	h := Hit{Server: srv, Node: n, Span: span, Slot: j.Name, judgement: j, Severity: severityOf(j)}
	h.Rule = credentialRule(srv, origin, j)
	h.Message = credentialMessage(srv, origin, where(srv, n, j), j)
	h.Fix = s.credentialFix(srv, origin, j)
	return h
}

// credentialRule: the value's own place decides; a URL among arguments is the
// more specific place of the two.
func credentialRule(srv *Server, origin credential.Place, j *credential.Judgement) string {
	if srv == nil {
		return ruleKeyCommitted
	}
	switch {
	case origin == credential.InHeader:
		return ruleSecretInHeader
	case origin == credential.InURL, origin == credential.InArgs && j.Place == credential.InURL:
		return ruleSecretInURL
	case origin == credential.InArgs:
		return ruleSecretInArgs
	case origin == credential.InField && j.Place == credential.InHeader:
		return ruleSecretInHeader
	default:
		return ruleSecretInEnv
	}
}

// severityOf: a vendor's shape is critical, an opaque value under a
// credential's name high, a guess medium; what is meant to be public, info.
func severityOf(j *credential.Judgement) scanners.Severity {
	switch {
	case j.Class == credential.Publishable:
		return scanners.Info
	case j.Confidence == credential.High:
		return scanners.Critical
	case j.Confidence == credential.Medium:
		return scanners.High
	default:
		return scanners.Medium
	}
}

// where names what a credential stands under: of an environment variable that
// holds a URL with a password the variable, of a URL among arguments nothing.
func where(srv *Server, n *doctree.Node, j *credential.Judgement) string {
	if srv == nil || j.Kind != "url-password" && j.Kind != "connection-string" {
		return j.Name
	}
	for _, e := range srv.Env {
		if e.Value == n {
			return e.Name
		}
	}
	if j.Name == "password" {
		return ""
	}
	return j.Name
}

func credentialMessage(srv *Server, origin credential.Place, name string, j *credential.Judgement) scanners.Text {
	what := describe(j)
	if srv == nil {
		if name == "" {
			return scanners.Say(what + " in clear")
		}
		return scanners.Say(what+" in clear under ", name)
	}
	place := " in clear in a setting"
	switch origin {
	case credential.InEnv:
		place = " in clear in environment variable "
	case credential.InHeader:
		place = " in clear in header "
	case credential.InURL:
		place = " in clear in the URL"
	case credential.InArgs:
		place = " in clear in the arguments"
		if j.Place == credential.InURL {
			place = " in clear in a URL among the arguments"
		}
	}
	if name != "" && (origin == credential.InEnv || origin == credential.InHeader) {
		return scanners.Say(what+place, name, " of MCP server ", srv.Name)
	}
	if name != "" {
		place += ", "
		return scanners.Say(what+place, name, ", of MCP server ", srv.Name)
	}
	return scanners.Say(what+strings.TrimSuffix(place, " ")+" of MCP server ", srv.Name)
}

// kindNames say what an unattributed credential is, in words.
var kindNames = map[string]string{
	"password": "Password", "url-password": "Password in a connection string", "connection-string": "Password in a connection string",
	"url-token": "Token", "capability-url": "URL that is itself a credential", "basic-auth": "Basic credentials",
	"bearer-token": "Bearer token", "jwt": "JSON Web Token", "private-key": "Private key", "cookie": "Session cookie",
}

func describe(j *credential.Judgement) string {
	kind := "Credential"
	if j.Class == credential.Publishable {
		kind = "Publishable key"
	} else if j.Provider != "" {
		kind = "credential"
	} else if name, ok := kindNames[j.Kind]; ok {
		kind = name
	}
	if j.Provider != "" {
		return j.Provider + " " + strings.ToLower(kind[:1]) + kind[1:]
	}
	return kind
}

// referenceHit states that a reference reaches the server as the text it is.
func (s *File) referenceHit(srv *Server, n *doctree.Node, span doctree.Span, j *credential.Judgement) Hit {
	client := s.Format.Client
	if s.Client != nil {
		client = s.Client.Name
	}
	h := Hit{Rule: ruleReference, Server: srv, Node: n, Span: span, Slot: j.Name, Severity: scanners.LowSeverity}
	h.Message = scanners.Say(client+" does not expand ", j.Reference, ": MCP server ", srv.Name, " gets the text itself")
	name := referenceName(j.Reference)
	if variableName(name) == "" {
		name = s.variable(srv, credential.InEnv, j)
	}
	h.Fix = clientFix(s.Format.Fix, variableName(name))
	return h
}

// inputHit states that a prompt's id is declared nowhere.
func (s *File) inputHit(srv *Server, n *doctree.Node, span doctree.Span, j *credential.Judgement) Hit {
	return Hit{
		Rule: ruleReference, Server: srv, Node: n, Span: span, Slot: j.Name, Severity: scanners.LowSeverity,
		Message: scanners.Say("", j.Reference, " of MCP server ", srv.Name, " names an input that this file does not declare"),
		Fix:     scanners.Say("Declare it under ", "inputs", ", with ", `"password": true`, " for a credential."),
	}
}

// referenceName is the variable a reference asks for.
func referenceName(reference string) string {
	name, _, _ := strings.Cut(reference, ":-") // ${NAME:-default}
	name = strings.Trim(name, "${}%<> ")
	if i := strings.LastIndexAny(name, ":."); i >= 0 && i+1 < len(name) {
		name = name[i+1:]
	}
	return strings.Trim(name, "}-")
}

// checkSyntax reports a known file that does not parse: clients drop it whole
// or read half of it, and so may reviewers.
func (s *File) checkSyntax() {
	if len(s.Doc.Errors) == 0 || s.Doc.Truncated || s.template() || s.Format.Wide || s.Format.Syntax == catalog.FrontMatter || s.Format.Syntax == catalog.Plain {
		return
	}
	e := telling(s.Doc.Errors)
	more := ""
	if n := len(s.Doc.Errors) - 1; n > 0 {
		more = " (and " + strconv.Itoa(n) + " more)"
	}
	end := min(e.Offset+1, len(s.Doc.Source))
	s.add(Hit{
		Rule: ruleInvalidConfig, Span: doctree.Span{Start: min(e.Offset, end), End: end}, Severity: scanners.Medium,
		Message: scanners.Say("The file is not valid " + syntaxName(s.Doc.Syntax) + ": " + e.Message + more),
		Fix:     scanners.Say("Repair the file: until then its client may ignore it, or read another half of it than reviewers do."),
	})
}

// telling is the error that leads to the mistake: the first that is no bracket
// left open, which is often its consequence and noticed only at the end; of open
// brackets the innermost.
func telling(errs []doctree.SyntaxError) doctree.SyntaxError {
	for _, e := range errs {
		if !strings.HasSuffix(e.Message, "' is never closed") {
			return e
		}
	}
	return errs[len(errs)-1]
}

func syntaxName(syntax doctree.Syntax) string {
	switch syntax {
	case doctree.YAML, doctree.FrontMatter:
		return "YAML"
	case doctree.TOML:
		return "TOML"
	default:
		return "JSON"
	}
}

// checkUserFile reports a per-user file that git holds.
func (s *File) checkUserFile() {
	if s.Format.Role != catalog.RoleUserFile || s.Local {
		return
	}
	severity := scanners.LowSeverity
	for i := range s.hits {
		if j := s.hits[i].judgement; j != nil && j.Class == credential.Literal && j.Confidence >= credential.Medium {
			severity = scanners.Critical
		}
	}
	whose := "its client"
	if s.Client != nil {
		whose = s.Client.Name
	}
	s.add(Hit{
		Rule: ruleUserFile, Severity: severity,
		Message: scanners.Say("This is a per-user file of "+whose+": it holds one person's settings, paths and often keys", ""),
		Fix:     scanners.Say("Run ", "git rm --cached", " on it and add it to ", ".gitignore", "."),
	})
}
