// Command gen compiles the YAML files of the catalogue to Go.
package main

import (
	"fmt"
	"io/fs"
	"os"

	"github.com/castellan-app/castellan/scanners/catalog/internal/compile"
)

func main() {
	dir := os.DirFS(".")
	for _, table := range []struct {
		file string
		make func(fs.FS) ([]byte, error)
	}{{compile.Output, compile.Compile}, {compile.ServersOutput, compile.Servers}, {compile.PowersOutput, compile.Powers}, {compile.ComponentsOutput, compile.Components}} {
		code, err := table.make(dir)
		if err == nil {
			err = os.WriteFile(table.file, code, 0o644)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "compile the catalogue:", err)
			os.Exit(1)
		}
	}
}
