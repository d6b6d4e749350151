package owner

import (
	"cmp"
	"context"
	"fmt"
	"strings"
)

// MaxAssignees is how many people GitHub assigns to one issue. Private
// repositories of free plans take one.
const MaxAssignees = 10

const (
	mostPlaces  = 20 // looked at
	mostAsked   = 40 // accounts looked up for one resolution
	mostNamed   = 60 // entries in a trace
	mostSkipped = 3  // lines of CODEOWNERS that are told
)

// Request asks who answers for what lies at some places of one repository.
type Request struct {
	Places     []Place     // the most important first
	Policy     []string    // @user or @org/team, as policy.OwnersOf gives them for the places
	Codeowners *Codeowners // of the base branch; nil: there is none
	Assignees  int         // most to be assigned: 1 to MaxAssignees, 0 for MaxAssignees
}

// Place is where something was found, and the commit that wrote the line ("" if
// it is not known).
type Place struct{ Path, Commit string }

// Status is how a resolution ended.
type Status string

const (
	Assigned  Status = "assigned"  // somebody can be assigned
	Mentioned Status = "mentioned" // somebody answers, and nobody can be assigned
	None      Status = "no owner"  // nobody was found
)

// Resolution is who answers, and how that was found out.
type Resolution struct {
	Status    Status
	Assignees []Person  // in order, validated; all of one source
	Mentions  []Person  // @user and @org/team that exist and cannot be or were not assigned
	Trace     []Outcome // what was asked, in order
	// Source, Confidence and Why are those of the assignees, without any those of
	// the mentions. Why is one line and may quote a repository's file.
	Source     Source
	Confidence Confidence
	Why        string
}

// Person is who is asked. Name is a login, or org/team of a team, as GitHub
// spells it, without @.
type Person struct {
	Name string
	Team bool
}

// Outcome is what became of one entry of one source.
type Outcome struct {
	Source Source
	Entry  string // as it is written; of an e-mail address only that it is one
	Why    string // which entry: "line 3 of CODEOWNERS"
	Result string // "assigned", "cannot be assigned", "left the organisation", …
	Dead   bool   // it names nobody who could answer: a finding of its own
}

// candidate is one entry of a source.
type candidate struct {
	source     Source
	confidence Confidence
	entry, why string
	users      []User // already looked up: authors and admins
	outside    string // it names nobody, for this reason
	dead       bool
}

// Resolve goes through the sources in order and stops at the first that yields
// somebody who can be assigned. Those of earlier sources who exist and cannot be
// assigned are mentioned. Bots, Apps, agents, ghosts and those who left are
// neither. Its errors are those of the directory.
func Resolve(ctx context.Context, dir Directory, req Request) (Resolution, error) {
	r := &resolver{dir: dir, most: min(max(cmp.Or(req.Assignees, MaxAssignees), 1), MaxAssignees), known: map[string]verdict{}}
	if len(req.Places) > mostPlaces {
		req.Places = req.Places[:mostPlaces]
	}
	for _, gather := range []func(context.Context, Directory, *Request) ([]candidate, error){fromPolicy, fromCodeowners, fromAuthors, fromAdmins} {
		candidates, err := gather(ctx, dir, &req)
		if err != nil {
			return Resolution{}, err
		}
		for i := range candidates {
			if err := r.try(ctx, &candidates[i]); err != nil {
				return Resolution{}, err
			}
		}
		if len(r.out.Assignees) > 0 {
			break
		}
	}
	return r.done(), nil
}

func fromPolicy(_ context.Context, _ Directory, req *Request) ([]candidate, error) {
	var all []candidate
	for _, o := range req.Policy {
		all = append(all, candidate{source: FromPolicy, confidence: High, entry: o, why: "the policy names " + o})
	}
	return all, nil
}

// fromCodeowners takes the owners of every place, each once. A pattern that
// matches any path says less than one that names the place.
func fromCodeowners(_ context.Context, _ Directory, req *Request) ([]candidate, error) {
	c := req.Codeowners
	if c == nil {
		return nil, nil
	}
	if c.Ignored != "" {
		return []candidate{{source: FromCodeowners, entry: c.Path, why: c.Path, outside: c.Ignored}}, nil
	}
	var all []candidate
	for _, p := range c.Problems[:min(len(c.Problems), mostSkipped)] {
		all = append(all, candidate{source: FromCodeowners, entry: p.Quote, why: fmt.Sprintf("line %d of %s", p.Line, c.Path), outside: "GitHub skips the line: " + p.Text, dead: true})
	}
	seen := map[string]bool{}
	for _, place := range req.Places {
		m, err := c.Find(place.Path)
		if err != nil {
			all = append(all, candidate{source: FromCodeowners, entry: c.Path, why: c.Path, outside: "its patterns cost too much to match"})
			break
		}
		if m == nil {
			continue
		}
		why := fmt.Sprintf("line %d of %s", m.Line, c.Path)
		owners := m.Owners
		if len(owners) == 0 {
			owners = []string{""}
		}
		for _, o := range owners {
			cand := candidate{source: FromCodeowners, confidence: High, entry: o, why: why}
			if m.Everything() {
				cand.confidence = Medium
			}
			if o == "" {
				cand.entry, cand.outside = clip(m.Pattern), "leaves the place without an owner on purpose"
			}
			if key := strings.ToLower(cand.entry); !seen[key] {
				seen[key] = true
				all = append(all, cand)
			}
		}
	}
	return all, nil
}

func fromAuthors(ctx context.Context, dir Directory, req *Request) ([]candidate, error) {
	var all []candidate
	seen := map[string]bool{"": true}
	for _, place := range req.Places {
		if seen[place.Commit] {
			continue
		}
		seen[place.Commit] = true
		u, err := dir.Author(ctx, place.Commit)
		if err != nil {
			return nil, fmt.Errorf("look up the author of %s: %w", clip(place.Commit), err)
		}
		if u.Login != "" && !seen["@"+strings.ToLower(u.Login)] {
			seen["@"+strings.ToLower(u.Login)] = true
			why := "author of commit " + place.Commit[:min(len(place.Commit), 10)] + ", verified by GitHub"
			all = append(all, candidate{source: FromAuthor, confidence: Medium, entry: "@" + u.Login, why: why, users: []User{u}})
		}
	}
	return all, nil
}

func fromAdmins(ctx context.Context, dir Directory, _ *Request) ([]candidate, error) {
	admins, err := dir.Admins(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the administrators: %w", err)
	}
	var all []candidate
	for _, u := range admins {
		if len(all) == mostAsked {
			break
		}
		all = append(all, candidate{source: FromAdmin, confidence: Low, entry: "@" + u.Login, why: "administers the repository", users: []User{u}})
	}
	return all, nil
}
