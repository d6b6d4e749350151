package policy

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestWithin(t *testing.T) {
	t.Parallel()
	tests := []struct {
		version, constraint string
		want                bool
	}{
		{"1.4.0", ">=1.4", true}, {"1.3.9", ">=1.4", false}, {"1.10.0", ">=1.4", true}, {"2.0", ">=1.4, <2", false}, {"1.9.9", ">=1.4 <2", true},
		{"1.4.2", "1.4.2", true}, {"v1.4.2", "=1.4.2", true}, {"1.4.3", "1.4.2", false}, {"1.4.3", "1.4", true}, {"1.5", "1.4", false},
		{"1.9.0", "^1.4", true}, {"2.0.0", "^1.4", false}, {"1.3.0", "^1.4", false}, {"0.4.9", "^0.4.1", true}, {"0.5.0", "^0.4.1", false}, {"0.0.3", "^0.0.3", true}, {"0.0.4", "^0.0.3", false},
		{"1.4.9", "~1.4.2", true}, {"1.5.0", "~1.4.2", false}, {"1.9", "~1", true}, {"2.0", "~1", false},
		{"1.4.0-rc.1", ">=1.4.0", false}, {"1.4.0-rc.1", "<1.4.0", true}, {"1.4.0+build", ">=1.4.0", true}, {"1.4.0.post1", ">=1.4.0", true}, {"1.4.0rc1", ">=1.4.0", false},
		{"1.4.1", ">1.4.1", false}, {"1.4.1", "<=1.4.1", true}, {"20261101.1", ">=20260101", true},
		{"latest", ">=1.4", false}, {"", ">=1.4", false}, {"1.x", ">=1.4", false}, {"main", "<2", false},
	}
	for _, test := range tests {
		if got := within(test.version, test.constraint); got != test.want {
			t.Errorf("%s in %s: %t", test.version, test.constraint, got)
		}
	}
}

func TestApproves(t *testing.T) {
	t.Parallel()
	p := Defaults()
	p.Approved = []Approval{
		{Integration: "npm:a", Version: ">=1.4", Scope: []string{"acme/pay-*"}},
		{Integration: "npm:a", Version: ">=2", Until: Date{2027, 3, 31}},
		{Integration: "product:b", Until: Date{2027, 3, 31}},
	}
	tests := []struct {
		use  Use
		when string
		want string
	}{
		{Use{[]string{"npm:a"}, "1.4.0", "acme/pay-in"}, "2027-01-01", ""},
		{Use{[]string{"npm:a"}, "1.4.0", "Acme/Pay-In"}, "2027-01-01", ""},
		{Use{[]string{"npm:a"}, "1.4.0", ""}, "2027-01-01", ""},
		{Use{[]string{"npm:a"}, "1.3.0", "acme/pay-in"}, "2027-01-01", "version 1.3.0 is outside >=1.4, which is approved"},
		{Use{[]string{"npm:a"}, "", "acme/pay-in"}, "2027-01-01", "it is approved in version >=1.4 only, and no version is pinned here"},
		{Use{[]string{"npm:a"}, "2.0.0", "acme/x"}, "2027-01-01", ""},
		{Use{[]string{"npm:a"}, "2.0.0", "acme/x"}, "2027-04-01", "its approval ended on 2027-03-31"},
		{Use{[]string{"npm:x", "product:b"}, "", "acme/x"}, "2027-03-31", ""},
		{Use{[]string{"npm:x"}, "", "acme/x"}, "2027-03-31", "none"},
	}
	for _, test := range tests {
		now, err := time.Parse(time.DateOnly, test.when)
		if err != nil {
			t.Fatal(err)
		}
		covers, why := p.Approves(test.use, now)
		got := why.String()
		if covers == nil && why == nil {
			got = "none"
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%+v on %s: %s", test.use, test.when, diff)
		}
	}
	if Defaults().Registers() || !p.Registers() {
		t.Error("who keeps a register?")
	}
}

func FuzzWithin(f *testing.F) {
	f.Add("1.4.2", ">=1.4, <2")
	f.Add("0.0.0-a", "^0")
	f.Fuzz(func(t *testing.T, version, constraint string) {
		within(version, constraint)
		if r, ok := parseVersion(version); ok && version[0] != '=' && checkVersion("<"+version) == nil {
			if within(version, "<"+version) || !within(version, ">="+version) || r.compare(r) != 0 {
				t.Errorf("%q is not equal to itself", version)
			}
		}
	})
}
