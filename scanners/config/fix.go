package config

import (
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/catalog"
	"github.com/castellan-app/castellan/scanners/credential"
)

// credentialFix is what to do, in this client's own terms. Only what fits the
// place, the provider and the file is said.
func (s *File) credentialFix(srv *Server, origin credential.Place, j *credential.Judgement) scanners.Text {
	if j.Class == credential.Publishable {
		return scanners.Say("Nothing to rotate: its vendor means this key to be public. Check that it is restricted as you expect.")
	}
	where := "where it was issued"
	if j.Provider != "" {
		where = "at " + j.Provider
	}
	fix := scanners.Say("Revoke it " + where + " and make a new one: if it was ever committed, the history keeps it.")
	if s.Local {
		fix = scanners.Say("Git does not hold this file, so the credential is on this machine only. " +
			"If the file was ever committed, copied or shared, revoke the credential " + where + " and make a new one.")
	}
	if s.Local && s.Format.Role == catalog.RoleUserFile {
		return fix // where it belongs
	}
	variable := s.variable(srv, origin, j)
	if variable == "" {
		return append(fix, scanners.Say(" Then take it out of this file.")...)
	}
	texts := []string{s.Format.Fix}
	if s.Format.FixRemote != "" && srv != nil && srv.URL != nil && (origin == credential.InHeader || origin == credential.InURL) {
		texts = append(texts, s.Format.FixRemote)
	}
	if j.Product == "aws" {
		texts = append(texts, "Or leave it out and let the server use an AWS profile or SSO.")
	}
	for _, text := range texts {
		fix = append(append(fix, scanners.Say(" ")...), clientFix(text, variable)...)
	}
	return fix
}

// clientFix is a text of the catalogue with the variable's name filled in and
// its `code` made spans.
func clientFix(text, variable string) scanners.Text {
	var out scanners.Text
	for i, part := range strings.Split(text, "`") {
		if part != "" {
			out = append(out, scanners.Span{Text: strings.ReplaceAll(part, "{NAME}", variable), Code: i%2 == 1})
		}
	}
	return out
}

// variable is the environment variable a credential should stand in: the one
// it stands in, the one of its provider, the one its own name makes, or, where
// the name only says what it is, the server's. It is "" where nothing names one.
func (s *File) variable(srv *Server, origin credential.Place, j *credential.Judgement) string {
	own := variableName(j.Name)
	kind, bare := bareName(own, j.Kind)
	if own != "" && (origin == credential.InEnv || own == j.Name && !bare) {
		return own
	}
	k := catalog.KeyByID(j.Kind)
	if k != nil && len(k.EnvNames) > 0 && k.Product != compatible && !slices.Contains(k.EnvNames, own) {
		return k.EnvNames[0]
	}
	if !bare {
		return own
	}
	if srv != nil {
		if of := variableName(srv.Name); of != "" {
			return of + "_" + kind
		}
	}
	return own
}

// compatible is the product of keys that any of many services can have made.
const compatible = "openai-compatible"

// bareNames are names that say what a credential is but not whose, and what
// they become behind the name of a server.
var bareNames = map[string]string{
	"": "TOKEN", "AUTHORIZATION": "TOKEN", "PROXY_AUTHORIZATION": "TOKEN", "BEARER": "TOKEN", "TOKEN": "TOKEN", "ACCESS_TOKEN": "TOKEN", "AUTH_TOKEN": "TOKEN",
	"X_AUTH_TOKEN": "TOKEN", "AUTH": "TOKEN", "URL": "TOKEN", "PATH": "TOKEN", "T": "TOKEN", "COOKIE": "COOKIE", "USERINFO": "PASSWORD", "USER": "PASSWORD", "U": "PASSWORD",
	"KEY": "API_KEY", "K": "API_KEY", "API_KEY": "API_KEY", "APIKEY": "API_KEY", "X_API_KEY": "API_KEY", "API_TOKEN": "API_TOKEN", "SECRET": "SECRET",
	"CLIENT_SECRET": "CLIENT_SECRET", "PASSWORD": "PASSWORD", "PASS": "PASSWORD", "PWD": "PASSWORD", "P": "PASSWORD", "PRIVATE_KEY": "PRIVATE_KEY",
}

// bareName says whether a name leaves open whose credential it is, and what the
// credential is.
func bareName(own, kind string) (what string, bare bool) {
	what, bare = bareNames[own]
	switch kind {
	case "password", "url-password", "connection-string":
		if what == "TOKEN" {
			what = "PASSWORD"
		}
	}
	return what, bare
}

// variableName makes an environment variable's name of a header, flag, key or
// server: exaApiKey and --exa-api-key are both EXA_API_KEY. It is "" for what
// can be no name.
func variableName(name string) string {
	if credential.RedactKnown(name) != name || len(name) > 64 {
		return ""
	}
	var b strings.Builder
	prev := rune(0)
	for _, r := range strings.TrimLeft(name, "-/") {
		switch {
		case r >= 'a' && r <= 'z':
			b.WriteRune(r - 'a' + 'A')
		case r >= 'A' && r <= 'Z':
			if prev >= 'a' && prev <= 'z' {
				b.WriteByte('_')
			}
			b.WriteRune(r)
		case r >= '0' && r <= '9' && b.Len() > 0:
			b.WriteRune(r)
		case !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
		prev = r
	}
	return strings.Trim(b.String(), "_")
}
