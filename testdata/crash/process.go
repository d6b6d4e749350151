package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/castellan-app/castellan/app/github/ghsim"
)

// process is one `castellan serve` that is killed and started again.
type process struct {
	binary, dir, listen string
	env                 []string
	cmd                 *exec.Cmd
	log                 *os.File
	up                  bool // was ready since it was started
	kills, early        int
}

func newProcess(o *options, sim *ghsim.Sim, dir, url string) (*process, error) {
	binary, err := filepath.Abs(o.castellan)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	defer l.Close()
	env := append(sim.Env(), "CASTELLAN_LISTEN="+l.Addr().String(), "CASTELLAN_METRICS_LISTEN=off", "CASTELLAN_DATABASE_URL="+url,
		"CASTELLAN_DATA_DIR="+dir, "CASTELLAN_HASH_KEY="+strings.Repeat("5a", 32), "HOME="+dir, "PATH="+os.Getenv("PATH"))
	return &process{binary: binary, dir: dir, listen: l.Addr().String(), env: env, log: log}, nil
}

func (p *process) url() string { return "http://" + p.listen + "/webhook" }

func (p *process) start() error {
	p.cmd = exec.Command(p.binary, "serve")
	p.cmd.Env, p.cmd.Stderr, p.cmd.Stdout, p.up = p.env, p.log, p.log, false
	return p.cmd.Start()
}

// ready waits until it takes deliveries.
func (p *process) ready(within time.Duration) bool {
	client := http.Client{Timeout: time.Second}
	for end := time.Now().Add(within); time.Now().Before(end) && !p.up; time.Sleep(5 * time.Millisecond) {
		res, err := client.Get("http://" + p.listen + "/readyz")
		if err == nil {
			p.up = res.StatusCode == http.StatusOK
			_ = res.Body.Close()
		}
	}
	return p.up
}

// kill is SIGKILL.
func (p *process) kill() error {
	if p.cmd == nil || p.cmd.Process == nil {
		return nil
	}
	if err := p.cmd.Process.Kill(); err != nil {
		return fmt.Errorf("kill: it had ended by itself: %w", err)
	}
	_ = p.cmd.Wait() // killed
	p.cmd = nil
	p.kills++
	if !p.up {
		p.early++
	}
	return nil
}
