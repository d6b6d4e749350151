package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/credential"
)

const twinFolder = "../../testdata/twins"

// twin is one section of a file in testdata/twins: a file that must raise the
// rule after which its archive is called, or one that must not.
type twin struct {
	name  string // "bad/03-slug"
	bad   bool
	least scanners.Severity // that one finding of a bad twin has at least
	file  scanners.File
}

// section is "bad/03-slug@high/PATH" or "good/03-slug/PATH".
var section = regexp.MustCompile(`^((bad|good)/[0-9]{2,3}-[a-z0-9-]+)(?:@(info|low|medium|high|critical))?/(.+)$`)

// character is a character that no reader would see, by its code point in
// hexadecimal digits: \u{200B}.
var character = regexp.MustCompile(`\\u\{([0-9A-F]{4,6})\}`)

// twinsOf are the twins of one archive, in the order in which they stand.
func twinsOf(name string) ([]twin, error) {
	archive, err := txtar.ParseFile(name)
	if err != nil {
		return nil, err
	}
	var out []twin
	for _, f := range archive.Files {
		m := section.FindStringSubmatch(f.Name)
		if m == nil {
			return nil, fmt.Errorf("%s: no twin is called %q", name, f.Name)
		}
		out = append(out, twin{
			name: m[1], bad: m[2] == "bad", least: severityOf(m[3]),
			file: scanners.File{Path: m[4], Data: []byte(written(string(f.Data)))},
		})
	}
	return out, nil
}

// severityOf is the least severity without a name.
func severityOf(name string) scanners.Severity {
	for s := scanners.Critical; s > scanners.Info; s-- {
		if s.String() == name {
			return s
		}
	}
	return scanners.Info
}

// written is a twin's text with its hidden characters and made-up keys.
func written(text string) string {
	text = character.ReplaceAllStringFunc(text, func(c string) string {
		code, err := strconv.ParseUint(c[3:len(c)-1], 16, 32)
		if err != nil {
			return c
		}
		return string(rune(code))
	})
	return strings.ReplaceAll(text, "@KEY_OPAQUE@", canaries()["opaque"])
}

// found is what all scanners find in a file, all policies aside.
func found(all []scanners.Scanner, f scanners.File, h *credential.Hasher) []scanners.Finding {
	var out []scanners.Finding
	for _, s := range all {
		if s.Candidate(f.Path) != scanners.NoInterest {
			out = append(out, s.Scan(f, h).Findings...)
		}
	}
	return out
}

// wrong says what is wrong about the findings of a twin, "" if nothing is.
// A good twin may have findings of other rules below medium, and of the rule
// itself below what its bad twin is worth.
func (tw twin) wrong(rule string, findings []scanners.Finding, bad scanners.Severity) string {
	raised, worst := false, scanners.Info
	var alarms []string
	for _, f := range findings {
		if f.Rule == rule {
			raised, worst = true, max(worst, f.Severity)
		}
		if f.Rule == rule && f.Severity >= bad || f.Severity >= scanners.Medium {
			alarms = append(alarms, f.Rule)
		}
	}
	slices.Sort(alarms)
	switch {
	case !tw.bad && len(alarms) > 0:
		return "false: " + strings.Join(slices.Compact(alarms), ", ")
	case tw.bad && !raised:
		return "missed"
	case tw.bad && worst < tw.least:
		return fmt.Sprintf("missed: %s, not %s", worst, tw.least)
	}
	return ""
}

// Every rule is raised by files that break it and by none of their twins, which
// differ from them in that alone. testdata/twins/mixed.txtar holds whole files
// of many clients that break no rule.
func TestTwins(t *testing.T) {
	t.Parallel()
	archives, err := filepath.Glob(filepath.Join(twinFolder, "*.txtar"))
	if err != nil || len(archives) == 0 {
		t.Fatalf("no twins in %s: %v", twinFolder, err)
	}
	h, err := credential.NewHasher([]byte(strings.Repeat("k", credential.KeySize)))
	if err != nil {
		t.Fatal(err)
	}
	list := scannerList()
	table := []string{fmt.Sprintf("%-32s %11s %11s", "rule", "bad caught", "good clean")}
	for _, archive := range archives {
		rule := strings.TrimSuffix(filepath.Base(archive), ".txtar")
		twins, err := twinsOf(archive)
		if err != nil {
			t.Fatal(err)
		}
		right, all := map[bool]int{}, map[bool]int{}
		worth := map[string]scanners.Severity{} // of the bad twins, by pair
		for _, tw := range twins {
			all[tw.bad]++
			findings, pair := found(list, tw.file, h), strings.TrimPrefix(strings.TrimPrefix(tw.name, "bad/"), "good/")
			for _, f := range findings {
				if tw.bad && f.Rule == rule {
					worth[pair] = max(worth[pair], f.Severity)
				}
			}
			if problem := tw.wrong(rule, findings, worth[pair]); problem != "" {
				t.Errorf("%s: %s/%s: %s", rule, tw.name, tw.file.Path, problem)
				continue
			}
			right[tw.bad]++
		}
		score := func(bad bool) string { return fmt.Sprintf("%d/%d", right[bad], all[bad]) }
		table = append(table, fmt.Sprintf("%-32s %11s %11s", rule, score(true), score(false)))
	}
	t.Log("\n" + strings.Join(table, "\n"))
}

// Each archive names a question, and holds as many good twins as bad ones.
// Twins of the same number and slug are of the same pair.
func TestTwinsArePairs(t *testing.T) {
	t.Parallel()
	archives, err := filepath.Glob(filepath.Join(twinFolder, "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	for _, archive := range archives {
		text, err := os.ReadFile(archive)
		if err != nil {
			t.Fatal(err)
		}
		if comment, _, _ := strings.Cut(string(text), "\n"); !strings.HasSuffix(comment, "?") {
			t.Errorf("%s begins with no question: %q", archive, comment)
		}
		twins, err := twinsOf(archive)
		if err != nil {
			t.Fatal(err)
		}
		pairs := map[string]int{}
		for _, tw := range twins {
			kind, pair, _ := strings.Cut(tw.name, "/")
			pairs[pair] += map[string]int{"bad": 1, "good": 2}[kind]
		}
		for pair, kinds := range pairs {
			if mixed := filepath.Base(archive) == "mixed.txtar"; kinds != 3 && !mixed || kinds != 2 && mixed {
				t.Errorf("%s: %s is no pair", archive, pair)
			}
		}
	}
}
