package owner

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// fake is a directory held in maps. Keys of people are logins as written.
type fake struct {
	users      map[string]User
	teams      map[string][]string
	authors    map[string]string
	admins     []string
	left       map[string]bool
	assignable map[string]bool
	err        error
	asked      *[]string
}

func (f fake) user(login string) User {
	if u, ok := f.users[login]; ok {
		return u
	}
	return User{Login: login, Type: "User"}
}

func (f fake) User(_ context.Context, login string) (User, bool, error) {
	return f.user(login), login != "ghosted", f.err
}

func (f fake) TeamMembers(_ context.Context, org, slug string) ([]User, bool, error) {
	logins, ok := f.teams[org+"/"+slug]
	var users []User
	for _, l := range logins {
		users = append(users, f.user(l))
	}
	return users, ok, f.err
}

func (f fake) Author(_ context.Context, commit string) (User, error) {
	if l := f.authors[commit]; l != "" {
		return f.user(l), f.err
	}
	return User{}, f.err
}

func (f fake) Admins(context.Context) ([]User, error) {
	var users []User
	for _, l := range f.admins {
		users = append(users, f.user(l))
	}
	return users, f.err
}

func (f fake) Belongs(_ context.Context, login string) (bool, error) { return !f.left[login], f.err }

func (f fake) Assignable(_ context.Context, login string) (bool, error) {
	if f.asked != nil {
		*f.asked = append(*f.asked, login)
	}
	return f.assignable[login], f.err
}

var codeownersFile = []byte(`*            @fallback
/payments/   @acme/payments @paula
/dead/       @gone @ghosted @acme/none @acme/empty
/free/
/mail/       mail@example.com
/bots/       @helper-app @Copilot
`)

func directory() fake {
	return fake{
		users: map[string]User{
			"helper-app": {Login: "helper-app[bot]", Type: "Bot"},
			"Copilot":    {Login: "Copilot", Type: "Bot"},
			"acme":       {Login: "acme", Type: "Organization"},
			"ghost":      {Login: "ghost", Type: "User"},
			"asleep":     {Login: "asleep", Type: "User", Suspended: true},
		},
		teams:      map[string][]string{"acme/payments": {"mia", "noa", "gone"}, "acme/empty": {"gone", "Copilot"}, "acme/readers": {"reader"}},
		authors:    map[string]string{"c1": "author", "c2": "Copilot", "c3": "gone", "c4": "ghost"},
		admins:     []string{"Copilot", "gone", "root"},
		left:       map[string]bool{"gone": true},
		assignable: map[string]bool{"mia": true, "noa": true, "paula": true, "author": true, "root": true, "fallback": true, "gone": true, "Copilot": true, "helper-app[bot]": true},
	}
}

// summary is a resolution on one line.
func summary(r Resolution) string {
	var parts []string
	for _, p := range r.Assignees {
		parts = append(parts, p.Name)
	}
	for _, p := range r.Mentions {
		parts = append(parts, "mention "+p.Name)
	}
	return fmt.Sprintf("%s: %s (%s, %s)", r.Status, strings.Join(parts, " "), r.Source, r.Confidence)
}

func TestResolve(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		policy    []string
		place     Place
		assignees int
		want      string
	}{
		"policy first":                  {[]string{"@paula"}, Place{"payments/x", "c1"}, 0, "assigned: paula (policy, high)"},
		"policy team":                   {[]string{"@acme/payments"}, Place{"x", ""}, 0, "assigned: mia noa (policy, high)"},
		"CODEOWNERS":                    {nil, Place{"payments/x", "c1"}, 0, "assigned: mia noa paula (CODEOWNERS, high)"},
		"one place, the team is told":   {nil, Place{"payments/x", "c1"}, 1, "assigned: mia mention acme/payments (CODEOWNERS, high)"},
		"catch-all says less":           {nil, Place{"other", "c1"}, 0, "assigned: fallback (CODEOWNERS, medium)"},
		"unowned on purpose":            {nil, Place{"free/x", "c1"}, 0, "assigned: author (author, medium)"},
		"dead owners":                   {nil, Place{"dead/x", "c1"}, 0, "assigned: author (author, medium)"},
		"an address":                    {nil, Place{"mail/x", "c1"}, 0, "assigned: author (author, medium)"},
		"bots never":                    {nil, Place{"bots/x", "c2"}, 0, "assigned: root (repository admin, low)"},
		"an author who left":            {nil, Place{"free/x", "c3"}, 0, "assigned: root (repository admin, low)"},
		"a deleted author":              {nil, Place{"free/x", "c4"}, 0, "assigned: root (repository admin, low)"},
		"no author":                     {nil, Place{"free/x", "c9"}, 0, "assigned: root (repository admin, low)"},
		"mentioned, the next assigned":  {[]string{"@acme/readers"}, Place{"payments/x", ""}, 0, "assigned: mia noa paula mention acme/readers (CODEOWNERS, high)"},
		"an organisation is no owner":   {[]string{"@acme"}, Place{"other", ""}, 0, "assigned: fallback (CODEOWNERS, medium)"},
		"a suspended one is no owner":   {[]string{"@asleep"}, Place{"other", ""}, 0, "assigned: fallback (CODEOWNERS, medium)"},
		"nonsense in the policy":        {[]string{"paula", "@a/../b", ""}, Place{"other", ""}, 0, "assigned: fallback (CODEOWNERS, medium)"},
		"more than fit is ten":          {nil, Place{"payments/x", ""}, 99, "assigned: mia noa paula (CODEOWNERS, high)"},
		"a person cannot be assigned":   {[]string{"@reader"}, Place{"other", ""}, 0, "assigned: fallback mention reader (CODEOWNERS, medium)"},
		"one named twice is asked once": {[]string{"@paula", "@Paula"}, Place{"x", ""}, 0, "assigned: paula (policy, high)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := directory()
			dir.users["Paula"] = User{Login: "paula", Type: "User"}
			got, err := Resolve(context.Background(), dir, Request{Places: []Place{c.place}, Policy: c.policy,
				Codeowners: ParseCodeowners("CODEOWNERS", codeownersFile), Assignees: c.assignees})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, summary(got)); diff != "" {
				t.Errorf("(-want +got):\n%s\n%+v", diff, got.Trace)
			}
		})
	}
}

