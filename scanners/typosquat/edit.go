package typosquat

// How two names differ by one step.
const (
	none       = iota // not at all, or by more
	omitted           // a letter is left out
	doubled           // a letter stands twice
	changed           // two neighbours changed places
	other             // a letter is another, or one too many
	hyphenated        // only a separator is there or not
)

var words = [...]string{omitted: "a letter is missing", doubled: "a letter is doubled", changed: "two letters changed places", other: "a letter is wrong", hyphenated: "parted differently"}

func edit(name, target string) int {
	e, _ := editAt(name, target)
	return e
}

// editAt is the one step from a target to a name and where in the target it
// is, in time linear in the names.
func editAt(name, target string) (step, at int) {
	n, t := len(name), len(target)
	if n-t > 1 || t-n > 1 || name == target {
		return none, 0
	}
	from := 0
	for from < n && from < t && name[from] == target[from] {
		from++
	}
	back := 0
	for back < n-from && back < t-from && name[n-1-back] == target[t-1-back] {
		back++
	}
	switch {
	case n == t && from+back == t-1:
		return other, from
	case n == t && from+back == t-2 && name[from] == target[from+1] && name[from+1] == target[from]:
		return changed, from
	case n == t-1 && from+back == n:
		if isSeparator(target[from]) {
			return hyphenated, from
		}
		return omitted, from
	case n == t+1 && from+back == t:
		switch c := name[from]; {
		case isSeparator(c):
			return hyphenated, from
		case from > 0 && name[from-1] == c || from+1 < n && name[from+1] == c:
			return doubled, max(0, from-1)
		}
		return other, from
	}
	return none, 0
}

func isSeparator(c byte) bool { return c == '-' || c == '_' || c == '.' }
