package json

import (
	"time"

	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
)

type output struct {
	Schema       int           `json:"schema"`
	Tool         tool          `json:"tool"`
	Targets      []target      `json:"targets"`
	Integrations []integration `json:"integrations"`
	Findings     []finding     `json:"findings"`
	Baseline     hidden        `json:"baseline"`
	Notices      []string      `json:"notices"`
}

type tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type hidden struct {
	Known  int `json:"known"`
	Waived int `json:"waived"`
}

type target struct {
	Target   string   `json:"target"`
	Commit   string   `json:"commit"`
	Mode     string   `json:"mode"`
	Range    string   `json:"range,omitempty"`
	Coverage coverage `json:"coverage"`
}

type coverage struct {
	Files    int    `json:"files"`
	Scanned  int    `json:"scanned"`
	Skipped  []skip `json:"skipped"`
	Blobs    int    `json:"blobs"`
	Bytes    int64  `json:"bytes"`
	Commits  int    `json:"commits"`
	Complete bool   `json:"complete"`
}

type skip struct {
	Path       string `json:"path"`
	Reason     string `json:"reason"`
	Incomplete bool   `json:"incomplete"`
}

type integration struct {
	ID         string     `json:"id"`
	Kind       string     `json:"kind"`
	Name       string     `json:"name"`
	Product    string     `json:"product"`
	Vendor     string     `json:"vendor"`
	Reputation string     `json:"reputation"`
	Sightings  []sighting `json:"sightings"`
}

type sighting struct {
	Name      string   `json:"name"`
	Target    string   `json:"target"`
	Path      string   `json:"path"`
	Line      int      `json:"line"`
	Column    int      `json:"column"`
	Pointer   string   `json:"pointer"`
	Client    string   `json:"client"`
	Commit    string   `json:"commit"`
	Author    string   `json:"author"`
	Time      string   `json:"time"`
	Transport string   `json:"transport"`
	Command   string   `json:"command"`
	Args      []string `json:"args"`
	Package   string   `json:"package"`
	Version   string   `json:"version"`
	Licence   string   `json:"licence"`
	URL       string   `json:"url"`
	Launch    string   `json:"launch_hash"`
	Disabled  bool     `json:"disabled"`
	Template  bool     `json:"template"`
	Env       []string `json:"env"`
	Reaches   []string `json:"reaches"`
	Grants    []grant  `json:"grants"`
}

type grant struct {
	Name  string `json:"name"`
	Level string `json:"level"`
}

type finding struct {
	Fingerprint string      `json:"fingerprint"`
	Rule        string      `json:"rule"`
	Severity    string      `json:"severity"`
	Confidence  string      `json:"confidence"`
	Action      string      `json:"action"`
	Integration string      `json:"integration"`
	Server      string      `json:"server"`
	Target      string      `json:"target"`
	Path        string      `json:"path"`
	Line        int         `json:"line"`
	Column      int         `json:"column"`
	EndLine     int         `json:"end_line"`
	EndColumn   int         `json:"end_column"`
	Pointer     string      `json:"pointer"`
	Message     string      `json:"message"`
	Fix         string      `json:"fix"`
	Commit      string      `json:"commit"`
	Author      string      `json:"author"`
	Time        string      `json:"time"`
	Local       bool        `json:"local"`
	Gone        bool        `json:"gone"`
	Credential  *credential `json:"credential,omitempty"`
}

type credential struct {
	Provider    string `json:"provider"`
	Kind        string `json:"kind"`
	Hash        string `json:"hash"`
	Length      int    `json:"length"`
	Publishable bool   `json:"publishable"`
}

// each maps a slice, and nil to an empty one: arrays are never null.
func each[A, B any](in []A, f func(*A) B) []B {
	out := make([]B, len(in))
	for i := range in {
		out[i] = f(&in[i])
	}
	return out
}

