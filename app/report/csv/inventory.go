package csv

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/app/scan"
)

// InventoryColumns is the header of an inventory.
func InventoryColumns() []string {
	return []string{
		"kind", "name", "vendor", "product", "reputation", "id", "target", "path", "line", "column", "pointer", "place_name", "client", "package", "version", "licence", "url", "command",
		"disabled", "template", "reaches", "grants", "commit", "author", "time",
	}
}

// WriteInventory renders the integrations of r, a row for each sighting below a
// header. Errors are those of w.
func WriteInventory(w io.Writer, r *scan.Report) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write(InventoryColumns()); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	for _, in := range report.Inventory(r) {
		for j := range in.Sightings {
			if err := out.Write(place(in, &in.Sightings[j])); err != nil {
				return fmt.Errorf("write CSV: %w", err)
			}
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	return nil
}

func place(in *scan.Integration, s *scan.Sighting) []string {
	var grants []string
	for _, g := range s.Grants {
		grants = append(grants, g.Name+": "+g.Level)
	}
	cells := []string{
		string(in.Kind), in.Name, in.Vendor, in.Product, string(in.Reputation), in.ID, s.Target, s.Path, number(s.Region.Line), number(s.Region.Column), s.Pointer, s.Name, s.Client,
		s.Package, s.Version, s.Licence, s.URL, strings.TrimSpace(s.Command + " " + strings.Join(s.Args, " ")), strconv.FormatBool(s.Disabled), strconv.FormatBool(s.Template),
		strings.Join(s.Reaches, "; "), strings.Join(grants, "; "), s.Origin.Commit, s.Origin.Author, stamp(s.Origin.Time),
	}
	for i := range cells {
		cells[i] = Cell(cells[i])
	}
	return cells
}
