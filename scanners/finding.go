package scanners

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"github.com/castellan-app/castellan/scanners/credential"
)

// Severity is how bad a violation is, whatever policy does about it.
type Severity uint8

const (
	Info Severity = iota
	LowSeverity
	Medium
	High
	Critical
)

var severityNames = [...]string{"info", "low", "medium", "high", "critical"}

func (s Severity) String() string { return severityNames[s] }

// SeverityOf is the severity of that name, Medium for a word that is none.
func SeverityOf(name string) Severity {
	if i := slices.Index(severityNames[:], name); i >= 0 {
		return Severity(i)
	}
	return Medium
}

// Finding is one violation of one rule at one place.
type Finding struct {
	Rule        string
	Severity    Severity
	Confidence  credential.Confidence
	Integration string // Integration.ID
	Server      string // what the place calls the server, "" without one
	Slot        string // environment name, flag, header or key; else an ordinal among equals
	Path        string
	Region      Region // of the credential or value itself
	Pointer     string
	Client      string
	Message     Text
	Fix         Text
	Excerpt     Excerpt
	Credential  *credential.Identity // of every finding about a literal credential, of no other
	Passive     bool                 // in an example, documentation or a test: no client acts on it as it lies
	Broad       bool                 // it opens everything at once: "*", or a switch for all
	Host        string               // that it is about and a policy may approve, lower case; "" if about none
	Package     string               // "ecosystem:name" that it is about and a policy may call the organisation's own; "" if about none
}

// Fingerprint identifies a finding across moved lines, squashed commits and
// repositories: hex SHA-256 over the netstrings (decimal length, colon, bytes)
// of "1", rule, path, server and slot.
func (f *Finding) Fingerprint() string {
	h := sha256.New()
	for _, s := range []string{"1", f.Rule, f.Path, f.Server, f.Slot} {
		h.Write([]byte(strconv.Itoa(len(s)) + ":" + s))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Distinguish numbers the second and later findings of one rule, server and
// slot in a file, so that each has a fingerprint of its own. ordinals counts
// them; it begins empty for every file.
func Distinguish(f *Finding, ordinals map[string]int) {
	id := f.Fingerprint()
	ordinals[id]++
	if n := ordinals[id]; n > 1 {
		f.Slot = strings.TrimSpace(f.Slot + " #" + strconv.Itoa(n))
	}
}

// Excerpt is a piece of the source around a finding, credentials masked. It is
// one line of text without control characters; Start and End are the byte
// range of Text that the finding is about.
type Excerpt struct {
	Line       int // 1-based; 0: no excerpt
	Text       string
	Start, End int
}

// Text is a sentence for people. Spans that come from a repository are Code, so
// that each format can fence or escape them its own way.
type Text []Span

// Span is a run of a Text.
type Span struct {
	Text string
	Code bool
}

// Say builds a Text: its arguments alternate between our words and strings of
// the repository, beginning with ours. Empty strings are left out.
func Say(parts ...string) Text {
	t := make(Text, 0, len(parts))
	for i, p := range parts {
		if p != "" {
			t = append(t, Span{Text: p, Code: i%2 == 1})
		}
	}
	return t
}

// String is the sentence without marks, for formats that escape it whole.
func (t Text) String() string {
	var b strings.Builder
	for _, s := range t {
		b.WriteString(s.Text)
	}
	return b.String()
}
