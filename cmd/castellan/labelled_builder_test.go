package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/builder"
	"github.com/castellan-app/castellan/scanners/credential"
)

// sameName are names of the tables for which the catalogue has others.
var sameName = map[string]string{
	"model:aws-bedrock": "model:amazon-bedrock", "model:vercel-ai": "model:vercel-ai-gateway",
}

// fakes are the tables' made-up secrets, put together so that no scanner takes
// this source for a leak.
var fakes = map[string]string{
	"bearer": "q7ZfT2mKx9WcR4bLs8Ve" + "Y1nHd6Jp3Ga5uT0kB3nM", "password": "hR7v" + "Qm2xZk9w", "openai": "sk-" + "q7ZfT2mKx9WcR4bLs8Ve" + "T3Blbk" + "FJ" + "Y1nHd6Jp3Ga5uT0kB3nM",
}

// reserved are domains that are nobody's, for which such as people have stand here:
// addresses at the former are no data of people, and no credential's host.
var reserved = strings.NewReplacer("@example.com", "@hafenpost.se", ".example/", ".hafenpost.se/")

var fakeMark = regexp.MustCompile(`\$\{FAKE:(\w+)\}`)

// flowsIn are the flows of a file in the words of builder/tsv, and the labels as
// they are compared with them. Flows, models and servers are counted by file: the
// tables put some of them at another line of the same node than we do. Of systems
// the sets of a file are compared, for we say of a flow what it acts on. Agents,
// tools, triggers, pinned data and credentials are compared by line. Of tools only
// those that are labelled are looked for: what else serves an agent or a model,
// memories and parsers, has sightings of the same sort.
func flowsIn(f scanners.File, h *credential.Hasher, want []label) (labels, got []label) {
	f.Data = []byte(reserved.Replace(string(f.Data)))
	f.Data = fakeMark.ReplaceAllFunc(f.Data, func(m []byte) []byte { return []byte(fakes[string(m[len("${FAKE:"):len(m)-1])]) })
	counted := counter{}
	tools := map[label]bool{}
	for _, l := range want {
		if other := sameName[l.what]; other != "" {
			l.what = other
		}
		kind, name, _ := strings.Cut(l.what, ":")
		switch kind {
		case "system":
			l.line = 0
		case "flow", "model":
			l = counted.next(l)
		case "mcp":
			l.what = "mcp"
			l = counted.next(l)
		case "trigger":
			l.what = "trigger"
		case "tool":
			if slices.Contains(want, label{l.path, l.line, "mcp:" + name}) {
				continue // it is counted as a server
			}
			tools[l] = true
		case "agent":
			if strings.Contains(name, ":") { // Make's, which we call as its author does
				l.what = "agent"
				l = counted.next(l)
			}
		}
		labels = append(labels, l)
	}
	counted = counter{}
	for _, s := range scannerList() {
		if s.Candidate(f.Path) == scanners.NoInterest {
			continue
		}
		r := s.Scan(f, h)
		_, flows := s.(builder.Scanner)
		for _, x := range r.Sightings {
			at := func(what string) label { return label{f.Path, x.Region.Line, what} }
			if tool := at("tool:" + x.Name); tools[tool] {
				got = append(got, tool)
			}
			if what := whatOf(x); strings.HasPrefix(what, "server:") && !strings.HasSuffix(x.Name, "Trigger") {
				got = append(got, counted.next(at("mcp")))
			}
			if !flows {
				continue
			}
			in := x.Integration
			switch {
			case in.Kind == scanners.KindBuilderFlow && x.Name == in.Name && x.Pointer == "":
				got = append(got, counted.next(at("flow")))
				for _, g := range x.Grants {
					got = append(got, label{f.Path, 0, "system:" + g.Name})
				}
			case in.Kind == scanners.KindAgent && strings.HasPrefix(in.ID, "local:"):
				if in.Vendor == "Make" {
					got = append(got, counted.next(at("agent")))
				} else {
					got = append(got, at("agent:"+x.Name))
				}
			case in.Kind == scanners.KindVectorStore:
				got = append(got, label{f.Path, 0, "system:" + in.Product})
			case in.Product == "amazon-bedrock" && in.Kind == scanners.KindModelProvider && strings.HasSuffix(f.Path, ".bedrock_agentcore.yaml"): // where the agent runs
			case in.Product != "" && in.Kind != scanners.KindMCPServer && in.Kind != scanners.KindService:
				got = append(got, counted.next(at("model:"+in.Product)))
			}
		}
		for _, x := range r.Findings {
			at := func(what string) label { return label{f.Path, x.Region.Line, what} }
			switch {
			case x.Rule == "builder-public-trigger":
				got = append(got, at("trigger"))
			case x.Rule == "builder-personal-data":
				got = append(got, at("pinned"))
			case x.Credential != nil:
				got = append(got, at("credential"))
			}
		}
	}
	return sortedLabels(labels), sortedLabels(got)
}

// counter numbers what is the same in a file.
type counter map[string]int

func (c counter) next(l label) label {
	c[l.what]++
	return label{l.path, 0, fmt.Sprintf("%s #%d", l.what, c[l.what])}
}
