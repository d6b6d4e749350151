package agent

import (
	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
)

// lineFinding is a finding about line[start:end], the n-th line of a file.
func lineFinding(p, line string, n, start, end int) scanners.Finding {
	return scanners.Finding{
		Path: p, Confidence: credential.High, Excerpt: scanners.ExcerptOf(line, n, start, end),
		Region: scanners.Region{Line: n, Column: start + 1, EndLine: n, EndColumn: end + 1},
	}
}