func TestNobody(t *testing.T) {
	t.Parallel()
	dir := directory()
	dir.admins = nil
	for name, c := range map[string]struct {
		req  Request
		want string
	}{
		"no owner":  {Request{Places: []Place{{"x", ""}}}, "no owner:  (, )"},
		"no place":  {Request{}, "no owner:  (, )"},
		"mentioned": {Request{Policy: []string{"@acme/readers"}}, "mentioned: mention acme/readers (policy, high)"},
		"too large": {Request{Places: []Place{{"x", ""}}, Codeowners: ParseCodeowners("CODEOWNERS", make([]byte, MaxSize))}, "no owner:  (, )"},
	} {
		got, err := Resolve(context.Background(), dir, c.req)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, summary(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestCodeownersIsNeverSilentlyInert is lesson 11: what became of every entry is
// told, and dead ones are marked.
func TestCodeownersIsNeverSilentlyInert(t *testing.T) {
	t.Parallel()
	got, err := Resolve(context.Background(), directory(), Request{
		Places:     []Place{{"dead/x", ""}, {"free/x", ""}, {"mail/x", ""}},
		Codeowners: ParseCodeowners("CODEOWNERS", codeownersFile),
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []Outcome{
		{FromCodeowners, "@gone", "line 3 of CODEOWNERS", "left the organisation", true},
		{FromCodeowners, "@ghosted", "line 3 of CODEOWNERS", "no such account", true},
		{FromCodeowners, "@acme/none", "line 3 of CODEOWNERS", "no such team, or a secret one", true},
		{FromCodeowners, "@acme/empty", "line 3 of CODEOWNERS", "a team without a member who could answer", true},
		{FromCodeowners, "/free/", "line 4 of CODEOWNERS", "leaves the place without an owner on purpose", false},
		{FromCodeowners, "an e-mail address", "line 5 of CODEOWNERS", "an address is no account that could be assigned", false},
		{FromAdmin, "@Copilot", "administers the repository", "no person who could be asked: a bot, App, organisation or suspended account", false},
		{FromAdmin, "@gone", "administers the repository", "left the organisation", true},
		{FromAdmin, "@root", "administers the repository", "assigned", false},
	}
	if diff := cmp.Diff(want, got.Trace); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSkippedLinesAreTold(t *testing.T) {
	t.Parallel()
	got, err := Resolve(context.Background(), directory(), Request{Places: []Place{{"x", ""}},
		Codeowners: ParseCodeowners("CODEOWNERS", []byte("!a @paula\nx paula\n"))})
	if err != nil {
		t.Fatal(err)
	}
	want := []Outcome{
		{FromCodeowners, "!a", "line 1 of CODEOWNERS", "GitHub skips the line: a pattern cannot be negated with !", true},
		{FromCodeowners, "paula", "line 2 of CODEOWNERS", "GitHub skips the line: no owner: write @user, @org/team or an e-mail address", true},
	}
	if diff := cmp.Diff(want, got.Trace[:2]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAskingIsBounded(t *testing.T) {
	t.Parallel()
	dir := directory()
	dir.teams["acme/huge"] = nil
	for i := range 5000 {
		dir.teams["acme/huge"] = append(dir.teams["acme/huge"], fmt.Sprintf("u%d", i))
	}
	dir.asked = &[]string{}
	got, err := Resolve(context.Background(), dir, Request{Policy: []string{"@acme/huge"}})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(*dir.asked); n != mostAsked {
		t.Errorf("%d accounts were asked about, want %d", n, mostAsked)
	}
	if got.Mentions[0].Name != "acme/huge" {
		t.Errorf("the team is not mentioned: %s", summary(got))
	}
	if len(got.Assignees) > MaxAssignees {
		t.Errorf("%d assignees", len(got.Assignees))
	}
}

func TestDirectoryErrorIsNoMissingOwner(t *testing.T) {
	t.Parallel()
	dir := directory()
	dir.err = errors.New("502")
	for _, req := range []Request{{Policy: []string{"@paula"}}, {Policy: []string{"@acme/payments"}}, {Places: []Place{{"x", "c1"}}}, {}} {
		if got, err := Resolve(context.Background(), dir, req); !errors.Is(err, dir.err) {
			t.Errorf("%+v: %s, error %v", req, summary(got), err)
		}
	}
}

func TestPerson(t *testing.T) {
	t.Parallel()
	for u, want := range map[User]bool{
		{Login: "mia", Type: "User"}:                true,
		{Login: "mia_acme", Type: "User"}:           true,
		{Login: "app[bot]", Type: "Bot"}:            false,
		{Login: "app[bot]", Type: "User"}:           false,
		{Login: "Copilot", Type: "Bot"}:             false,
		{Login: "Ghost", Type: "User"}:              false,
		{Login: "mona", Type: "Mannequin"}:          false,
		{Login: "acme", Type: "Organization"}:       false,
		{Login: "mia", Type: ""}:                    false,
		{Login: "", Type: "User"}:                   false,
		{Login: "a/b", Type: "User"}:                false,
		{Login: "m", Type: "User", Suspended: true}: false,
	} {
		if u.Person() != want {
			t.Errorf("%+v: %v", u, !want)
		}
	}
}
