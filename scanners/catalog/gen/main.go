// Command gen compiles the YAML files of the catalogue to Go.
package main

import (
	"fmt"
	"os"

	"github.com/castellan-app/castellan/scanners/catalog/internal/compile"
)

func main() {
	code, err := compile.Compile(os.DirFS("."))
	if err == nil {
		err = os.WriteFile(compile.Output, code, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "compile the catalogue:", err)
		os.Exit(1)
	}
}
