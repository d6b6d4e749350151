package main

import (
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/castellan-app/castellan/app/config"
)

// settingFlags adds the flags of the settings to a command: all of them, or
// those named. The function returned tells which were given, for config.Load.
func settingFlags(cmd *cobra.Command, only ...string) func() map[string]string {
	fl := cmd.Flags()
	fl.SortFlags = false
	all := config.Flags()
	for i := range all {
		s := &all[i]
		if len(only) > 0 && !slices.Contains(only, s.Name) {
			continue
		}
		usage := s.Usage
		if s.Default != "" {
			usage += " (default " + s.Default + ")"
		}
		fl.String(s.Name, "", usage)
		if s.Refused() {
			fl.Lookup(s.Name).Hidden = true
		}
	}
	for flag, values := range map[string][]string{"role": {"web", "worker", "all"}, "log": {"text", "json"}} {
		if fl.Lookup(flag) != nil {
			fixed(cmd, flag, values...)
		}
	}
	return func() map[string]string {
		given := map[string]string{}
		fl.Visit(func(f *pflag.Flag) {
			if slices.ContainsFunc(all, func(s config.Setting) bool { return s.Name == f.Name }) {
				given[f.Name] = f.Value.String()
			}
		})
		return given
	}
}

// storeFlags are the settings needed to open the database.
func storeFlags() []string {
	return []string{"config", "database-url", "database-url-file", "data-dir"}
}
