package dbtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// running is a server and the pipe that keeps it running.
type running struct {
	url  string
	keep io.Closer
}

// start begins a server on a socket of its own. It ends with the test process,
// whichever way that ends: a shell beside it watches the pipe to it.
func start() (*running, error) {
	if u := os.Getenv("CASTELLAN_TEST_POSTGRES_URL"); u != "" {
		return &running{url: u}, nil
	}
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "castellan-pg-")
	if err != nil {
		return nil, err
	}
	as, err := account(dir)
	if err != nil {
		return nil, err
	}
	data := filepath.Join(dir, "data")
	initdb := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "castellan", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
	initdb.SysProcAttr = as
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w\n%s", err, out)
	}
	const watch = `"$0" -D "$1" -k "$2" -c listen_addresses= -c max_connections=300 >"$2/log" 2>&1 & pid=$!; read _; kill -INT $pid; wait $pid; rm -rf "$2"`
	server := exec.Command("sh", "-c", watch, filepath.Join(bin, "postgres"), data, dir)
	server.SysProcAttr = as
	server.SysProcAttr.Setpgid = true // an interrupt of the tests is not its own
	keep, err := server.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := server.Start(); err != nil {
		return nil, fmt.Errorf("start postgres: %w", err)
	}
	url := "postgres://castellan@/postgres?host=" + dir
	if err := ready(url); err != nil {
		log, _ := os.ReadFile(filepath.Join(dir, "log"))
		return nil, fmt.Errorf("%w\n%s", err, log)
	}
	return &running{url, keep}, nil
}

// programs is the folder of the newest installed server programs.
func programs() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		if p, err := exec.LookPath("initdb"); err == nil {
			return filepath.Dir(p), nil
		}
		return "", errors.New("install its server programs (Debian: apt-get install postgresql), or set CASTELLAN_TEST_POSTGRES_URL")
	}
	slices.SortFunc(found, func(a, b string) int { return version(a) - version(b) })
	return filepath.Dir(found[len(found)-1]), nil
}

func version(path string) int {
	n, _ := strconv.Atoi(strings.Split(path, "/")[4])
	return n
}

// account is who runs the server: it refuses to run as root.
func account(dir string) (*syscall.SysProcAttr, error) {
	if os.Getuid() != 0 {
		return &syscall.SysProcAttr{}, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, err
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.Atoi(u.Gid)
	if err != nil {
		return nil, err
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, os.Chown(dir, uid, gid)
}

func ready(url string) error {
	server, err := sql.Open("pgx", url)
	if err != nil {
		return err
	}
	deadline := time.Now().Add(30 * time.Second)
	for {
		err := server.PingContext(context.Background())
		if err == nil {
			return server.Close()
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("postgres does not answer: %w", errors.Join(err, server.Close()))
		}
		time.Sleep(50 * time.Millisecond)
	}
}
