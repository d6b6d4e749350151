package version

import (
	"testing"
)

func TestVersionsAreOrdered(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		scheme Scheme
		rising []string
	}{
		{SemVer, []string{
			"0.0.0-0", "0.0.5", "0.1.0", "0.9.0", "0.10.0", "1.0.0-0", "1.0.0-1", "1.0.0-2", "1.0.0-10", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.10", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta-2", "1.0.0-rc.1", "1.0.0", "v1.0.1+build",
			"2025.1.14", "2025.12.18",
		}},
		{PEP440, []string{
			"1.0.dev1", "1.0a1.dev2", "1.0a1", "1.0alpha2", "1.0b1.dev1", "1.0-beta.1", "1.0b2.post1.dev1", "1.0b2.post1", "1.0rc1", "1.0", "1.0.post0.dev1", "1.0.post1", "1.0-2", "1.0.1.dev0", "1.0.1", "1.1", "2025.12.18rc1", "2025.12.18", "1!0.1",
		}},
	} {
		for i, a := range c.rising {
			for j, b := range c.rising {
				v, okV := Parse(c.scheme, a)
				w, okW := Parse(c.scheme, b)
				if n := v.Compare(w); !okV || !okW || (n < 0) != (i < j) || (n > 0) != (i > j) {
					t.Errorf("%s (%v) and %s (%v) compare as %d", a, okV, b, okW, n)
				}
			}
		}
	}
}

func TestEqualVersions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		scheme Scheme
		a, b   string
	}{
		{SemVer, "1.2.3", "v1.2.3+x.y"}, {SemVer, "=1.2.3", "1.2.3"},
		{PEP440, "1.0", "1.0.0"}, {PEP440, "1.0RC1", "1.0-c.1"}, {PEP440, "1.0.post1", "1.0-1"}, {PEP440, "1.0+local.1", "v1.0"}, {PEP440, "1.0.dev", "1.0dev0"}, {PEP440, "01.1", "1.01"},
	} {
		v, okV := Parse(c.scheme, c.a)
		w, okW := Parse(c.scheme, c.b)
		if !okV || !okW || v.Compare(w) != 0 {
			t.Errorf("%s and %s: %v %v %d", c.a, c.b, okV, okW, v.Compare(w))
		}
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for scheme, texts := range map[Scheme][]string{
		SemVer: {"", "latest", "1", "1.2", "1.2.x", "^1.2.3", "1.2.3 || 2", "1..2", "1.2.3.4", "9999999999.0.0", "1.2.3 ", "x1", "-1", "1.2.3-", "1.2.3-a..b", "1.2.3-é", "1.2.3foo", ">=1.2.3"},
		PEP440: {"", "latest", "1.x", "1.*", ">=1", "1..2", "1.0foo", "1.0+", "1.0+é", "1.0a1b1", "9999999999", "1.2.3.4.5.6.7", "1.0 ", "!1", "1!"},
	} {
		for _, text := range texts {
			if v, ok := Parse(scheme, text); ok {
				t.Errorf("%q is read as %+v", text, v)
			}
		}
	}
}

// A range against the versions it holds and does not hold.
func TestRequested(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		scheme   Scheme
		text     string
		has, not []string
	}{
		{SemVer, "1.2.3", []string{"1.2.3"}, []string{"1.2.4", "1.2.3-rc.1"}},
		{SemVer, "^1.2.3", []string{"1.2.3", "1.99.0"}, []string{"1.2.2", "2.0.0", "2.0.0-rc.1"}},
		{SemVer, "^0.1.0", []string{"0.1.0", "0.1.99"}, []string{"0.2.0", "0.0.9"}},
		{SemVer, "^0.0.3", []string{"0.0.3"}, []string{"0.0.4"}},
		{SemVer, "^0.0", []string{"0.0.0", "0.0.9"}, []string{"0.1.0"}},
		{SemVer, "^0", []string{"0.0.1", "0.9.9"}, []string{"1.0.0"}},
		{SemVer, "~1.2.3", []string{"1.2.3", "1.2.9"}, []string{"1.3.0", "1.2.2"}},
		{SemVer, "~1", []string{"1.9.9"}, []string{"2.0.0"}},
		{SemVer, "1", []string{"1.0.0", "1.9.9"}, []string{"2.0.0", "0.9.9"}},
		{SemVer, "v1.2", []string{"1.2.0", "1.2.9"}, []string{"1.3.0"}},
		{SemVer, "1.2.x", []string{"1.2.0"}, []string{"1.3.0"}},
		{SemVer, "1.x.x", []string{"1.7.0"}, []string{"2.0.0"}},
		{SemVer, ">1.2", []string{"1.3.0"}, []string{"1.2.9"}},
		{SemVer, "<=1.2", []string{"1.2.9"}, []string{"1.3.0"}},
		{SemVer, "<1.2", []string{"1.1.9"}, []string{"1.2.0", "1.2.0-rc.1"}},
		{SemVer, ">= 1.2.3 <2", []string{"1.2.3"}, []string{"2.0.0", "1.2.2"}},
		{SemVer, "1.2 - 2.3", []string{"1.2.0", "2.3.9"}, []string{"2.4.0", "1.1.9"}},
		{SemVer, "1.0.0 || ^2.0.0", []string{"1.0.0", "2.1.0"}, []string{"1.0.1", "3.0.0"}},
		{SemVer, "*", []string{"0.0.1", "99.0.0"}, nil},
		{PEP440, "1.2", []string{"1.2", "1.2.0"}, []string{"1.2.1"}},
		{PEP440, "==1.2.*", []string{"1.2", "1.2.9"}, []string{"1.3", "1.1.9"}},
		{PEP440, "~=1.4.2", []string{"1.4.2", "1.4.9"}, []string{"1.5", "1.4.1"}},
		{PEP440, "~=1.4", []string{"1.4", "1.9"}, []string{"2.0"}},
		{PEP440, ">=1, <2", []string{"1.5"}, []string{"2.0", "0.9"}},
		{PEP440, "!=1.2", []string{"1.1"}, nil},
		{PEP440, "===1.2", []string{"1.2"}, []string{"1.3"}},
	} {
		set, ok := Requested(c.scheme, c.text)
		if !ok {
			t.Errorf("%q is not read", c.text)
		}
		for _, text := range append(c.has[:len(c.has):len(c.has)], c.not...) {
			v, ok := Parse(c.scheme, text)
			want := contains(c.has, text)
			if !ok || set.Has(v) != want {
				t.Errorf("%q has %s: %v", c.text, text, !want)
			}
		}
	}
	for scheme, texts := range map[Scheme][]string{
		SemVer: {"", "latest", "next", "1.2.3.4", "^", "~latest", ">=", "1.2.3 foo", "github:o/r", "^1.2.3-", "1.2 -", ">=2.0.0 <1.0.0", "x.1", "<*"},
		PEP440: {"", "latest", "^1.2", "1.x", "~=1", ">=1.*", "1,,2", ">=2,<1", "1 2"},
	} {
		for _, text := range texts {
			if set, ok := Requested(scheme, text); ok {
				t.Errorf("%q is read as %+v", text, set)
			}
		}
	}
}

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

