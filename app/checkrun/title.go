package checkrun

import (
	"strings"

	"github.com/castellan-app/castellan/app/report"
)

// title is the verdict in one line.
func (v *verdict) title() string {
	switch unread := len(v.Incomplete); {
	case v.blocked() > 0:
		s := v.blocking()
		if unread > 0 {
			s += "; " + report.Plural(unread, "file", "files") + " could not be checked"
		}
		return s
	case unread > 0:
		return v.unchecked()
	case v.Fault != "":
		if why := plain(strings.Trim(v.Fault, ". "), 120, " ._/+-,:;()%="); why != "" {
			return "Castellan could not finish: " + why + "; it tries again"
		}
		return "Castellan could not finish; it tries again"
	case !v.Coverage.Complete:
		return "Not everything could be read, what was read blocks nothing"
	case v.warns+v.notes+v.spent > 0:
		return v.harmless() + ", nothing blocks"
	case v.Touched == 0:
		return "Nothing of AI was touched"
	default:
		return report.Plural(v.Touched, "AI file", "AI files") + " checked, nothing found"
	}
}

// blocking is what fails the check, and what it blocks.
func (v *verdict) blocking() string {
	var parts []string
	if n := len(v.keys); n > 0 {
		parts = append(parts, report.Plural(n, "leaked key", "leaked keys"))
	}
	switch {
	case v.others > 0 && len(parts) > 0:
		parts = append(parts, report.Plural(v.others, "other finding", "other findings"))
	case v.others > 0:
		parts = append(parts, report.Plural(v.others, "finding", "findings"))
	}
	s := report.List(parts)
	switch {
	case v.kind() == Push:
		s += " came in with this push"
	case v.blocked() == 1:
		s += " blocks " + v.noun()
	default:
		s += " block " + v.noun()
	}
	switch gone := v.gone(); {
	case gone == 0 || v.others > 0:
	case gone == 1 && len(v.keys) == 1:
		s += ", though removed again"
	case gone == len(v.keys):
		s += ", though all are removed again"
	}
	return s
}

// unchecked names the first file that could not be read.
func (v *verdict) unchecked() string {
	skips := v.unread()
	path := plain(skips[0].Path, 100, "._/-")
	if path == "" {
		return "Could not be checked: " + report.Plural(len(skips), "file", "files") + " of this change"
	}
	s := "Could not be checked: " + path + because(skips[0].Reason)
	if n := len(skips) - 1; n > 0 {
		s += ", and " + report.Plural(n, "more file", "more files")
	}
	return s
}

// because is the reason of a skipped path, put behind its path.
func because(reason string) string {
	reason = plain(reason, 80, " ._/-,;:")
	switch {
	case reason == "":
		return ""
	case strings.HasPrefix(reason, "larger than "), strings.HasPrefix(reason, "nested "), strings.HasPrefix(reason, "not "), strings.HasPrefix(reason, "too large "):
		return " is " + reason
	case strings.HasPrefix(reason, "more than "):
		return " has " + reason
	default:
		return " (" + reason + ")"
	}
}

// harmless counts what does not block.
func (v *verdict) harmless() string {
	var parts []string
	if v.spent > 0 {
		parts = append(parts, report.Plural(v.spent, "rotated key", "rotated keys"))
	}
	if v.warns > 0 {
		parts = append(parts, report.Plural(v.warns, "warning", "warnings"))
	}
	if v.notes > 0 {
		parts = append(parts, report.Plural(v.notes, "note", "notes"))
	}
	return report.List(parts)
}

// kind is that of the first comparison.
func (v *verdict) kind() Kind {
	if len(v.Comparisons) == 0 {
		return ""
	}
	return v.Comparisons[0].Kind
}

// noun is what is judged.
func (v *verdict) noun() string {
	switch pulls := v.pulls(); {
	case pulls > 1:
		return report.Number(pulls) + " pull requests"
	case pulls == 1:
		return "this pull request"
	case v.kind() == Branch:
		return "this branch"
	case v.kind() == Push:
		return "this push"
	case v.kind() == MergeGroup:
		return "this merge group"
	default:
		return "this change"
	}
}
