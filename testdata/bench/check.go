package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/castellan-app/castellan/app/github/ghsim"
	"github.com/castellan-app/castellan/db/dbtest"
)

const (
	commits = 1000 // of the repository before the first push that is timed
	pushes  = 100  // that are timed
	warm    = 10   // that are not, before each kind
)

// checks times `castellan serve` from the moment GitHub delivers a push to the
// moment it has the completed check run, and counts the requests made for it.
// The simulated GitHub runs here and answers at once.
func checks(castellan string) error {
	fmt.Printf("push of 10 files to a repository of %d commits, %d pushes one after the other; requests per push, those of tokens apart\n\n", commits, pushes)
	fmt.Printf("%-10s %-34s %8s %8s %8s %6s %6s %6s\n", "database", "push", "p50 ms", "p99 ms", "max ms", "REST", "token", "git")
	for _, engine := range []string{"sqlite", "postgres"} {
		if err := checksOn(castellan, engine); err != nil {
			return fmt.Errorf("%s: %w", engine, err)
		}
	}
	return nil
}

// kindOfPush makes the files of the n-th push.
type kindOfPush struct {
	name, branch string
	files        func(n int) map[string]string
}

func plainFiles(n int) map[string]string {
	out := map[string]string{}
	for i := range 10 {
		out[fmt.Sprintf("src/f%d.go", (n*10+i)%300)] = strings.Repeat(fmt.Sprintf("push %d file %d\n", n, i), 40)
	}
	return out
}

func filesWithAI(n int) map[string]string {
	out := plainFiles(n)
	out[".mcp.json"] = fmt.Sprintf(`{"mcpServers": {"files": {"command": "npx", "args": ["-y", "acme-mcp@1.0.%d"]}}}`, n)
	return out
}

func checksOn(castellan, engine string) error {
	dir, err := os.MkdirTemp("", "castellan-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	url := "sqlite:" + filepath.Join(dir, "castellan.db")
	if engine == "postgres" {
		fresh, drop, err := dbtest.NewDatabase(context.Background())
		if err != nil {
			return err
		}
		defer func() { _ = drop() }() // the server ends with us
		url = fresh
	}
	sim, err := ghsim.NewServer(ghsim.Options{Dir: filepath.Join(dir, "github"), Unchecked: true})
	if err != nil {
		return err
	}
	defer sim.Close()
	stop, err := serve(castellan, dir, url, sim)
	if err != nil {
		return err
	}
	repo := grow(sim)
	for i, k := range []kindOfPush{
		{"branch, nothing of AI", "feature", plainFiles},
		{"default branch, nothing of AI", "main", plainFiles},
		{"branch, with a file of AI", "agents", filesWithAI},
		{"default branch, with a file of AI", "main", filesWithAI},
	} {
		if err = timePushes(sim, repo, engine, i, k); err != nil {
			break
		}
	}
	cpu := stop()
	fmt.Printf("%-10s %-34s %8.1f ms of processor a push, all told\n", engine, "", float64(cpu.Milliseconds())/(4*(warm+pushes)))
	return err
}

func grow(sim *ghsim.Sim) *ghsim.Repo {
	sim.Org("acme", "alice")
	repo := sim.CreateRepo("acme", "shop", ghsim.RepoOptions{Files: map[string]string{"README.md": "shop\n", "CODEOWNERS": "* @alice\n"}})
	history := make([]ghsim.Commit, commits)
	for i := range history {
		history[i] = ghsim.Commit{Files: map[string]string{fmt.Sprintf("src/f%d.go", i%300): strings.Repeat(fmt.Sprintf("line of commit %d\n", i), 50)}, Message: "Change"}
	}
	sim.PushCommits(repo, "main", history...)
	sim.Install("acme")
	return repo
}

func timePushes(sim *ghsim.Sim, repo *ghsim.Repo, engine string, round int, k kindOfPush) error {
	var took []float64
	count := map[string]int{}
	for n := range warm + pushes {
		if n == warm {
			sim.ResetRequests()
		}
		sim.Route(func(string, string) ghsim.Fate { return ghsim.Hold })
		sha := sim.Push(repo, k.branch, k.files(round*1000+n), "Change")
		sim.Route(nil)
		began := time.Now()
		sim.Release()
		if err := completed(sim, repo, sha); err != nil {
			return err
		}
		if n >= warm {
			took = append(took, float64(time.Since(began).Microseconds())/1000)
		}
		time.Sleep(50 * time.Millisecond) // what comes after the check ends
	}
	time.Sleep(time.Second)
	for _, r := range sim.Requests() {
		switch {
		case r.Route == ghsim.GitRoute:
			count["git"]++
		case strings.HasSuffix(r.Route, "/access_tokens"):
			count["token"]++
		default:
			count["rest"]++
		}
	}
	slices.Sort(took)
	per := func(what string) float64 { return float64(count[what]) / pushes }
	fmt.Printf("%-10s %-34s %8.1f %8.1f %8.1f %6.2f %6.2f %6.2f\n", engine, k.name, took[len(took)/2], took[len(took)*99/100], took[len(took)-1], per("rest"), per("token"), per("git"))
	return nil
}

func completed(sim *ghsim.Sim, repo *ghsim.Repo, sha string) error {
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		for _, c := range sim.Checks(repo, sha) {
			if c.Status == "completed" {
				return nil
			}
		}
	}
	return errors.New("a check run is not completed after 20 s")
}

// serve starts castellan and waits until it takes deliveries. stop ends it and
// tells what processor time it took.
func serve(castellan, dir, url string, sim *ghsim.Sim) (stop func() time.Duration, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	listen := l.Addr().String()
	if err := l.Close(); err != nil {
		return nil, err
	}
	binary, err := filepath.Abs(castellan)
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(binary, "serve")
	cmd.Env = append(sim.Env(), "CASTELLAN_LISTEN="+listen, "CASTELLAN_METRICS_LISTEN=off", "CASTELLAN_DATABASE_URL="+url,
		"CASTELLAN_DATA_DIR="+dir, "CASTELLAN_HASH_KEY="+strings.Repeat("5a", 32), "HOME="+dir, "PATH="+os.Getenv("PATH"))
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	stop = func() time.Duration {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
		return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	}
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		res, err := http.Get("http://" + listen + "/readyz")
		if err != nil {
			continue
		}
		_ = res.Body.Close()
		if res.StatusCode == http.StatusOK {
			sim.SetWebhook("http://"+listen+"/webhook", sim.WebhookSecret())
			return stop, nil
		}
	}
	stop()
	return nil, errors.New("castellan does not get ready")
}
