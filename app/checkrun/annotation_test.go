package checkrun

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
)

func TestAnnotationRange(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		region scanners.Region
		want   [4]int // start line, end line, start column, end column
	}{
		"one line":               {scanners.Region{Line: 9, Column: 23, EndLine: 9, EndColumn: 63}, [4]int{9, 9, 23, 63}},
		"whole file":             {scanners.Region{}, [4]int{1, 1, 0, 0}},
		"several lines":          {scanners.Region{Line: 2, Column: 5, EndLine: 4, EndColumn: 6}, [4]int{2, 4, 0, 0}},
		"ends before its line":   {scanners.Region{Line: 2, Column: 5, EndLine: 4, EndColumn: 1}, [4]int{2, 3, 0, 0}},
		"one line and its end":   {scanners.Region{Line: 2, Column: 5, EndLine: 3, EndColumn: 1}, [4]int{2, 2, 0, 0}},
		"line only":              {scanners.Region{Line: 7}, [4]int{7, 7, 0, 0}},
		"no end column":          {scanners.Region{Line: 7, Column: 3, EndLine: 7}, [4]int{7, 7, 0, 0}},
		"end before start":       {scanners.Region{Line: 7, Column: 9, EndLine: 7, EndColumn: 3}, [4]int{7, 7, 0, 0}},
		"end line before start":  {scanners.Region{Line: 7, Column: 9, EndLine: 6, EndColumn: 12}, [4]int{7, 7, 0, 0}},
		"empty":                  {scanners.Region{Line: 7, Column: 9, EndLine: 7, EndColumn: 9}, [4]int{7, 7, 9, 9}},
		"negative is whole file": {scanners.Region{Line: -1, Column: -1, EndLine: -1, EndColumn: -1}, [4]int{1, 1, 0, 0}},
	} {
		f := key(1)
		f.Region = c.region
		a := Render(judged(f), rules()).Annotations[0]
		if diff := cmp.Diff(c.want, [4]int{a.StartLine, a.EndLine, a.StartColumn, a.EndColumn}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestAnnotationsOnlyWhereTheHeadHasAFile: one annotation that GitHub refuses
// would take the conclusion with it.
func TestAnnotationsOnlyWhereTheHeadHasAFile(t *testing.T) {
	t.Parallel()
	j := judged(key(1, at("ok 検索🧨.json")), key(1, at("b"), gone), key(1, at("c\xff")), key(1, at("d\n")), key(1, at("")), key(1, at(strings.Repeat("e", 2000))))
	o := Render(j, rules())
	if len(o.Annotations) != 1 || o.Annotations[0].Path != "ok 検索🧨.json" {
		t.Errorf("annotations: %+v", o.Annotations)
	}
	if want := "4 findings in files of this head could not be marked"; !strings.Contains(o.Summary, want) {
		t.Errorf("the summary does not say %q:\n%s", want, o.Summary)
	}
	if n := strings.Count(o.Text, "\n### ") + 1; n != 7 { // with the inventory
		t.Errorf("%d sections", n)
	}
}

func TestAnnotationsAreBounded(t *testing.T) {
	t.Parallel()
	var j = judged()
	for i := range 1234 {
		j.Findings = append(j.Findings, key(i+1))
	}
	o := Render(j, rules())
	if len(o.Annotations) != 1000 || !strings.Contains(o.Summary, "234 findings in files of this head") {
		t.Errorf("%d annotations", len(o.Annotations))
	}
	batches := Batches(o)
	if len(batches) != 20 || len(batches[0]) != 50 || len(batches[19]) != 50 {
		t.Errorf("%d batches", len(batches))
	}
}

func TestBatches(t *testing.T) {
	t.Parallel()
	for n, want := range map[int][]int{0: {0}, 1: {1}, 50: {50}, 51: {50, 1}, 120: {50, 50, 20}} {
		o := Output{}
		for i := range n {
			o.Annotations = append(o.Annotations, Annotation{StartLine: i})
		}
		var got []int
		next := 0
		for _, b := range Batches(o) {
			got = append(got, len(b))
			for _, a := range b {
				if a.StartLine != next {
					t.Fatalf("%d: out of order", n)
				}
				next++
			}
		}
		if diff := cmp.Diff(want, got); diff != "" || next != n {
			t.Errorf("%d annotations (-want +got):\n%s", n, diff)
		}
	}
}

// TestWhatCannotBePointedAtIsTold: a finding that is gone has no annotation, so
// its commit stands in the summary and in the text.
func TestWhatCannotBePointedAtIsTold(t *testing.T) {
	t.Parallel()
	o := Render(judged(key(9, gone)), rules())
	short := "`" + leaker[:10] + "`"
	if len(o.Annotations) > 0 || strings.Count(o.Summary, short) != 2 || !strings.Contains(o.Text, "added by commit "+short+" and removed again") {
		t.Errorf("%s\n%s", o.Summary, o.Text)
	}
}

func TestNothingIsNeeded(t *testing.T) {
	t.Parallel()
	o := Render(&Judgement{Findings: []scan.Finding{{Action: policy.Block}}}, nil)
	for _, f := range faults(o) {
		t.Error(f)
	}
	if o.Title != "1 finding blocks this change" {
		t.Errorf("title %q", o.Title)
	}
	if o = Render(&Judgement{}, nil); o.Text != "" || len(faults(o)) > 0 {
		t.Errorf("%+v", o)
	}
}

func BenchmarkRender(b *testing.B) {
	for name, j := range map[string]*Judgement{"typical": judged(key(9), reference(policy.Warn, "a")), "5000": large(5000)} {
		b.Run(name, func(b *testing.B) {
			r := rules()
			b.ReportAllocs()
			for b.Loop() {
				Render(j, r)
			}
		})
	}
}

func TestPlaceKeepsBothEnds(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		".mcp.json": "`.mcp.json:7`",
		"a/" + strings.Repeat("b", 300) + "/.mcp.json":        "`a/" + strings.Repeat("b", 53) + "…" + strings.Repeat("b", 107) + "/.mcp.json:7`",
		"a/" + strings.Repeat("\x00", 1<<20) + "/é/.mcp.json": "",
		strings.Repeat("é", 1<<20):                            "",
	} {
		got := place(path, 7)
		if len(got) > maxName+2 || !strings.HasSuffix(got, ":7`") || harmless(got) != "" || want != "" && got != want {
			t.Errorf("place(%.20q…) = %q (%d bytes), want %q", path, got, len(got), want)
		}
	}
}

// TestManyUnreadableFilesLeaveRoom: files made unreadable on purpose do not push
// the findings out.
func TestManyUnreadableFilesLeaveRoom(t *testing.T) {
	t.Parallel()
	j := judged(key(9))
	for range 5000 {
		skip(j, strings.Repeat("x", 150), "larger than 4 MiB")
	}
	o := Render(j, rules())
	if !strings.Contains(o.Summary, "`.mcp.json:9`") || !strings.Contains(o.Summary, "- and 4,980 more\n") || !strings.Contains(o.Text, "skipped files._") {
		t.Errorf("%s\n%s", o.Summary, o.Text[len(o.Text)-300:])
	}
	for _, f := range faults(o) {
		t.Error(f)
	}
}
