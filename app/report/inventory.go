package report

import (
	"strings"

	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
)

// Inventory are the integrations of a report that are AI, in its order: files
// such as CODEOWNERS, which a finding may be about, are none.
func Inventory(r *scan.Report) []*scan.Integration {
	var all []*scan.Integration
	for i := range r.Integrations {
		if in := &r.Integrations[i]; in.Kind != scanners.KindService || !strings.HasPrefix(in.ID, "local:") {
			all = append(all, in)
		}
	}
	return all
}
