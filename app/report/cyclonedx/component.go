package cyclonedx

import (
	"net/url"
	"slices"
	"strings"
	"time"

	cdx "github.com/CycloneDX/cyclonedx-go"
	packageurl "github.com/package-url/packageurl-go"

	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
)

// integration makes the entries of one integration: a component for each
// package and version of it, a service for what is reached over the network, and
// one of either if neither is known.
func (b *builder) integration(in *scan.Integration) {
	packages := map[string][]*scan.Sighting{}
	var order []string
	var rest []*scan.Sighting
	for i := range in.Sightings {
		s := &in.Sightings[i]
		purl := purlOf(s)
		if purl == "" {
			rest = append(rest, s)
			continue
		}
		if packages[purl] == nil {
			order = append(order, purl)
		}
		packages[purl] = append(packages[purl], s)
	}
	slices.Sort(order)
	for _, purl := range order {
		b.add(in, b.packaged(in, purl, packages[purl]))
	}
	switch {
	case isService(in):
		var all []*scan.Sighting
		for i := range in.Sightings {
			all = append(all, &in.Sightings[i])
		}
		ref := b.service(in, all)
		for _, other := range b.of[in.ID] {
			b.uses[other] = append(b.uses[other], ref)
		}
		b.of[in.ID] = append(b.of[in.ID], ref)
	case len(rest) > 0:
		b.add(in, b.plain(in, rest))
	}
}

func (b *builder) add(in *scan.Integration, c *cdx.Component) {
	if b.components[c.BOMRef] == nil {
		b.order = append(b.order, c.BOMRef)
	}
	b.components[c.BOMRef] = c
	b.of[in.ID] = append(b.of[in.ID], c.BOMRef)
}

// isService says whether an integration is something that answers over the
// network.
func isService(in *scan.Integration) bool {
	switch in.Kind {
	case scanners.KindModelProvider, scanners.KindGateway, scanners.KindObservability, scanners.KindService:
		return in.Product != "" // a library of nobody's is no service
	case scanners.KindMCPServer:
		return slices.ContainsFunc(in.Sightings, func(s scan.Sighting) bool { return s.URL != "" })
	}
	return false
}

// types are what components of a kind are.
var types = map[scanners.Kind]cdx.ComponentType{
	scanners.KindAgent: cdx.ComponentTypeApplication, scanners.KindBuilder: cdx.ComponentTypeApplication, scanners.KindBuilderFlow: cdx.ComponentTypeApplication,
	scanners.KindMCPServer: cdx.ComponentTypeApplication, scanners.KindModel: cdx.ComponentTypeMachineLearningModel, scanners.KindRuntime: cdx.ComponentTypePlatform,
	scanners.KindVectorStore: cdx.ComponentTypePlatform, scanners.KindFramework: cdx.ComponentTypeFramework, scanners.KindWorkflow: cdx.ComponentTypeApplication,
}

func typeOf(kind scanners.Kind) cdx.ComponentType {
	if t, ok := types[kind]; ok {
		return t
	}
	return cdx.ComponentTypeLibrary
}

// packaged is the component of one package at one version.
func (b *builder) packaged(in *scan.Integration, purl string, at []*scan.Sighting) *cdx.Component {
	p, _ := packageurl.FromString(purl)
	c := &cdx.Component{BOMRef: purl, Type: typeOf(in.Kind), Name: visible(p.Name), Group: visible(p.Namespace), Version: visible(p.Version), PackageURL: purl}
	switch p.Type {
	case packageurl.TypeDocker, packageurl.TypeOCI:
		c.Type = cdx.ComponentTypeContainer
	case packageurl.TypeGithub, "githubactions":
	default:
		if c.Type == cdx.ComponentTypePlatform {
			c.Type = cdx.ComponentTypeLibrary // its client, not the thing itself
		}
	}
	for _, s := range at {
		if s.Version != "" && c.Version == "" {
			c.Properties = &[]cdx.Property{property("requested", s.Version)}
		}
		if s.Licence != "" && c.Licenses == nil {
			c.Licenses = &cdx.Licenses{{License: &cdx.License{Name: visible(s.Licence)}}}
		}
	}
	c.Evidence = evidence(at, cdx.EvidenceIdentityFieldTypePURL, cdx.EvidenceIdentityTechniqueManifestAnalysis)
	describe(c, in, at)
	return c
}

// plain is the component of an integration that no package makes.
func (b *builder) plain(in *scan.Integration, at []*scan.Sighting) *cdx.Component {
	c := &cdx.Component{BOMRef: "integration:" + in.ID, Type: typeOf(in.Kind), Name: visible(name(in))}
	if in.Vendor != "" {
		c.Supplier = &cdx.OrganizationalEntity{Name: visible(in.Vendor)}
	}
	if in.Kind == scanners.KindModel {
		c.ModelCard = &cdx.MLModelCard{}
	}
	c.Evidence = evidence(at, cdx.EvidenceIdentityFieldTypeName, cdx.EvidenceIdentityTechniqueSourceCodeAnalysis)
	describe(c, in, at)
	return c
}

func name(in *scan.Integration) string {
	if in.Name != "" {
		return in.Name
	}
	return in.ID
}

// service is what an integration answers with over the network.
func (b *builder) service(in *scan.Integration, at []*scan.Sighting) string {
	s := &cdx.Service{BOMRef: "service:" + in.ID, Name: visible(name(in))}
	if in.Vendor != "" {
		s.Provider = &cdx.OrganizationalEntity{Name: visible(in.Vendor)}
	}
	yes := true
	s.CrossesTrustBoundary = &yes
	var endpoints []string
	for _, x := range at {
		if u, err := url.Parse(x.URL); err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") {
			endpoints = append(endpoints, u.Scheme+"://"+u.Host) // a path may hold a secret that nobody knows as one
		}
	}
	slices.Sort(endpoints)
	if endpoints = slices.Compact(endpoints); len(endpoints) > 0 {
		s.Endpoints = &endpoints
	}
	properties := facts(in, at)
	for _, x := range at[:min(len(at), maxOccurrences)] {
		properties = append(properties, property("occurrence", where(x)))
	}
	s.Properties = &properties
	b.services[s.BOMRef] = s
	b.order = append(b.order, s.BOMRef)
	return s.BOMRef
}

