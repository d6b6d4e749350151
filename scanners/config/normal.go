package config

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
	"github.com/castellan-app/castellan/scanners/doctree"
	launches "github.com/castellan-app/castellan/scanners/launch"
)

// toolKeys are the settings of a server that say which of its tools an agent may
// use, and which without asking (reference: formats.yaml, shared.standard_fields).
var toolKeys = []string{
	"autoApprove", "alwaysAllow", "trust", "tools", "includeTools", "excludeTools", "enabledTools", "disabledTools",
	"enabled_tools", "disabled_tools", "allowedTools", "allowed_tools",
}

// normalise fills in what identifies a server whatever it is spelled like: not
// its formatting, the order of its keys, its credentials or where it is in use.
func (s *File) normalise(srv *Server, si *scanners.Sighting) {
	if dir := srv.Node.Get("cwd").Resolve(); dir != nil && dir.Kind == doctree.String {
		si.Dir = s.safe(dir)
	}
	var out []string
	add := func(key string, values ...string) {
		slices.Sort(values)
		for _, v := range slices.Compact(values) {
			if v != "" {
				out = append(out, key+"="+v)
			}
		}
	}
	if si.Command != "" {
		l := launches.Parse(append([]string{si.Command}, unvalued(si.Args)...))
		out = append(out, l.Normal()...)
	}
	if srv.URL != nil {
		add("url", address(si.URL))
	}
	add("folder", si.Dir)
	add("env", slices.Clone(si.Env)...)
	var headers []string
	for _, h := range srv.Headers {
		headers = append(headers, strings.ToLower(credential.RedactKnown(h.Name)))
	}
	add("header", headers...)
	for _, key := range toolKeys {
		for _, n := range srv.Node.All(key) {
			add(key, s.toolsOf(n.Resolve())...)
		}
	}
	if srv.Disabled {
		add("disabled", "true")
	}
	for i := range out {
		out[i] = unkeyed(out[i])
	}
	si.Normal, si.LaunchHash = out, hashOf(out)
}

// toolsOf are the names that a setting about tools holds, or its switch.
func (s *File) toolsOf(n *doctree.Node) []string {
	if n == nil {
		return nil
	}
	nodes := slices.Clone(n.Items)
	if isScalar(n) && n.Kind != doctree.Null && n.Text != "false" {
		nodes = append(nodes, n)
	}
	for _, m := range n.Members {
		if v := m.Value.Resolve(); v != nil && truth(v) {
			nodes = append(nodes, v)
		}
	}
	var out []string
	for _, item := range nodes {
		if item = item.Resolve(); item != nil && isScalar(item) {
			out = append(out, s.safe(item))
		}
	}
	return out
}

// address is a URL as far as it says where a server is: without user and
// password, of its query the names alone.
func address(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return text
	}
	out := strings.ToLower(u.Scheme+"://"+u.Host) + strings.TrimSuffix(u.EscapedPath(), "/")
	var names []string
	for pair := range strings.SplitSeq(u.RawQuery, "&") {
		if name, _, _ := strings.Cut(pair, "="); name != "" {
			names = append(names, name)
		}
	}
	if len(names) > 0 {
		slices.Sort(names)
		out += "?" + strings.Join(names, "&")
	}
	return out
}

// secretNames tell by its name that a reference stands for a credential.
var secretNames = []string{"token", "key", "secret", "passw", "pwd", "auth", "bearer", "credential", "_pat", "dsn"}

// unkeyed puts the same mark for a credential and for a reference to one: whoever
// replaces one by the other changes nothing of what is launched.
func unkeyed(text string) string {
	if strings.IndexByte(text, '$') < 0 && strings.IndexByte(text, '{') < 0 {
		return text
	}
	var b strings.Builder
	for at := 0; at < len(text); {
		n := referenceAt(text[at:])
		if n == 0 {
			b.WriteByte(text[at])
			at++
			continue
		}
		name := strings.ToLower(text[at : at+n])
		if slices.ContainsFunc(secretNames, func(word string) bool { return strings.Contains(name, word) }) {
			b.WriteString(credential.Mask)
		} else {
			b.WriteString(text[at : at+n])
		}
		at += n
	}
	return b.String()
}

// unvalued are arguments without the values of flags that take a credential, so
// that a placeholder, a reference and the credential itself are one.
func unvalued(args []string) []string {
	out := slices.Clone(args)
	for i, arg := range out {
		name, _, joined := strings.Cut(strings.ToLower(arg), "=")
		if !strings.HasPrefix(name, "-") || !slices.ContainsFunc([]string{"token", "key", "secret", "password", "pat"}, func(word string) bool { return strings.HasSuffix(name, word) }) {
			continue
		}
		if joined {
			out[i] = arg[:len(name)] + "=" + credential.Mask
		} else if i+1 < len(out) && !strings.HasPrefix(out[i+1], "-") {
			out[i+1] = credential.Mask
		}
	}
	return out
}

// longestReference bounds a reference, in bytes.
const longestReference = 256

// referenceAt is the length of the reference a text begins with, 0 without one:
// ${…}, {env:…} or $NAME.
func referenceAt(text string) int {
	if strings.HasPrefix(text, "${") || strings.HasPrefix(text, "{env:") {
		return strings.IndexByte(text[:min(len(text), longestReference)], '}') + 1
	}
	if text[0] != '$' {
		return 0
	}
	n := 1
	for n < len(text) && (text[n] == '_' || 'A' <= text[n]&^0x20 && text[n]&^0x20 <= 'Z' || n > 1 && '0' <= text[n] && text[n] <= '9') {
		n++
	}
	if n == 1 {
		return 0
	}
	return n
}

func hashOf(list []string) string {
	h := sha256.New()
	for _, s := range list {
		h.Write([]byte(strconv.Itoa(len(s)) + ":" + s))
	}
	return hex.EncodeToString(h.Sum(nil))
}
