package scan

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestAFailedTargetIsReported: as one that was not read, with the reason.
func TestAFailedTargetIsReported(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, ".mcp.json", `{"mcpServers":{"a":{"command":"x"}}}`)
	missing := filepath.Join(dir, "missing")
	for name, c := range map[string]struct {
		change func(*Options)
		mode   Mode
	}{
		"folder":  {func(*Options) {}, ModeTree},
		"history": {func(o *Options) { o.History = true }, ModeHistory},
		"range":   {func(o *Options) { o.Range = "A..B" }, ModeRange},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := options(t)
			c.change(&o)
			r, err := Run(t.Context(), []string{missing}, o)
			if err == nil {
				t.Fatal("no error")
			}
			want := []Target{{Name: missing, Mode: c.mode, Coverage: Coverage{
				Skipped: []Skip{{Reason: "no such folder or repository", Incomplete: true}},
			}}}
			if diff := cmp.Diff(want, r.Targets); diff != "" {
				t.Errorf("targets (-want +got):\n%s", diff)
			}
		})
	}
}

// TestInterruptedTargetsAreReported: also those that were not begun.
func TestInterruptedTargetsAreReported(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r, err := Run(ctx, []string{t.TempDir(), t.TempDir()}, options(t))
	if err == nil || err.Error() != "context canceled" {
		t.Errorf("error %v", err)
	}
	for i := range r.Targets {
		c := &r.Targets[i].Coverage
		if c.Complete || len(c.Skipped) != 1 || c.Skipped[0].Reason != "context canceled" {
			t.Errorf("coverage %+v", *c)
		}
	}
	if len(r.Targets) != 2 {
		t.Errorf("%d targets", len(r.Targets))
	}
}
