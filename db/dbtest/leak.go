package dbtest

import (
	"fmt"
	"os"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"
)

// Main runs the tests of a package and fails it if goroutines of ours, the job
// queue's or a database's are still there when all of them have ended.
func Main(m *testing.M) {
	code := m.Run()
	var left []string
	for end := time.Now().Add(5 * time.Second); code == 0 && time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if left = leaked(); len(left) == 0 {
			os.Exit(0)
		}
	}
	if code == 0 {
		fmt.Fprintf(os.Stderr, "goroutines are left behind:\n\n%s\n", strings.Join(left, "\n\n"))
		code = 1
	}
	os.Exit(code)
}

var watched = regexp.MustCompile(`castellan-app/castellan/|riverqueue/|jackc/pgx|database/sql\.`)

func leaked() []string {
	buf := make([]byte, 4<<20)
	var out []string
	for i, stack := range strings.Split(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
		if i > 0 && watched.MatchString(stack) { // the first is the caller
			out = append(out, stack)
		}
	}
	return out
}
