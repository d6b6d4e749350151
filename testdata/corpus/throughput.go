package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"github.com/castellan-app/castellan/scanners"
	"github.com/castellan-app/castellan/scanners/agent"
	"github.com/castellan-app/castellan/scanners/config"
	"github.com/castellan-app/castellan/scanners/credential"
	"github.com/castellan-app/castellan/scanners/mcp"
	"github.com/castellan-app/castellan/scanners/prompt"
)

// enough is how much text a throughput is measured on, in bytes.
const enough = 50 << 20

// throughput scans the files of an index again and again on one core, and says
// how fast that went. Reading them from disk does not count.
func throughput(corpus, index string) error {
	files, err := load(corpus, index)
	if err != nil {
		return err
	}
	hasher, err := credential.NewHasher([]byte(strings.Repeat("k", credential.KeySize)))
	if err != nil {
		return err
	}
	debug.SetGCPercent(400) // as the command sets it while it scans
	list := []scanners.Scanner{config.New(mcp.New(), agent.New()), prompt.New()}
	size, findings := 0, 0
	begin := time.Now()
	for size < enough {
		for _, f := range files {
			for _, s := range list {
				if s.Candidate(f.Path) != scanners.NoInterest {
					findings += len(s.Scan(f, hasher).Findings)
				}
			}
			size += len(f.Data)
		}
	}
	took := time.Since(begin)
	fmt.Printf("%d files, %.1f MB in %.2f s on one core: %.1f MB/s (%d findings)\n",
		len(files), float64(size)/1e6, took.Seconds(), float64(size)/1e6/took.Seconds(), findings)
	return nil
}

// load reads the files of an index.
func load(corpus, index string) ([]scanners.File, error) {
	f, err := os.Open(filepath.Join(corpus, index))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var files []scanners.File
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var row struct{ Path, File string }
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			return nil, fmt.Errorf("read %s: %w", index, err)
		}
		data, err := os.ReadFile(filepath.Join(corpus, filepath.Dir(index), row.File))
		if err != nil {
			return nil, err
		}
		files = append(files, scanners.File{Path: row.Path, Data: data})
	}
	return files, lines.Err()
}
