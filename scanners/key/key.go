// Package key finds keys of AI providers in files of any kind: source code,
// data, bundles, notes. Files of AI tools are read by scanners/config, which
// knows more of a key's place; what both find is told once.
package key

import (
	"bytes"
	"path"
	"strings"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/config"
	"github.com/castellan-app/castellan/scanners/credential"
)

// Scanner implements scanners.Scanner. It holds no state.
type Scanner struct{}

// New returns the scanner of keys.
func New() Scanner { return Scanner{} }

// Rule is the rule its findings are of, which scanners/config has.
const Rule = "ai-provider-key-committed"

// Rules are none of its own.
func (Scanner) Rules() []scanners.Rule { return nil }

// binary are endings of files that hold no text: pictures, sound, archives,
// programs, fonts, models.
const binary = " 3gp 7z a aac ai apk avi avif bin bmp bz2 class cur dat db deb dll dmg doc docx dylib eot epub exe flac fla flv gguf gif glb gz heic ico icns iso jar jpeg jpg keystore lib lz4 m4a m4v mkv mo mov mp3 mp4 mpeg mpg msi npy npz o obj odt ogg onnx otf " +
	"parquet pb pbm pdf pgm pickle pkl png ppm ppt pptx psd pt pth pyc pyd pyo rar rpm safetensors so sqlite sqlite3 swf tar tflite tgz tif tiff ttc ttf war wasm wav webm webp wmv woff woff2 xls xlsx xz zip zst "

// Candidate wants every file whose name does not say that it is no text.
func (Scanner) Candidate(p string) scanners.Interest {
	if strings.HasPrefix(p, ".git/") {
		return scanners.NoInterest
	}
	ending := strings.TrimPrefix(path.Ext(p), ".")
	if ending == "" || len(ending) > 12 || !strings.Contains(binary, " "+strings.ToLower(ending)+" ") {
		return scanners.Anywhere
	}
	return scanners.NoInterest
}

// Bounds of one file.
const (
	sniff       = 8000 // bytes in which a NUL says that it is no text, as git has it
	maxFindings = 100  // a file with more is a list of samples
)

// Scan reads one file in one pass.
func (Scanner) Scan(f scanners.File, hasher *credential.Hasher) scanners.Result {
	var r scanners.Result
	if bytes.IndexByte(f.Data[:min(len(f.Data), sniff)], 0) >= 0 {
		return r
	}
	found := credential.KeysAnywhere(f.Data)
	if len(found) == 0 {
		return r
	}
	passive := config.Passive(f.Path)
	lines := counter{text: f.Data}
	seen := map[string]bool{}
	ordinals := map[string]int{}
	for i := range found[:min(len(found), maxFindings)] {
		j := &found[i]
		if j.Class == credential.Publishable {
			continue // nothing to do about it: it is in every page that uses it
		}
		region := lines.region(j.Start, j.End)
		in := owner(j)
		finding := scanners.Finding{
			Rule: Rule, Severity: severityOf(j, passive), Confidence: j.Confidence, Integration: in.ID, Slot: credential.RedactKnown(credential.GivenName(f.Data, j.Start)),
			Path: f.Path, Region: region, Excerpt: excerpt(f.Data, found, j, region), Passive: passive, Credential: hasher.Identity(j),
			Message: scanners.Say("A key of " + in.Name + " stands here in clear" + doubt(j)),
			Fix:     scanners.Say("Revoke the key and issue a new one: everyone who has the repository has this one, also after the line is gone. Read it from the environment or a secret store."),
		}
		scanners.Distinguish(&finding, ordinals)
		r.Findings = append(r.Findings, finding)
		if !seen[in.ID] {
			seen[in.ID] = true
			r.Sightings = append(r.Sightings, scanners.Sighting{Integration: in, Name: path.Base(f.Path), Path: f.Path, Region: region, Template: passive})
		}
	}
	return r
}

func doubt(j *credential.Judgement) string {
	if j.Confidence == credential.High {
		return ""
	}
	return ", by its form and what stands around it"
}

// owner is the integration whose key it is.
func owner(j *credential.Judgement) scanners.Integration {
	if in, ok := scanners.ProductOf(j.Product); ok {
		return in
	}
	return scanners.Integration{ID: "product:" + j.Product, Kind: scanners.KindModelProvider, Name: j.Provider, Product: j.Product, Vendor: j.Provider, Reputation: scanners.Known}
}

// severityOf is that of every credential: a vendor's form is critical, what
// needs its surroundings high, a guess medium; in an example or a test it is
// one less.
func severityOf(j *credential.Judgement, passive bool) scanners.Severity {
	severity := scanners.Medium
	switch j.Confidence {
	case credential.High:
		severity = scanners.Critical
	case credential.Medium:
		severity = scanners.High
	}
	if passive {
		severity--
	}
	return severity
}

// excerpt shows the line around a key with every key in it masked.
func excerpt(text []byte, all []credential.Judgement, j *credential.Judgement, at scanners.Region) scanners.Excerpt {
	const around = 60
	from, to := max(0, j.Start-around), min(len(text), j.End+around)
	if i := bytes.LastIndexByte(text[from:j.Start], '\n'); i >= 0 {
		from += i + 1
	}
	if i := bytes.IndexByte(text[j.End:to], '\n'); i >= 0 {
		to = j.End + i
	}
	e := scanners.Excerpt{Line: at.Line}
	var b strings.Builder
	last := from
	for i := range all {
		k := &all[i]
		if k.End <= from || k.Start >= to {
			continue
		}
		b.WriteString(scanners.Plain(string(text[last:max(last, min(k.Start, to))])))
		if k == j {
			e.Start, e.End = b.Len(), b.Len()+len(credential.Mask)
		}
		b.WriteString(credential.Mask)
		last = max(last, min(k.End, to))
	}
	b.WriteString(scanners.Plain(string(text[last:to])))
	e.Text = b.String()
	return e
}

// counter counts lines as offsets grow.
type counter struct {
	text []byte
	at   int // where the last line begins
	line int // lines before it
}

func (c *counter) region(start, end int) scanners.Region {
	for {
		i := bytes.IndexByte(c.text[c.at:start], '\n')
		if i < 0 {
			break
		}
		c.at += i + 1
		c.line++
	}
	return scanners.Region{Line: c.line + 1, Column: start - c.at + 1, EndLine: c.line + 1, EndColumn: end - c.at + 1}
}
