package text

import (
	"bufio"
	"bytes"
	"errors"
	"flag"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/app/report/internal/fixture"
	"github.com/castellan-app/castellan/app/scan"
	"github.com/castellan-app/castellan/scanners"
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

func render(t testing.TB, r *scan.Report, opt Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, r, fixture.Rules(), opt); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// lost is a report of which one target was read and one was not.
func lost() *scan.Report {
	failed := scan.Coverage{Skipped: []scan.Skip{{Reason: "no such folder", Incomplete: true}}}
	return &scan.Report{Targets: []scan.Target{
		{Name: "app", Mode: scan.ModeRange, Commit: "1234567890abcdef", Coverage: scan.Coverage{Files: 1, Complete: true}},
		{Name: "lost", Mode: scan.ModeRange, Coverage: failed},
	}}
}

func TestAFailedTargetIsTold(t *testing.T) {
	t.Parallel()
	want := "Scanned `app` (range main..HEAD at 1234567890): 1 file, 0 candidates read.\n" +
		"✗ Not scanned: `lost`: no such folder\n\n" +
		"! No findings in what was read. 0 integrations found.\n" +
		"! The scan is not complete: what was not read may hold more.\n"
	for _, quiet := range []bool{false, true} {
		if diff := cmp.Diff(want, render(t, lost(), Options{Quiet: quiet, Range: "main..HEAD"})); diff != "" {
			t.Errorf("quiet %v (-want +got):\n%s", quiet, diff)
		}
	}
	r := lost()
	r.Targets = r.Targets[1:]
	if diff := cmp.Diff("✗ Not scanned: `lost`: no such folder\n\n✗ Nothing was scanned.\n", render(t, r, Options{})); diff != "" {
		t.Errorf("alone (-want +got):\n%s", diff)
	}
}

// TestNothingIsCutWithoutATerminal: what a pipe gets is searched, not looked at.
func TestNothingIsCutWithoutATerminal(t *testing.T) {
	t.Parallel()
	r := fixture.Full()
	long := strings.Repeat("folder/", 40) + "end.json"
	r.Integrations[2].Sightings[0].Path = long
	r.Findings[0].Excerpt.Text += strings.Repeat(" ", 200) + "end"
	r.Targets[0].Coverage.Skipped[1].Path = long
	got := render(t, r, Options{})
	if n := strings.Count(got, long); n != 2 || !strings.Contains(got, "  end\n") {
		t.Errorf("the path stands there %d times:\n%s", n, got)
	}
	if got := render(t, r, Options{Width: 80}); strings.Contains(got, long) {
		t.Error("a terminal of 80 columns is overrun")
	}
}

func TestHostileStrings(t *testing.T) {
	t.Parallel()
	own := regexp.MustCompile(`\x1b\[[0-9;]+m`)
	lines := strings.Count(render(t, fixture.With("EVIL"), Options{Width: 400}), "\n")
	for _, s := range append(fixture.Hostile(), strings.Repeat("EVIL\x1b[2J\n", 1<<20)) {
		plain := render(t, fixture.With(s), Options{Width: 400})
		safe(t, s, plain)
		if got := own.ReplaceAllString(render(t, fixture.With(s), Options{Width: 400, Color: true}), ""); got != plain {
			t.Errorf("%.40q: colours change the text (-plain +colour):\n%.2000s", s, cmp.Diff(plain, got))
		}
		if len(s) < 50 && strings.Count(plain, "\n") > lines+20 {
			t.Errorf("%.40q: %d lines, an ordinary name gives %d", s, strings.Count(plain, "\n"), lines)
		}
		if len(plain) > 100_000 {
			t.Errorf("%.40q: %d bytes", s, len(plain))
		}
	}
}

func safe(t *testing.T, hostile, text string) {
	t.Helper()
	for line := range strings.SplitSeq(text, "\n") {
		if report.Visible(line) != line {
			t.Errorf("%.40q: %.200q is not safe to show", hostile, line)
		}
		if strings.HasPrefix(line, "::") || strings.HasPrefix(line, "# ") {
			t.Errorf("%.40q begins the line %.200q", hostile, line)
		}
	}
}

func TestHugeMessage(t *testing.T) {
	t.Parallel()
	r := fixture.Full()
	r.Findings[0].Message = scanners.Say(strings.Repeat("words ", 2<<20), strings.Repeat("x", 10<<20))
	if n := len(render(t, r, Options{})); n > 20_000 {
		t.Errorf("%d bytes", n)
	}
}

func TestProseWraps(t *testing.T) {
	t.Parallel()
	word := rapid.StringMatching(`[a-z検🧨é]{1,12}`)
	rapid.Check(t, func(t *rapid.T) {
		var text scanners.Text
		var want []string
		for _, w := range rapid.SliceOfN(word, 1, 60).Draw(t, "words") {
			isCode := rapid.Bool().Draw(t, "code")
			text = append(text, scanners.Span{Text: w, Code: isCode}, scanners.Span{Text: " "})
			if isCode {
				w = "`" + w + "`"
			}
			want = append(want, w)
		}
		width := rapid.IntRange(minWidth, 150).Draw(t, "width")
		var b bytes.Buffer
		p := &printer{w: bufio.NewWriter(&b), width: width}
		p.prose("  Why", body, text)
		p.w.Flush()
		if diff := cmp.Diff(append([]string{"Why"}, want...), strings.Fields(b.String())); diff != "" {
			t.Fatalf("words (-want +got):\n%s", diff)
		}
		for line := range strings.Lines(b.String()) {
			if w := report.Width(strings.TrimSuffix(line, "\n")); w > min(width, maxProse) {
				t.Fatalf("%d columns of %d: %q", w, width, line)
			}
		}
	})
}

func TestCodeIsNeverBroken(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	p := &printer{w: bufio.NewWriter(&b), width: minWidth}
	p.prose("", 2, scanners.Say("Run ", "git rm --cached a-file-with-a-rather-long-name.json", ", then commit."))
	p.w.Flush()
	want := "  Run\n  `git rm --cached a-file-with-a-rather-long-name.json`,\n  then commit.\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("prose (-want +got):\n%s", diff)
	}
}

