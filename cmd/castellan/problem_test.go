package main

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestProblems(t *testing.T) {
	t.Parallel()
	a, b, hostile := errors.New("a"), errors.New("b"), errors.New("x\ncastellan: all is well")
	for name, c := range map[string]struct {
		err  error
		want []string
	}{
		"one":                 {a, []string{"a"}},
		"joined":              {errors.Join(a, b), []string{"a", "b"}},
		"wrapped":             {fmt.Errorf("read: %w", errors.Join(a, b)), []string{"read: a", "read: b"}},
		"joined and wrapped":  {errors.Join(a, fmt.Errorf("read: %w", errors.Join(b, a))), []string{"a", "read: b", "read: a"}},
		"a newline within":    {errors.Join(a, hostile), []string{"a", "x\ncastellan: all is well"}},
		"two causes":          {fmt.Errorf("%w: %w", a, b), []string{"a: b"}},
		"something after it":  {fmt.Errorf("%w (told)", errors.Join(a, b)), []string{"a\nb (told)"}},
		"a join of only one":  {fmt.Errorf("read: %w", errors.Join(a)), []string{"read: a"}},
		"wrapped many levels": {fmt.Errorf("1: %w", fmt.Errorf("2: %w", errors.Join(a, b))), []string{"1: 2: a", "1: 2: b"}},
	} {
		if diff := cmp.Diff(c.want, problems(c.err)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
