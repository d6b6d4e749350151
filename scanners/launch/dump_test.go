package launch

import (
	"fmt"
	"strings"
)

// dump shows a shell's commands, one a line.
func dump(sh Shell) string {
	var b strings.Builder
	for i, c := range sh.Commands {
		fmt.Fprintf(&b, "%d %s join=%d place=%d parent=%d.%d in=%d out=%d", i, sh.Lang, c.Join, c.Place, c.Parent, c.ParentWord, c.In, c.Out)
		for _, s := range c.Env {
			fmt.Fprintf(&b, " [%s=%s]", s.Name, s.Value)
		}
		for _, w := range c.Words {
			fmt.Fprintf(&b, " %q", w.Text)
		}
		for _, r := range c.Redirects {
			fmt.Fprintf(&b, " %s%s%q", r.FD, r.Op, r.Target.Text)
		}
		b.WriteByte('\n')
	}
	return b.String()
}
