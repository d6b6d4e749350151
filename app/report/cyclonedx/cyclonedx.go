// Package cyclonedx renders a report as a bill of materials of AI: CycloneDX
// 1.6 in JSON (ECMA-424, cyclonedx.org/docs/1.6/json). Packages, images, agents,
// flows and models are components, what is reached over the network services;
// each says where it was seen, and findings are its vulnerabilities.
package cyclonedx

import (
	"crypto/sha256"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
)

// Options is empty: there is nothing to choose.
type Options struct{}

// Write renders r. The same report gives the same bytes: there is no time of
// writing, and the serial number is made of the content. Errors are those of w.
func Write(w io.Writer, r *scan.Report, rules []scanners.Rule, _ Options) error {
	bom := document(r, rules)
	enc := cdx.NewBOMEncoder(w, cdx.BOMFileFormatJSON).SetPretty(true).SetEscapeHTML(false)
	if err := enc.EncodeVersion(bom, cdx.SpecVersion1_6); err != nil {
		return fmt.Errorf("write CycloneDX: %w", err)
	}
	return nil
}

// builder makes one document.
type builder struct {
	components map[string]*cdx.Component // by bom-ref
	services   map[string]*cdx.Service
	order      []string            // of both
	of         map[string][]string // bom-refs of an integration
	uses       map[string][]string // bom-refs that a component needs
}

func document(r *scan.Report, rules []scanners.Rule) *cdx.BOM {
	b := &builder{components: map[string]*cdx.Component{}, services: map[string]*cdx.Service{}, of: map[string][]string{}, uses: map[string][]string{}}
	for _, in := range report.Inventory(r) {
		b.integration(in)
	}
	bom := cdx.NewBOM()
	bom.Metadata = metadata(r)
	var components []cdx.Component
	var services []cdx.Service
	var refs []string
	for _, ref := range b.order {
		refs = append(refs, ref)
		if c := b.components[ref]; c != nil {
			components = append(components, *c)
		} else {
			services = append(services, *b.services[ref])
		}
	}
	bom.Components, bom.Services = &components, &services
	dependencies := []cdx.Dependency{{Ref: bom.Metadata.Component.BOMRef, Dependencies: &refs}}
	for _, ref := range b.order {
		if needs := b.uses[ref]; len(needs) > 0 {
			slices.Sort(needs)
			needs = slices.Compact(needs)
			dependencies = append(dependencies, cdx.Dependency{Ref: ref, Dependencies: &needs})
		}
	}
	bom.Dependencies = &dependencies
	bom.Compositions = &[]cdx.Composition{{Aggregate: aggregate(r), Assemblies: &[]cdx.BOMReference{cdx.BOMReference(bom.Metadata.Component.BOMRef)}}}
	if all := b.vulnerabilities(r, rules); len(all) > 0 {
		bom.Vulnerabilities = &all
	}
	bom.SerialNumber = serial(r, b.order)
	return bom
}

// metadata says what was looked at and with what.
func metadata(r *scan.Report) *cdx.Metadata {
	tool := cdx.Component{Type: cdx.ComponentTypeApplication, Name: "castellan", Version: r.Version, BOMRef: "tool:castellan"}
	return &cdx.Metadata{Tools: &cdx.ToolsChoice{Components: &[]cdx.Component{tool}}, Component: subject(r)}
}

// subject is the repository, or what holds several.
func subject(r *scan.Report) *cdx.Component {
	c := &cdx.Component{Type: cdx.ComponentTypeApplication, Name: "scan", BOMRef: "target"}
	if len(r.Targets) == 1 {
		c.Name, c.Version = visible(r.Targets[0].Name), r.Targets[0].Commit
	}
	var properties []cdx.Property
	for i := range r.Targets {
		t := &r.Targets[i]
		if len(r.Targets) > 1 {
			properties = append(properties, property("target", t.Name+" "+t.Commit))
		}
		properties = append(properties, property("coverage", report.Coverage(&t.Coverage)))
	}
	if len(properties) > 0 {
		c.Properties = &properties
	}
	return c
}

// aggregate says whether everything was read.
func aggregate(r *scan.Report) cdx.CompositionAggregate {
	for i := range r.Targets {
		if !r.Targets[i].Coverage.Complete {
			return cdx.CompositionAggregateIncomplete
		}
	}
	return cdx.CompositionAggregateUnknown // what no rule knows is not listed
}

// serial is a UUID (RFC 9562, version 8) made of what the document is about.
func serial(r *scan.Report, refs []string) string {
	h := sha256.New()
	for i := range r.Targets {
		fmt.Fprintf(h, "%q %q\n", r.Targets[i].Name, r.Targets[i].Commit)
	}
	for _, ref := range refs {
		fmt.Fprintf(h, "%q\n", ref)
	}
	for i := range r.Findings {
		fmt.Fprintf(h, "%q\n", r.Findings[i].Fingerprint)
	}
	id := h.Sum(nil)[:16]
	id[6], id[8] = id[6]&0x0f|0x80, id[8]&0x3f|0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
}

func property(name, value string) cdx.Property {
	return cdx.Property{Name: "castellan:" + name, Value: visible(value)}
}

// visible is text of a repository without what a terminal obeys or hides.
func visible(s string) string { return report.Visible(strings.ToValidUTF8(s, "\uFFFD")) }

// seen are the first and the last time that a commit brought one of the
// sightings; zero where none is known.
func seen(sightings []*scan.Sighting) (first, last time.Time) {
	for _, s := range sightings {
		t := s.Origin.Time
		if t.IsZero() {
			continue
		}
		if first.IsZero() || t.Before(first) {
			first = t
		}
		if t.After(last) {
			last = t
		}
	}
	return first, last
}