func texts(in []string) []string {
	return each(in, func(s *string) string { return report.UTF8(*s) })
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func document(r *scan.Report, opt Options) *output {
	return &output{
		Schema:       Schema,
		Tool:         tool{Name: "castellan", Version: r.Version},
		Targets:      each(r.Targets, func(t *scan.Target) target { return targetOf(t, opt.Range) }),
		Integrations: each(r.Integrations, integrationOf),
		Findings:     findingsOf(report.Findings(r)),
		Baseline:     hidden{Known: r.Known, Waived: r.Waived},
		Notices:      texts(r.Notices),
	}
}

func targetOf(t *scan.Target, revs string) target {
	c := &t.Coverage
	out := target{
		Target: report.UTF8(t.Name), Commit: t.Commit, Mode: string(t.Mode),
		Coverage: coverage{
			Files: c.Files, Scanned: c.Scanned, Blobs: c.Blobs, Bytes: c.Bytes, Commits: c.Commits, Complete: c.Complete,
			Skipped: each(c.Skipped, func(s *scan.Skip) skip {
				return skip{Path: report.UTF8(s.Path), Reason: report.UTF8(s.Reason), Incomplete: s.Incomplete}
			}),
		},
	}
	if t.Mode == scan.ModeRange {
		out.Range = report.UTF8(revs)
	}
	return out
}

func integrationOf(in *scan.Integration) integration {
	return integration{
		ID: report.UTF8(in.ID), Kind: string(in.Kind), Name: report.UTF8(in.Name), Product: report.UTF8(in.Product),
		Vendor: report.UTF8(in.Vendor), Reputation: reputation(in.Reputation),
		Sightings: each(in.Sightings, sightingOf),
	}
}

// reputation is never empty in the contract.
func reputation(r scanners.Reputation) string {
	if r == "" {
		r = scanners.Unknown
	}
	return string(r)
}

func sightingOf(s *scan.Sighting) sighting {
	return sighting{
		Name: report.UTF8(s.Name), Target: report.UTF8(s.Target), Path: report.UTF8(s.Path),
		Line: s.Region.Line, Column: s.Region.Column, Pointer: report.UTF8(s.Pointer), Client: report.UTF8(s.Client),
		Commit: s.Origin.Commit, Author: report.UTF8(s.Origin.Author), Time: stamp(s.Origin.Time),
		Transport: string(s.Transport), Command: report.UTF8(s.Command), Args: texts(s.Args),
		Package: report.UTF8(s.Package), Version: report.UTF8(s.Version), Licence: report.UTF8(s.Licence), URL: report.UTF8(s.URL), Launch: s.LaunchHash,
		Disabled: s.Disabled, Template: s.Template, Env: texts(s.Env), Reaches: texts(s.Reaches),
		Grants: each(s.Grants, func(g *scanners.Grant) grant {
			return grant{Name: report.UTF8(g.Name), Level: report.UTF8(g.Level)}
		}),
	}
}

func findingsOf(in []*scan.Finding) []finding {
	return each(in, func(p **scan.Finding) finding {
		f := *p
		out := finding{
			Fingerprint: f.Fingerprint, Rule: f.Rule, Severity: f.Severity.String(), Confidence: report.Confidence(f.Confidence),
			Action: string(f.Action), Integration: report.UTF8(f.Integration), Server: report.UTF8(f.Server),
			Target: report.UTF8(f.Target), Path: report.UTF8(f.Path),
			Line: f.Region.Line, Column: f.Region.Column, EndLine: f.Region.EndLine, EndColumn: f.Region.EndColumn,
			Pointer: report.UTF8(f.Pointer), Message: report.UTF8(f.Message.String()), Fix: report.UTF8(f.Fix.String()),
			Commit: f.Origin.Commit, Author: report.UTF8(f.Origin.Author), Time: stamp(f.Origin.Time),
			Local: f.Local, Gone: f.Gone,
		}
		if c := f.Credential; c != nil {
			out.Credential = &credential{Provider: report.UTF8(c.Provider), Kind: report.UTF8(c.Kind), Hash: c.Hash, Length: c.Length, Publishable: c.Publishable}
		}
		return out
	})
}
