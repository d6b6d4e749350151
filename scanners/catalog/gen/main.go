// Command gen compiles the YAML files of the catalogue to Go.
package main

import (
	"fmt"
	"os"

	"github.com/castellan-app/castellan/scanners/catalog/internal/compile"
)

func main() {
	dir := os.DirFS(".")
	code, err := compile.Compile(dir)
	if err == nil {
		err = os.WriteFile(compile.Output, code, 0o644)
	}
	if err == nil {
		code, err = compile.Servers(dir)
	}
	if err == nil {
		err = os.WriteFile(compile.ServersOutput, code, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "compile the catalogue:", err)
		os.Exit(1)
	}
}
