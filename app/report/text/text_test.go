package text

import (
	"bytes"
	"flag"
	"testing"

	"github.com/castellan-app/castellan/app/report/internal/fixture"
	"github.com/castellan-app/castellan/app/scan"
)

var update = flag.Bool("update", false, "write the golden files")

func TestGolden(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		report *scan.Report
		opt    Options
	}{
		{"full.txt", fixture.Full(), Options{}},
		{"narrow.txt", fixture.Full(), Options{Width: 60}},
		{"color.txt", fixture.Full(), Options{Color: true}},
		{"quiet.txt", fixture.Full(), Options{Quiet: true}},
		{"clean.txt", fixture.Clean(), Options{}},
		{"empty.txt", fixture.Empty(), Options{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var b bytes.Buffer
			if err := Write(&b, c.report, fixture.Rules(), c.opt); err != nil {
				t.Fatal(err)
			}
			fixture.Golden(t, c.name, b.Bytes(), *update)
		})
	}
}
