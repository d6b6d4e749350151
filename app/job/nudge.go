package job

import (
	"context"
	"encoding/json"

	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riversqlite"
)

// nudged is River's driver for SQLite, which cannot tell of new jobs, with a
// listener that this process, the only one on the database, tells itself. Without
// it River has to ask every lane all the time: at 25 ms that took a sixth of a
// core on an idle machine. A nudge that is lost costs one poll.
type nudged struct {
	*riversqlite.Driver
	told *nudges
}

// SupportsListener implements riverdriver.Driver.
func (nudged) SupportsListener() bool { return true }

// GetListener implements riverdriver.Driver.
func (d nudged) GetListener(*riverdriver.GetListenenerParams) riverdriver.Listener { return d.told }

// nudges implements riverdriver.Listener within a process.
type nudges struct{ lanes chan Lane }

func newNudges() *nudges { return &nudges{make(chan Lane, 64)} }

// of says that there is something to do in a lane. It never waits: when so many
// nudges are on their way already, River is about to look.
func (n *nudges) of(lane Lane) {
	select {
	case n.lanes <- lane:
	default:
	}
}

// WaitForNotification implements riverdriver.Listener, in the form that River
// gives its notifications of inserted jobs on PostgreSQL.
func (n *nudges) WaitForNotification(ctx context.Context) (*riverdriver.Notification, error) {
	select {
	case lane := <-n.lanes:
		payload, err := json.Marshal(map[string]string{"queue": string(lane)})
		return &riverdriver.Notification{Topic: "river_insert", Payload: string(payload)}, err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Close and the rest implement riverdriver.Listener; there is no connection.
func (*nudges) Close(context.Context) error            { return nil }
func (*nudges) Connect(context.Context) error          { return nil }
func (*nudges) Listen(context.Context, string) error   { return nil }
func (*nudges) Ping(context.Context) error             { return nil }
func (*nudges) Schema() string                         { return "" }
func (*nudges) SetAfterConnectExec(string)             {}
func (*nudges) Unlisten(context.Context, string) error { return nil }