func TestSets(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		affected, requested string
		covers, meets       bool
	}{
		{">=0.0.5,<0.1.16", "0.1.5", true, true},
		{">=0.0.5,<0.1.16", "^0.1.0", false, true},
		{">=0.0.5,<0.1.16", ">=0.0.5 <0.1.10", true, true},
		{">=0.0.5,<0.1.16", "^0.2.0", false, false},
		{">=0.0.5,<0.1.16", "<0.0.5", false, false},
		{"<1.0.0 || >=1.0.0,<2.0.0", "<2.0.0", true, true},
		{"<1.0.0 || >1.0.0,<2.0.0", "<2", false, true},
		{"<=0.6.2 || >=2025.1.14,<2025.7.1", "2025.x", false, true},
		{"<=0.6.2 || >=2025.1.14,<2025.7.1", "0.5 || 2025.3.28", true, true},
		{"*", "*", true, true},
		{"*", "1.0.0", true, true},
		{"<1.0.0", "*", false, true},
		{"=2.3.0", "2.3.0", true, true},
		{"=2.3.0", "^2.3.0", false, true},
		{"=2.3.0", "2.3.1", false, false},
	} {
		a, err := Affected(SemVer, c.affected)
		r, ok := Requested(SemVer, c.requested)
		if err != nil || !ok || a.Covers(r) != c.covers || a.Meets(r) != c.meets {
			t.Errorf("%q and %q: covers %v, meets %v (%v, %v)", c.affected, c.requested, a.Covers(r), a.Meets(r), err, ok)
		}
	}
}

func TestAffectedRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "1.2.3", "<1", "<latest", "not checked", ">=1.0.0,", "<1.0.0,>2.0.0", "<1.0.0 ||", "^1.0.0", ">=1.0.0 <2.0.0"} {
		if set, err := Affected(SemVer, text); err == nil {
			t.Errorf("%q is read as %+v", text, set)
		}
	}
}

func FuzzVersion(f *testing.F) {
	for _, s := range []string{"1.2.3", "v0.1.16-beta.1+x", "2025.12.18rc1", "1!2.0.post1.dev3", "1.0.0-0001"} {
		f.Add(s, "1.2.3", "1.2.4-0")
	}
	f.Fuzz(func(t *testing.T, a, b, c string) {
		for _, s := range []Scheme{SemVer, PEP440} {
			u, okU := Parse(s, a)
			v, okV := Parse(s, b)
			w, okW := Parse(s, c)
			if !okU || !okV || !okW {
				continue
			}
			if u.Compare(v) != -v.Compare(u) || u.Compare(u) != 0 {
				t.Errorf("%q and %q are not ordered", a, b)
			}
			if u.Compare(v) <= 0 && v.Compare(w) <= 0 && u.Compare(w) > 0 {
				t.Errorf("%q, %q and %q go round", a, b, c)
			}
		}
	})
}

func FuzzRange(f *testing.F) {
	for _, s := range []string{"^1.2.3", ">=1 <2 || 3.x", "~=1.4.2,!=1.5", "1.2 - 2.3", "<1.0.0 || >=2.0.0,<3.0.0"} {
		f.Add(s, "<1.0.0 || >=2.0.0,<3.0.0", "1.2.3")
	}
	f.Fuzz(func(t *testing.T, requested, affected, version string) {
		for _, s := range []Scheme{SemVer, PEP440} {
			r, okR := Requested(s, requested)
			a, err := Affected(s, affected)
			if v, ok := Parse(s, version); ok {
				if r, ok := Requested(s, version); !ok || !r.Has(v) {
					t.Errorf("%q is not itself", version)
				}
				if okR && err == nil && r.Has(v) && (a.Covers(r) && !a.Has(v) || !a.Meets(r) && a.Has(v)) {
					t.Errorf("%q within %q against %q", version, requested, affected)
				}
			}
		}
	})
}
