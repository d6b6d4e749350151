package agent

import (
	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/config"
	"github.com/castellan-app/castellan/scanners/doctree"
	"github.com/castellan-app/castellan/scanners/suppression"
)

// suppressions looks for scanners that are told to look away without a word why.
func (c *check) suppressions() {
	for _, m := range suppression.Unexplained(c.Doc.Source, mostSame) {
		c.say(config.Hit{
			Rule: ruleSuppression, Span: doctree.Span{Start: m.Start, End: m.End}, Slot: m.Name, Severity: scanners.LowSeverity,
			Message: suppression.Message(string(c.Doc.Source[m.Start:m.End])), Fix: suppression.Fix(),
		})
	}
}
