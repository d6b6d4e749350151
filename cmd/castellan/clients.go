package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/castellan-app/castellan/app/report/text"
	"github.com/castellan-app/castellan/scanners/catalog"
)

func (c *cli) clientsCommand() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "clients [CLIENT]",
		Short: "List the AI clients that are known, and the files each reads",
		Long: `Lists every client whose files Castellan reads: what a file holds, how many
public repositories have it, and how well that is known:

  verified    a file of a public repository or the client's source was read
  documented  the vendor's documentation, or a maintained converter, says so
  inferred    from general knowledge

Rows that are off are not read: a wrong guess would make noise. With CLIENT, one
client in full: all paths, where the servers stand, which references to
variables the client replaces, and where the facts are from.`,
		Example: "  castellan clients\n  castellan clients cursor\n  castellan clients --format json",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return fmt.Errorf("clients takes one client at most, not %d", len(args))
			}
			return nil
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			var ids []string
			for _, k := range knownClients() {
				ids = append(ids, k.ID+"\t"+k.Name)
			}
			return ids, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			all := knownClients()
			if len(args) == 1 {
				i := slices.IndexFunc(all, func(k text.Known) bool { return k.ID == args[0] || strings.EqualFold(k.Name, args[0]) })
				if i < 0 {
					return fmt.Errorf("no client %q; `castellan clients` lists them", args[0])
				}
				all = all[i : i+1]
			}
			opt := text.Options{Color: c.color(c.stdout), Width: terminal(c.stdout)}
			switch {
			case format == "json":
				return c.clientsJSON(all)
			case format != "text":
				return fmt.Errorf("unknown format %q: want text or json", format)
			case len(args) == 1:
				return text.Client(c.stdout, all[0], opt)
			}
			return text.Clients(c.stdout, all, opt)
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	fixed(cmd, "format", "text", "json")
	return cmd
}

// knownClients are the clients of the catalogue by name; what nobody's file is
// comes last.
func knownClients() []text.Known {
	var all []text.Known
	formats := catalog.Formats()
	for _, client := range catalog.Clients() {
		k := text.Known{Client: client}
		for i := range formats {
			if formats[i].Client == client.ID {
				k.Formats = append(k.Formats, &formats[i])
			}
		}
		all = append(all, k)
	}
	slices.SortStableFunc(all, func(a, b text.Known) int {
		if (a.Product == "") != (b.Product == "") {
			return cmp.Compare(b.Product, a.Product)
		}
		return cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
	return all
}

// Published as JSON: keys never change meaning.
type (
	clientJSON struct {
		ID      string       `json:"id"`
		Name    string       `json:"name"`
		Vendor  string       `json:"vendor"`
		Product string       `json:"product"`
		Formats []formatJSON `json:"formats"`
	}
	formatJSON struct {
		ID           string   `json:"id"`
		Paths        []string `json:"paths"`
		Holds        string   `json:"holds"`
		Syntax       string   `json:"syntax"`
		Servers      []string `json:"servers"` // JSON pointers
		Gate         []string `json:"gate"`
		Words        []string `json:"words"`
		References   []string `json:"references"`
		AnyReference bool     `json:"any_reference"`
		Fix          string   `json:"fix"`
		Generates    []string `json:"generates"`
		Evidence     string   `json:"evidence"`
		Off          string   `json:"off,omitempty"` // why it is not read
		Repositories int      `json:"repositories,omitempty"`
		Source       string   `json:"source"`
	}
)

func (c *cli) clientsJSON(all []text.Known) error {
	list := func(s []string) []string { return append([]string{}, s...) }
	out := []clientJSON{}
	for _, k := range all {
		client := clientJSON{ID: k.ID, Name: k.Name, Vendor: k.Vendor, Product: k.Product, Formats: []formatJSON{}}
		for _, f := range k.Formats {
			row := formatJSON{
				ID: f.ID, Paths: list(f.Paths), Holds: f.Role.String(), Syntax: f.Syntax.String(), Servers: []string{}, Gate: list(f.Gate), Words: list(f.Words),
				References: list(f.References), AnyReference: f.AnyReference, Fix: f.Fix, Generates: list(f.Generates), Evidence: f.Evidence.String(), Off: f.Off, Repositories: f.Count, Source: f.Source,
			}
			for _, p := range f.Servers {
				row.Servers = append(row.Servers, p.Pointer)
			}
			client.Formats = append(client.Formats, row)
		}
		out = append(out, client)
	}
	enc := json.NewEncoder(c.stdout)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(out)
}