// maxOccurrences bounds the places told of one entry.
const maxOccurrences = 200

func where(s *scan.Sighting) string {
	at := report.Location(s.Path, s.Region.Line, 0)
	if s.Target != "" && s.Target != "." {
		at = s.Target + ": " + at
	}
	return at
}

// evidence are the places of sightings.
func evidence(at []*scan.Sighting, field cdx.EvidenceIdentityFieldType, technique cdx.EvidenceIdentityTechnique) *cdx.Evidence {
	var places []cdx.EvidenceOccurrence
	for _, s := range at[:min(len(at), maxOccurrences)] {
		o := cdx.EvidenceOccurrence{Location: visible(s.Path), Symbol: visible(s.Name)}
		if s.Region.Line > 0 {
			line := s.Region.Line
			o.Line = &line
		}
		if s.Target != "" && s.Target != "." {
			o.AdditionalContext = visible(s.Target)
		}
		places = append(places, o)
	}
	confidence := float32(1)
	return &cdx.Evidence{
		Occurrences: &places,
		Identity: &cdx.EvidenceIdentityChoice{Identities: &[]cdx.EvidenceIdentity{{
			Field: field, Confidence: &confidence, Methods: &[]cdx.EvidenceIdentityMethod{{Technique: technique, Confidence: &confidence}},
		}}},
	}
}

// describe adds what has no field of its own.
func describe(c *cdx.Component, in *scan.Integration, at []*scan.Sighting) {
	properties := facts(in, at)
	if c.Properties != nil {
		properties = append(*c.Properties, properties...)
	}
	c.Properties = &properties
}

// facts are kind, product, reputation, when and by whom it came, what it
// reaches and what it is granted.
func facts(in *scan.Integration, at []*scan.Sighting) []cdx.Property {
	out := []cdx.Property{property("id", in.ID), property("kind", string(in.Kind)), property("reputation", string(in.Reputation))}
	if in.Product != "" {
		out = append(out, property("product", in.Product))
	}
	first, last := seen(at)
	if !first.IsZero() {
		out = append(out, property("first-seen", first.UTC().Format(time.RFC3339)), property("last-seen", last.UTC().Format(time.RFC3339)))
	}
	for _, s := range at {
		if s.Origin.Author != "" && s.Origin.Time.Equal(first) {
			out = append(out, property("introduced-by", s.Origin.Author))
			break
		}
	}
	var reaches, grants []string
	for _, s := range at {
		reaches = append(reaches, s.Reaches...)
		for _, g := range s.Grants {
			grants = append(grants, g.Name+": "+g.Level)
		}
	}
	for _, list := range []struct {
		name   string
		values []string
	}{{"reaches", reaches}, {"grant", grants}} {
		slices.Sort(list.values)
		for _, v := range slices.Compact(list.values)[:min(len(slices.Compact(list.values)), maxOccurrences)] {
			out = append(out, property(list.name, v))
		}
	}
	return out
}

// purlTypes are the types of package URLs by ecosystem
// (github.com/package-url/purl-spec).
var purlTypes = map[string]string{
	"npm": "npm", "pypi": "pypi", "go": "golang", "cargo": "cargo", "maven": "maven", "nuget": "nuget", "gem": "gem", "composer": "composer",
	"pub": "pub", "hex": "hex", "swift": "swift", "image": "docker", "action": "githubactions", "oci": "docker",
}

// purlOf is the package URL of a sighting, "" if it names no package.
func purlOf(s *scan.Sighting) string {
	if s.Package == "" {
		return ""
	}
	for _, key := range append([]string{s.Integration.ID}, s.Integration.Aliases...) {
		ecosystem, name, ok := strings.Cut(key, ":")
		kind := purlTypes[ecosystem]
		if !ok || kind == "" {
			continue
		}
		return purl(kind, name, s.Version)
	}
	return ""
}

func purl(kind, name, version string) string {
	var qualifiers packageurl.Qualifiers
	if !exact(version) && kind != "docker" && kind != "githubactions" {
		version = ""
	}
	switch kind {
	case "maven":
		group, artifact, _ := strings.Cut(name, ":")
		return packageurl.NewPackageURL(kind, group, artifact, version, nil, "").ToString()
	case "docker":
		host, path, ok := strings.Cut(name, "/")
		if ok && host != "docker.io" {
			name = path
			qualifiers = packageurl.QualifiersFromMap(map[string]string{"repository_url": host})
		} else if ok {
			name = path
		}
		name = strings.TrimPrefix(name, "library/")
	case "swift":
		name = "github.com/" + name
	}
	namespace := ""
	if i := strings.LastIndexByte(name, '/'); i > 0 {
		namespace, name = name[:i], name[i+1:]
	}
	return packageurl.NewPackageURL(kind, namespace, name, version, qualifiers, "").ToString()
}

// exact says whether a version is one, not a range of them.
func exact(version string) bool {
	if version == "" || strings.ContainsAny(version, "^~<>=*|, ${}[]()") || version == "latest" || version == "next" {
		return false
	}
	v := strings.TrimPrefix(version, "v")
	return v != "" && v[0] >= '0' && v[0] <= '9' && !strings.HasSuffix(v, ".x") && !strings.Contains(v, ".x.")
}
