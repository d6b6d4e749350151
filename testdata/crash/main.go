// Command crash kills `castellan serve` with SIGKILL at random moments, again
// and again, while a simulated GitHub delivers pushes and pull requests, some of
// which leak a key. At the end everything that was acknowledged must have been
// done, and nothing twice.
//
//	go run ./testdata/crash -castellan ./castellan -rounds 200 -db postgres -workers 2
//
// It exits with 1 if anything is wrong.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/castellan-app/castellan/app/github/ghsim"
	"github.com/castellan-app/castellan/db/dbtest"
)

type options struct {
	castellan, db   string
	rounds, workers int
	seed            uint64
	keep            bool
}

func main() {
	var o options
	flag.StringVar(&o.castellan, "castellan", "./castellan", "binary to kill")
	flag.StringVar(&o.db, "db", "sqlite", "sqlite or postgres")
	flag.IntVar(&o.rounds, "rounds", 200, "times a process is killed")
	flag.IntVar(&o.workers, "workers", 1, "processes; more than one need postgres")
	flag.Uint64Var(&o.seed, "seed", uint64(time.Now().UnixNano()), "of the random moments and changes")
	flag.BoolVar(&o.keep, "keep", false, "keep logs and data")
	flag.Parse()
	if o.workers > 1 && o.db == "sqlite" {
		fmt.Fprintln(os.Stderr, "crash: an SQLite file has one process")
		os.Exit(2)
	}
	wrong, err := run(&o)
	if err != nil {
		fmt.Fprintln(os.Stderr, "crash:", err)
		os.Exit(2)
	}
	for _, w := range wrong {
		fmt.Println("WRONG:", w)
	}
	if len(wrong) > 0 {
		os.Exit(1)
	}
}

func run(o *options) (wrong []string, err error) {
	dir, err := os.MkdirTemp("", "castellan-crash-")
	if err != nil {
		return nil, err
	}
	if o.keep {
		fmt.Println("logs and data in", dir)
	} else {
		defer os.RemoveAll(dir)
	}
	url := "sqlite:" + filepath.Join(dir, "castellan.db")
	if o.db == "postgres" {
		var drop func() error
		if url, drop, err = dbtest.NewDatabase(context.Background()); err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, drop()) }()
	}
	sim, err := ghsim.NewServer(ghsim.Options{Dir: filepath.Join(dir, "github")})
	if err != nil {
		return nil, err
	}
	defer sim.Close()
	r := rand.New(rand.NewPCG(o.seed, 1))
	var fleet []*process
	for i := range o.workers {
		p, err := newProcess(o, sim, filepath.Join(dir, fmt.Sprint("p", i)), url)
		if err != nil {
			return nil, err
		}
		defer p.kill()
		fleet = append(fleet, p)
	}
	w := newWorld(sim, rand.New(rand.NewPCG(o.seed, 2)))
	began := time.Now()
	if err := siege(o, w, fleet, url, r); err != nil {
		return nil, err
	}
	took := time.Since(began)
	quiet, err := calm(w, fleet, url)
	if err != nil {
		return nil, err
	}
	report, wrong, err := verify(w, url)
	fmt.Printf("%s, %d worker(s), seed %d: %d kills (%d before it was ready) in %s, quiet %s later\n%s", o.db, o.workers, o.seed,
		kills(fleet), early(fleet), took.Round(time.Second), quiet.Round(time.Second), report)
	return wrong, err
}

// siege streams changes while it kills and restarts.
func siege(o *options, w *world, fleet []*process, url string, r *rand.Rand) error {
	for _, p := range fleet {
		if err := p.start(); err != nil {
			return err
		}
		if !p.ready(20 * time.Second) {
			return errors.New("castellan does not get ready: see -keep")
		}
	}
	w.sim.SetWebhook(fleet[0].url(), w.sim.WebhookSecret())
	w.settle()
	if err := done(w, url, time.Minute); err != nil {
		return err
	}
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			w.sim.SetWebhook(fleet[w.rand.IntN(len(fleet))].url(), w.sim.WebhookSecret())
			w.change()
			time.Sleep(time.Duration(w.rand.IntN(250)) * time.Millisecond)
		}
	})
	defer wg.Wait()
	defer close(stop)
	for range o.rounds {
		p := fleet[r.IntN(len(fleet))]
		if r.IntN(5) == 0 { // while it starts
			time.Sleep(time.Duration(r.IntN(100)) * time.Millisecond)
		} else {
			p.ready(10 * time.Second)
			time.Sleep(time.Duration(r.IntN(300)) * time.Millisecond)
		}
		if err := errors.Join(p.kill(), p.start()); err != nil {
			return err
		}
	}
	return nil
}

func kills(fleet []*process) (n int) {
	for _, p := range fleet {
		n += p.kills
	}
	return n
}

func early(fleet []*process) (n int) {
	for _, p := range fleet {
		n += p.early
	}
	return n
}
