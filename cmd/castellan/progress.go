package main

import (
	"io"
	"sync"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// progress shows what a long run is doing, on a terminal. It implements
// scan.Progress; without a terminal it shows nothing.
type progress struct {
	mu  sync.Mutex
	mpb *mpb.Progress
	bar *mpb.Bar
}

func newProgress(w io.Writer, show bool) *progress {
	if !show {
		return &progress{}
	}
	return &progress{mpb: mpb.New(mpb.WithOutput(w), mpb.WithWidth(40))}
}

// Phase begins a new piece of work. total is its number of steps; 0 if nobody
// knows beforehand.
func (p *progress) Phase(name string, total int) {
	if p.mpb == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.end()
	counter := decor.CountersNoUnit("%d of %d")
	if total == 0 {
		counter = decor.CurrentNoUnit("%d")
	}
	p.bar = p.mpb.New(int64(total), mpb.BarStyle().Lbound("").Filler("━").Tip("╸").Padding(" ").Rbound(""),
		mpb.BarRemoveOnComplete(),
		mpb.PrependDecorators(decor.Name(name+" ")),
		mpb.AppendDecorators(counter, decor.Name(" "), decor.Elapsed(decor.ET_STYLE_GO)))
}

// Step says that n more steps are done.
func (p *progress) Step(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		p.bar.IncrBy(n)
	}
}

// end takes the present bar away.
func (p *progress) end() {
	if p.bar != nil {
		p.bar.Abort(true)
		p.bar = nil
	}
}

// stop leaves the terminal as it was found.
func (p *progress) stop() {
	if p.mpb == nil {
		return
	}
	p.mu.Lock()
	p.end()
	p.mu.Unlock()
	p.mpb.Wait()
}
