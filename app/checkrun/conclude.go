package checkrun

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/castellan-app/castellan/app/policy"
	"github.com/castellan-app/castellan/app/scan"
)

// Conclude says how the check run of a judged head ends. What blocks fails it,
// and so does a change that could not be read for its own content; failure
// outranks a fault of ours, which is neutral unless the policy tightens that.
func Conclude(j *Judgement) Conclusion {
	v := weigh(j)
	switch {
	case v.blocked() > 0, len(j.Incomplete) > 0:
		return Failure
	case j.Fault == "" && j.Coverage.Complete:
		return Success
	case j.OnIncomplete == policy.Failure:
		return Failure
	default:
		return Neutral
	}
}

// Rotatable are the hashes of the credentials that the button ActionRotated
// confirms: those that block and of which no file of the head holds a copy any
// more. Sorted; empty where no pull request is judged.
func Rotatable(j *Judgement) []string { return weigh(j).rotatable() }

// item is a finding as this check takes it.
type item struct {
	*scan.Finding
	action  policy.Action // after rotation
	secret  bool          // about a credential to be revoked
	rotated bool
	marked  bool // has an annotation: at most maxAnnotations, at places that the head's tree has
}

// key tells credentials apart: copies of one are one rotation.
func (it *item) key() string {
	if h := it.Credential.Hash; h != "" {
		return h
	}
	return "\x00" + it.Fingerprint + "\x00" + it.Path
}

// verdict is a judgement with its findings in order and counted.
type verdict struct {
	*Judgement
	items  []item          // worst first
	keys   map[string]bool // credentials that block; true: none of their copies is left in the head
	others int             // findings that block and are about no credential to be revoked
	warns  int
	notes  int
	spent  int // credentials that are rotated

	unmarked int // findings at the head without an annotation
}

func weigh(j *Judgement) *verdict {
	v := &verdict{Judgement: j, keys: map[string]bool{}}
	spent := map[string]bool{}
	for i := range j.Findings {
		f := &j.Findings[i]
		if f.Action == policy.Off {
			continue
		}
		it := item{Finding: f, action: f.Action}
		it.secret = f.Credential != nil && !f.Credential.Publishable
		it.rotated = it.secret && f.Credential.Hash != "" && j.Rotated[f.Credential.Hash]
		if it.rotated {
			it.action = policy.Note
			spent[it.key()] = true
		}
		v.count(&it)
		v.items = append(v.items, it)
	}
	v.spent = len(spent)
	for i := range v.items {
		if it := &v.items[i]; it.secret && !it.Gone {
			if _, blocks := v.keys[it.key()]; blocks {
				v.keys[it.key()] = false
			}
		}
	}
	slices.SortStableFunc(v.items, compare)
	v.mark()
	return v
}

func (v *verdict) count(it *item) {
	switch {
	case it.rotated:
	case it.action == policy.Block && it.secret:
		v.keys[it.key()] = true
	case it.action == policy.Block:
		v.others++
	case it.action == policy.Warn:
		v.warns++
	default:
		v.notes++
	}
}

// compare is the order in which a check tells findings: what blocks first, then
// the order of every report.
func compare(a, b item) int {
	rank := func(it item) int {
		switch it.action {
		case policy.Block:
			return 0
		case policy.Warn:
			return 1
		}
		return 2
	}
	return cmp.Or(cmp.Compare(rank(a), rank(b)), scan.Compare(a.Finding, b.Finding), strings.Compare(a.Origin.Commit, b.Origin.Commit))
}

// gone counts the credentials that block although no file of the head holds
// them any more.
func (v *verdict) gone() int {
	n := 0
	for _, gone := range v.keys {
		if gone {
			n++
		}
	}
	return n
}

func (v *verdict) blocked() int { return len(v.keys) + v.others }

// pulls counts the pull requests that are judged.
func (v *verdict) pulls() int {
	n := 0
	for i := range v.Comparisons {
		if v.Comparisons[i].Kind == PullRequest {
			n++
		}
	}
	return n
}

// rotatable are the credentials that gone counts, by hash.
func (v *verdict) rotatable() []string {
	if v.pulls() == 0 {
		return nil
	}
	var hashes []string
	for _, key := range slices.Sorted(maps.Keys(v.keys)) {
		if v.keys[key] && !strings.HasPrefix(key, "\x00") {
			hashes = append(hashes, key)
		}
	}
	return hashes
}

// actions is the button for what was added and removed again.
func (v *verdict) actions() []Action {
	switch len(v.rotatable()) {
	case 0:
		return nil
	case 1:
		return []Action{{"Rotated", "The removed key is revoked and replaced", ActionRotated}}
	default:
		return []Action{{"Rotated", "All removed keys are revoked, replaced", ActionRotated}}
	}
}
