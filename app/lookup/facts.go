package lookup

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/castellan-app/castellan/scanners"
)

// State is what a registry says of a name.
type State string

const (
	Unknown  State = ""         // the registry was not asked, or did not say
	Present  State = "present"  // it has releases
	Absent   State = "absent"   // anyone may register it: seen twice, confirmAfter apart
	Withheld State = "withheld" // it is not there, and nobody else can register it either
	Seized   State = "seized"   // npm's security team took malicious code down and holds the name
)

// Answer is a yes or no that may be unknown.
type Answer string

const (
	NotKnown Answer = ""
	Yes      Answer = "yes"
	No       Answer = "no"
)

// Facts are what is known of a package. A zero value is not known.
type Facts struct {
	Package
	State          State
	Resolved       string    // version that the launch gets now, "" if not known
	Latest         string    // newest release
	FirstPublished time.Time // of any release
	Published      time.Time // of Resolved
	Deprecated     string    // why Resolved should not be used, in its publisher's words
	Yanked         bool      // PyPI: Resolved was withdrawn by its publisher
	Maintainers    int       // accounts that may publish; 0: not known
	Organisation   bool      // an organisation's, whatever the number of its maintainers
	Downloads      int64     // a week on npm, ever on Docker Hub; -1: not known
	HasRepository  Answer    // it says where its source is
	Repository     string    // owner/name at GitHub, "" elsewhere
	SourceGone     bool      // there is no such repository at GitHub
	Archived       bool      // it is archived there
	Created        time.Time // when it was made there
	Listed         Answer    // in the MCP registry
	Retired        string    // what its listing there says: deprecated or deleted; "" is neither
	Advisories     []Advisory
	Unassessed     []string // what could not be found out, and why
	Pending        bool     // some of it may be found out later
}

// Advisory is one entry of OSV that concerns Resolved, or the name as a whole.
type Advisory struct {
	ID        string
	Aliases   []string
	Summary   string
	Severity  scanners.Severity
	Fixed     string // first version without it, "" if none is named
	Malicious bool
}

// unassessed notes what could not be found out.
func (f *Facts) unassessed(what string, err error) {
	f.Pending = f.Pending || !errors.Is(err, errWithheld) && !errors.Is(err, errRange)
	f.Unassessed = append(f.Unassessed, what+": "+err.Error())
}

// tally counts why packages were not assessed, each package once a reason.
type tally map[string]map[Package]bool

func (t *tally) add(p Package, reasons []string) {
	if *t == nil {
		*t = tally{}
	}
	for _, r := range reasons {
		if (*t)[r] == nil {
			(*t)[r] = map[Package]bool{}
		}
		(*t)[r][p] = true
	}
}

// mostReasons bounds the one line.
const mostReasons = 6

// notice is the one line that says what was not assessed, "" if all was.
func (t tally) notice() string {
	reasons := slices.SortedFunc(maps.Keys(t), func(a, b string) int {
		if len(t[a]) != len(t[b]) {
			return len(t[b]) - len(t[a])
		}
		return strings.Compare(a, b)
	})
	all := map[Package]bool{}
	var parts []string
	for i, r := range reasons {
		maps.Copy(all, t[r])
		if i < mostReasons {
			parts = append(parts, fmt.Sprintf("%s (%d)", r, len(t[r])))
		}
	}
	if len(all) == 0 {
		return ""
	}
	if more := len(reasons) - mostReasons; more > 0 {
		parts = append(parts, fmt.Sprintf("%d more reasons", more))
	}
	noun := "packages were"
	if len(all) == 1 {
		noun = "package was"
	}
	return fmt.Sprintf("%d %s not assessed, or not fully, by looking up: %s", len(all), noun, strings.Join(parts, ", "))
}
