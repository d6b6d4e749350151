package agent

import (
	"path"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/catalog"
	"github.com/castellan-app/castellan/scanners/config"
	"github.com/castellan-app/castellan/scanners/credential"
)

// Endpoints implements scanners.Scanner: files of environment variables and
// workflows that send prompts elsewhere. It holds no state.
type Endpoints struct{}

// NewEndpoints returns the scanner of addresses in environments.
func NewEndpoints() Endpoints { return Endpoints{} }

// Rules are none of its own: its findings are of the rule about settings.
func (Endpoints) Rules() []scanners.Rule { return nil }

// Candidate decides by path alone.
func (Endpoints) Candidate(p string) scanners.Interest {
	base := path.Base(p)
	if base == ".env" || strings.HasPrefix(base, ".env.") || base == ".envrc" {
		return scanners.Chance
	}
	ending := path.Ext(base)
	if (ending == ".yml" || ending == ".yaml") && strings.HasSuffix(path.Dir(p), ".github/workflows") {
		return scanners.Chance
	}
	return scanners.NoInterest
}

// Scan reads one file, line by line: NAME=value, export NAME=value, NAME: value.
func (Endpoints) Scan(f scanners.File, _ *credential.Hasher) scanners.Result {
	var r scanners.Result
	data := f.Data
	if len(data) > maxScript {
		data, r.Incomplete = data[:maxScript], "too large to be read whole"
	}
	n := 0
	for line := range strings.Lines(string(data)) {
		n++
		if len(r.Findings) < mostSame {
			if finding, in, ok := override(f.Path, line, n); ok {
				r.Findings = append(r.Findings, finding)
				r.Sightings = append(r.Sightings, scanners.Sighting{Integration: in, Name: finding.Slot, Path: f.Path, Region: finding.Region})
			}
		}
	}
	number(r.Findings)
	return r
}

// override judges one line.
func override(p, line string, n int) (scanners.Finding, scanners.Integration, bool) {
	none := func() (scanners.Finding, scanners.Integration, bool) {
		return scanners.Finding{}, scanners.Integration{}, false
	}
	if !strings.Contains(line, "://") {
		return none()
	}
	from := len(line) - len(strings.TrimLeft(line, " \t-"))
	rest := strings.TrimPrefix(line[from:], "export ")
	from = len(line) - len(rest)
	i := strings.IndexAny(rest, "=:")
	if i <= 0 {
		return none()
	}
	name := strings.TrimSpace(rest[:i])
	own, ok := providerOf(name)
	telemetry := !ok && sessionTelemetry(p, name)
	if !ok && !telemetry {
		return none()
	}
	start := from + i + 1
	value := strings.TrimLeft(line[start:], " \t\"'")
	start = len(line) - len(value)
	end := start + len(value)
	if j := strings.IndexAny(value, " \t\"'#\r\n"); j >= 0 {
		end = start + j
	}
	host := hostOf(line[start:end])
	if host == "" || !telemetry && own.owns(host) {
		return none()
	}
	f := lineFinding(p, line, n, start, end)
	if telemetry {
		return reported(f, p, name, host)
	}
	f.Rule, f.Severity, f.Slot, f.Host = ruleBaseURL, scanners.Critical, name, host
	f.Message = scanners.Say("Prompts, code and the key that are meant for "+own.name+" are sent to ", host)
	if other := ownerOf(host); other != nil {
		f.Severity = scanners.Medium
		f.Message = scanners.Say("What is meant for "+own.name+" is sent to "+other.name+": ", host)
	}
	if sample(p) || config.Passive(p) {
		f.Passive, f.Severity = true, f.Severity-1
	}
	f.Fix = scanners.Say("Take it out, or name the host under ", "approved_hosts", " in the organisation's policy if it is your own gateway.")
	in := scanners.Integration{ID: "product:" + own.product, Kind: scanners.KindModelProvider, Name: own.name, Product: own.product, Vendor: own.name, Reputation: scanners.Known}
	f.Integration = in.ID
	return f, in, true
}

// sessionTelemetry says whether a variable says where an agent reports its
// sessions to: one of the agent's own, or in the agent's own folder
// (google-gemini/gemini-cli docs/cli/telemetry.md).
func sessionTelemetry(p, name string) bool {
	if name == "GEMINI_TELEMETRY_OTLP_ENDPOINT" || name == "QWEN_TELEMETRY_OTLP_ENDPOINT" {
		return true
	}
	return strings.HasPrefix(name, "OTEL_EXPORTER_OTLP") && strings.HasSuffix(name, "ENDPOINT") && agentOf(p) != nil
}

// agentOf is the client whose folder a file of variables lies in, nil for none.
func agentOf(p string) *catalog.Client {
	switch path.Base(path.Dir(p)) {
	case ".gemini":
		return catalog.ClientByID("gemini-cli")
	case ".qwen":
		return catalog.ClientByID("qwen-code")
	}
	return nil
}

// reported is a finding about telemetry of sessions.
func reported(f scanners.Finding, p, name, host string) (scanners.Finding, scanners.Integration, bool) {
	client := agentOf(p)
	if client == nil {
		id, _, _ := strings.Cut(strings.ToLower(name), "_")
		client = catalog.ClientByID(map[string]string{"gemini": "gemini-cli", "qwen": "qwen-code"}[id])
	}
	s := scriptSighting(p, client, f.Region)
	f.Rule, f.Severity, f.Slot, f.Host, f.Client = ruleTelemetry, scanners.High, name, host, client.ID
	if observes(host) {
		f.Severity = scanners.Medium
	}
	if sample(p) || config.Passive(p) {
		f.Passive, f.Severity = true, f.Severity-1
	}
	f.Message = scanners.Say(client.Name+" reports what every session does to ", host)
	f.Fix = telemetryFix()
	f.Integration = s.Integration.ID
	return f, s.Integration, true
}

// sample says whether a file of variables is an example to be copied.
func sample(p string) bool {
	for w := range strings.SplitSeq(strings.ToLower(path.Base(p)), ".") {
		if w != "" && among(samples, w) {
			return true
		}
	}
	return false
}
