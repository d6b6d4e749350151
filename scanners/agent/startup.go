package agent

import (
	"bytes"
	"encoding/xml"
	"path"
	"strings"

	"github.com/castellan-app/castellan/scanners"
)

// startupComponent is where IDEs of JetBrains keep the run configurations that
// start with the project, in .idea/startup.xml. Source:
// JetBrains/intellij-community, ProjectStartupSharedConfiguration.
const startupComponent = "ProjectStartupSharedConfiguration"

func isStartup(p string) bool {
	return path.Base(p) == "startup.xml" && path.Base(path.Dir(p)) == ".idea"
}

// readStartup reports what an IDE starts.
func readStartup(f scanners.File) scanners.Result {
	var r scanners.Result
	data := f.Data
	if len(data) > maxScript {
		data, r.Incomplete = data[:maxScript], "too large to be read whole"
	}
	r.Findings = startup(f.Path, data)
	if len(r.Findings) > 0 {
		r.Sightings = []scanners.Sighting{{Integration: startupOwner(f.Path), Name: path.Base(f.Path), Path: f.Path, Region: r.Findings[0].Region}}
	}
	number(r.Findings)
	return r
}

// startup reads one startup.xml. What is no XML the IDE does not read either.
func startup(p string, data []byte) []scanners.Finding {
	const deepest = 32
	var out []scanners.Finding
	dec := xml.NewDecoder(bytes.NewReader(data))
	inside, depth := 0, 0
	for {
		from := int(dec.InputOffset())
		token, err := dec.RawToken()
		if err != nil || depth > deepest || len(out) >= mostSame {
			return out
		}
		switch t := token.(type) {
		case xml.StartElement:
			depth++
			switch {
			case t.Name.Local == "component" && attribute(t, "name") == startupComponent:
				inside = depth
			case inside > 0 && t.Name.Local == "configuration":
				out = append(out, startupFinding(p, data, attribute(t, "name"), from))
			}
		case xml.EndElement:
			if depth == inside {
				inside = 0
			}
			depth--
		}
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// startupFinding is about the element at an offset.
func startupFinding(p string, data []byte, name string, at int) scanners.Finding {
	begin := bytes.LastIndexByte(data[:at], '\n') + 1
	line, _, _ := strings.Cut(string(data[begin:]), "\n")
	end := len(strings.TrimRight(line, "\r"))
	if i := strings.IndexByte(line[at-begin:], '>'); i >= 0 {
		end = min(end, at-begin+i+1)
	}
	f := lineFinding(p, line, bytes.Count(data[:at], []byte("\n"))+1, at-begin, end)
	f.Rule, f.Severity, f.Integration, f.Slot = ruleAutorun, scanners.High, startupOwner(p).ID, name
	f.Message = scanners.Say("The IDE starts a run configuration of this repository as soon as the project is opened: ", scanners.Plain(name))
	f.Fix = scanners.Say("Take it out of the startup tasks, and let people start it.")
	return f
}

// startupOwner is the file itself: whose IDE reads it is not known.
func startupOwner(p string) scanners.Integration {
	return scanners.Integration{ID: "local:" + p, Kind: scanners.KindAgent, Name: path.Base(p), Reputation: scanners.Unknown}
}
