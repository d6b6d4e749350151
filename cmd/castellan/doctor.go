package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/castellan-app/castellan/app/config"
	"github.com/castellan-app/castellan/app/github"
	"github.com/castellan-app/castellan/app/report"
	"github.com/castellan-app/castellan/db"
	"github.com/castellan-app/castellan/scanners/credential"
)

const doctorHelp = `Examines an installation of ` + "`castellan serve`" + ` and says what to do about
what is wrong. It reads the same settings, changes nothing, and can run while
castellan serve does. Run it where castellan serve runs: as the same user, with
the same environment and files.

  settings      what is set, and what may not be meant
  data          the data directory: mode, credentials' files, space
  hash-key      the key under which credentials are hashed
  database      reachable, and its schema up to date
  audit         the audit trail is unbroken
  queue         deliveries and tasks that wait; tasks that were given up
  outbox        writes to GitHub that wait or failed
  checks        check runs that have been in progress for too long
  policy        the organisation's castellan.yml, as it was last read
  github        GitHub's address answers; this machine's clock agrees with it
  app           GitHub accepts the App id and key; permissions and events of the
                App are those of app.yml
  installation  what each installation granted, and whether it is suspended
  git           a repository can be fetched with an installation's token
  deliveries    deliveries of GitHub's that never arrived

Each line is ok, warn, fail, or skip where something could not be assessed, with
the reason. With --json the result is one object:
  {"schema": 1, "status": "ok", "checks": [{"check": "", "status": "", "message": "", "advice": ""}]}

--ready only asks the process that serves with these settings on this machine
whether deliveries can be stored, for health checks of containers.

Exit codes:
  0  all is well
  1  there are warnings
  2  something does not work`

// Status of a line of doctor's.
const (
	healthOK   = "ok"
	healthSkip = "skip" // not assessed
	healthWarn = "warn"
	healthFail = "fail"
)

// line is one thing that was examined.
type line struct {
	Check   string `json:"check"`
	Status  string `json:"status"`
	Message string `json:"message"`
	Advice  string `json:"advice"` // what to do, "" with ok
}

// checkup is one run of doctor.
type checkup struct {
	now   func() time.Time
	since time.Duration // how far back to look for deliveries
	set   *config.Serve
	store *db.Store // nil if it cannot be used
	app   *github.App
	lines []line
}

func (d *checkup) add(check, status, advice, format string, args ...any) {
	d.lines = append(d.lines, line{check, status, fmt.Sprintf(format, args...), advice})
}

func (d *checkup) ok(check, format string, args ...any) { d.add(check, healthOK, "", format, args...) }

// doctorWithin bounds the whole examination.
const doctorWithin = 2 * time.Minute

func (c *cli) doctorCommand() *cobra.Command {
	var asJSON, ready bool
	var since time.Duration
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Examine an installation of castellan serve",
		Long:  doctorHelp,
		Example: `  castellan doctor
  castellan doctor --json | jq '.checks[] | select(.status != "ok")'
  docker compose exec castellan castellan doctor`,
		Args: cobra.NoArgs,
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	cmd.Flags().DurationVar(&since, "since", 24*time.Hour, "look this `DURATION` back for deliveries that never arrived; GitHub keeps them for 72h")
	cmd.Flags().BoolVar(&ready, "ready", false, "only ask the process that serves here whether it is ready")
	given := settingFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		ctx, cancel := context.WithTimeout(cmd.Context(), doctorWithin)
		defer cancel()
		d := &checkup{now: time.Now, since: since}
		examine := d.run
		if ready {
			examine = d.ready
		}
		err := examine(ctx, c.env, given())
		c.code = exitOf(d.lines)
		if asJSON {
			return c.doctorJSON(d.lines, err)
		}
		c.doctorText(d.lines)
		return err
	}
	return cmd
}

// run examines everything that can be. Its error is about closing up.
func (d *checkup) run(ctx context.Context, env config.Getenv, flags map[string]string) error {
	set, err := config.Load(env, flags)
	if err != nil {
		for _, text := range problems(err) {
			d.add("settings", healthFail, "mend the setting", "%s", text)
		}
		if set, err = config.LoadStore(env, flags); err != nil {
			return nil
		}
		d.set = set
		d.dataDir()
		return d.database(ctx)
	}
	d.set = set
	d.settings()
	d.dataDir()
	d.hashKey()
	err = d.database(ctx)
	d.reach(ctx)
	d.github(ctx)
	if d.store != nil {
		if closing := d.store.Close(); err == nil {
			err = closing
		}
	}
	return err
}

func (d *checkup) settings() {
	for _, n := range d.set.Notices {
		d.add("settings", healthWarn, "change it, unless it is meant so", "%s", n)
	}
	if len(d.set.Notices) == 0 {
		d.ok("settings", "complete; role %s, GitHub at %s", d.set.Role, d.set.GitHubURL)
	}
}

func exitOf(lines []line) int {
	code := exitOK
	for _, l := range lines {
		switch l.Status {
		case healthFail:
			return exitError
		case healthWarn:
			code = exitFindings
		}
	}
	return code
}

// doctorText prints the lines. Parts come from GitHub and from repositories.
func (c *cli) doctorText(lines []line) {
	width := 0
	for _, l := range lines {
		width = max(width, len(l.Check))
	}
	for _, l := range lines {
		fmt.Fprintf(c.stdout, "%s  %-*s  %s\n", c.mark(l.Status), width, l.Check, shown(l.Message))
		if l.Advice != "" {
			fmt.Fprintf(c.stdout, "%s  → %s\n", strings.Repeat(" ", width+len("warn  ")), shown(l.Advice))
		}
	}
	count := map[string]int{}
	for _, l := range lines {
		count[l.Status]++
	}
	fmt.Fprintf(c.stdout, "\n%d ok, %d to look at, %d broken, %d not assessed\n", count[healthOK], count[healthWarn], count[healthFail], count[healthSkip])
}

func shown(text string) string { return report.Visible(credential.RedactKnown(text)) }

func (c *cli) mark(status string) string {
	word := fmt.Sprintf("%-4s", status)
	if !c.color(c.stdout) {
		return word
	}
	return map[string]string{healthOK: "\x1b[32m", healthWarn: "\x1b[33m", healthFail: "\x1b[31m", healthSkip: "\x1b[2m"}[status] + word + "\x1b[0m"
}

func (c *cli) doctorJSON(lines []line, err error) error {
	out := struct {
		Schema int    `json:"schema"`
		Status string `json:"status"`
		Checks []line `json:"checks"`
	}{1, healthOK, slices.Clone(lines)}
	for i := range out.Checks {
		out.Checks[i].Message = credential.RedactKnown(out.Checks[i].Message)
	}
	switch exitOf(lines) {
	case exitFindings:
		out.Status = healthWarn
	case exitError:
		out.Status = healthFail
	}
	enc := json.NewEncoder(c.stdout)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if encoding := enc.Encode(out); err == nil {
		err = encoding
	}
	return err
}