func TestMarkStandsBelowTheRegion(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		piece := rapid.StringMatching(`[a-z検é \x1b]{0,90}`)
		before, after := piece.Draw(t, "before"), piece.Draw(t, "after")
		e := scanners.Excerpt{Line: rapid.IntRange(1, 123456).Draw(t, "line"), Text: before + "<MARK>" + after, Start: len(before), End: len(before) + 6}
		width := rapid.IntRange(minWidth, 150).Draw(t, "width")
		var b bytes.Buffer
		p := &printer{w: bufio.NewWriter(&b), width: width}
		p.excerpt(e)
		p.w.Flush()
		lines := strings.Split(b.String(), "\n")
		at := strings.Index(lines[0], "<MARK>")
		caret := strings.Index(lines[1], "^^^^^^")
		if at < 0 || caret < 0 || report.Width(lines[0][:at]) != report.Width(lines[1][:caret]) {
			t.Fatalf("the mark is not below the region:\n%s", b.String())
		}
		if report.Width(lines[0]) > width {
			t.Fatalf("%d columns of %d", report.Width(lines[0]), width)
		}
	})
}

func TestExcerptOutOfBounds(t *testing.T) {
	t.Parallel()
	for _, e := range []scanners.Excerpt{
		{Line: 1, Text: "é", Start: 1, End: 1},
		{Line: 1, Text: "abc", Start: -5, End: 500},
		{Line: 1, Text: "abc", Start: 9, End: 2},
		{Line: -1, Text: "abc"},
	} {
		r := fixture.Full()
		r.Findings[0].Excerpt = e
		safe(t, e.Text, render(t, r, Options{}))
	}
}

func TestSkipsAreBounded(t *testing.T) {
	t.Parallel()
	r := fixture.Empty()
	for i := range 20 {
		r.Targets[0].Coverage.Skipped = append(r.Targets[0].Coverage.Skipped, scan.Skip{Path: "big", Reason: "too large", Incomplete: i == 19})
	}
	got := render(t, r, Options{})
	if strings.Count(got, "big: too large") != maxSkips || !strings.Contains(got, "and 12 more") || !strings.Contains(got, "not read big") {
		t.Errorf("skips:\n%s", got)
	}
}

func TestSameReportSameOutput(t *testing.T) {
	t.Parallel()
	one, two := fixture.Large(500), fixture.Large(500)
	slices.Reverse(two.Findings)
	if render(t, one, Options{}) != render(t, two, Options{}) {
		t.Error("the order of findings in the report changes the output")
	}
}

func TestErrorsOfTheWriterAreReported(t *testing.T) {
	t.Parallel()
	if err := Write(broken{}, fixture.Full(), nil, Options{}); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("error is %v", err)
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func BenchmarkWrite(b *testing.B) {
	r := fixture.Large(10_000)
	b.ReportAllocs()
	for b.Loop() {
		b.SetBytes(int64(len(render(b, r, Options{Color: true}))))
	}
}
