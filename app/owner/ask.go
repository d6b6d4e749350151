package owner

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// resolver gathers one Resolution.
type resolver struct {
	dir   Directory
	most  int
	asked int                // accounts looked up
	known map[string]verdict // by login, lower case
	out   Resolution
}

// verdict is what can be done with an account.
type verdict uint8

const (
	unknown verdict = iota
	nobody          // no such account
	noPerson
	left
	unassignable
	assignable
	notAsked // enough were looked up
)

var results = [...]string{
	nobody:       "no such account",
	noPerson:     "no person who could be asked: a bot, App, organisation or suspended account",
	left:         "left the organisation",
	unassignable: "cannot be assigned: no access to the repository of the issue",
	assignable:   "assigned",
	notAsked:     "not looked up: enough accounts were",
}

func (r *resolver) try(ctx context.Context, c *candidate) error {
	n, ok := parseName(c.entry)
	switch {
	case c.outside != "":
		r.note(c, c.outside, c.dead)
	case c.users != nil:
		return r.tryUser(ctx, c, c.users[0])
	case !ok:
		r.note(c, "no user and no team", true)
	case n.email:
		c.entry = "an e-mail address"
		r.note(c, "an address is no account that could be assigned", false)
	case n.team != "":
		return r.tryTeam(ctx, c, n)
	default:
		u, ok, err := r.dir.User(ctx, n.login)
		if err != nil {
			return fmt.Errorf("look up @%s: %w", n.login, err)
		}
		if !ok {
			r.note(c, results[nobody], true)
			return nil
		}
		return r.tryUser(ctx, c, u)
	}
	return nil
}

func (r *resolver) tryUser(ctx context.Context, c *candidate, u User) error {
	v, err := r.judge(ctx, u)
	if err != nil {
		return err
	}
	switch v {
	case assignable:
		if !r.assign(c, u) {
			r.mention(c, Person{Name: u.Login})
			r.note(c, "not assigned: there is no room for more", false)
			return nil
		}
	case unassignable:
		if c.source != FromAdmin {
			r.mention(c, Person{Name: u.Login})
		}
	}
	r.note(c, results[v], v == noPerson && c.source != FromAdmin || v == left)
	return nil
}

// tryTeam assigns members of a team, maintainers first, and mentions the team
// where some of it could not be assigned.
func (r *resolver) tryTeam(ctx context.Context, c *candidate, n name) error {
	members, ok, err := r.dir.TeamMembers(ctx, n.org, n.team)
	if err != nil {
		return fmt.Errorf("list the members of @%s/%s: %w", n.org, n.team, err)
	}
	if !ok {
		r.note(c, "no such team, or a secret one", true)
		return nil
	}
	assigned, missed := 0, 0
	for _, u := range members {
		v, err := r.judge(ctx, u)
		if err != nil {
			return err
		}
		switch {
		case v == assignable && r.assign(c, u):
			assigned++
		case v == assignable || v == unassignable || v == notAsked:
			missed++
		}
	}
	if missed > 0 {
		r.mention(c, Person{Name: n.org + "/" + n.team, Team: true})
	}
	switch {
	case assigned+missed == 0:
		r.note(c, "a team without a member who could answer", true)
	case missed == 0:
		r.note(c, fmt.Sprintf("%d assigned", assigned), false)
	default:
		r.note(c, fmt.Sprintf("%d of %d members assigned, the team mentioned", assigned, assigned+missed), false)
	}
	return nil
}

// judge looks an account up, each once, and no more than mostAsked of them.
func (r *resolver) judge(ctx context.Context, u User) (verdict, error) {
	if !u.Person() {
		return noPerson, nil
	}
	key := strings.ToLower(u.Login)
	if v := r.known[key]; v != unknown {
		return v, nil
	}
	if r.asked == mostAsked || len(r.out.Assignees) >= r.most {
		return notAsked, nil
	}
	r.asked++
	v := left
	belongs, err := r.dir.Belongs(ctx, u.Login)
	if err != nil {
		return unknown, fmt.Errorf("ask whether @%s belongs to the organisation: %w", u.Login, err)
	}
	if belongs {
		ok, err := r.dir.Assignable(ctx, u.Login)
		if err != nil {
			return unknown, fmt.Errorf("ask whether @%s can be assigned: %w", u.Login, err)
		}
		if v = unassignable; ok {
			v = assignable
		}
	}
	r.known[key] = v
	return v, nil
}

// assign says whether the account is among the assignees now.
func (r *resolver) assign(c *candidate, u User) bool {
	same := func(p Person) bool { return strings.EqualFold(p.Name, u.Login) }
	if slices.ContainsFunc(r.out.Assignees, same) {
		return true
	}
	if len(r.out.Assignees) == r.most {
		return false
	}
	if len(r.out.Assignees) == 0 {
		r.out.Source, r.out.Confidence, r.out.Why = c.source, c.confidence, c.why
	}
	r.out.Assignees = append(r.out.Assignees, Person{Name: u.Login})
	return true
}

func (r *resolver) mention(c *candidate, p Person) {
	same := func(q Person) bool { return strings.EqualFold(p.Name, q.Name) }
	if len(r.out.Mentions) == MaxAssignees || slices.ContainsFunc(r.out.Mentions, same) {
		return
	}
	if len(r.out.Assignees)+len(r.out.Mentions) == 0 {
		r.out.Source, r.out.Confidence, r.out.Why = c.source, c.confidence, c.why
	}
	r.out.Mentions = append(r.out.Mentions, p)
}

func (r *resolver) note(c *candidate, result string, dead bool) {
	if len(r.out.Trace) < mostNamed {
		r.out.Trace = append(r.out.Trace, Outcome{c.source, c.entry, c.why, result, dead})
	}
}

// done takes those out of the mentions who are assigned after all.
func (r *resolver) done() Resolution {
	out := r.out
	out.Mentions = slices.DeleteFunc(out.Mentions, func(m Person) bool {
		return slices.ContainsFunc(out.Assignees, func(a Person) bool { return strings.EqualFold(a.Name, m.Name) })
	})
	switch {
	case len(out.Assignees) > 0:
		out.Status = Assigned
	case len(out.Mentions) > 0:
		out.Status = Mentioned
	default:
		out.Status = None
	}
	return out
}
