package compile

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

type serverRow struct {
	Product, Name, Vendor, Reputation, Successor, Repo, Source     string
	NPM, PyPI, Go, NuGet, Image, Hosts, Reaches, Can, Names, Least []string
	Shell, Files, Popular, Tool                                    bool
}

// Vocabularies of servers.yaml.
var (
	capabilities = map[string]string{
		"read": "Read", "write": "Write", "execute": "Execute", "money": "Money", "outside": "OutsideContent", "private": "PrivateData", "egress": "Egress",
	}
	reputations = []string{"official", "known", "community", "archived", "malicious"}
	reaches     = []string{
		"analytics", "browser", "calendar", "cloud", "crm", "database", "design", "device", "documents", "email", "filesystem", "gateway", "infrastructure", "issues",
		"maps", "memory", "messaging", "model", "network", "observability", "payments", "search", "secrets", "security", "shell", "social", "source-code",
	}
)

var (
	slug       = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	npmName    = regexp.MustCompile(`^(@[a-z0-9][a-z0-9._-]*/)?[a-z0-9][a-z0-9._-]*$`)
	pypiName   = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	goName     = regexp.MustCompile(`^[a-z0-9.-]+\.[a-z]+(/[A-Za-z0-9._~-]+)+$`)
	nugetName  = regexp.MustCompile(`^[a-z0-9]+([._-][a-z0-9]+)*$`)
	imageName  = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)+(/[a-z0-9._-]+)+$`)
	repository = regexp.MustCompile(`^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$`)
)

func (s *source) checkServers(rows []serverRow) error {
	owner := map[string]string{} // of each package, image and host
	return s.each("servers.yaml", len(rows), func(i int) (id string, err error) {
		r := &rows[i]
		errs := []error{r.checkFacts(), r.checkWords(), r.checkNames(), checkHostNames(r.Hosts)}
		for _, key := range r.keys() {
			if owner[key] != "" {
				errs = append(errs, fmt.Errorf("%s is %s already", key, owner[key]))
			}
			owner[key] = r.Product
		}
		return r.Product, errors.Join(errs...)
	})
}

// keys are all that a server is recognised by.
func (r *serverRow) keys() (out []string) {
	for _, l := range []struct {
		kind  string
		names []string
	}{{"npm", r.NPM}, {"pypi", r.PyPI}, {"go", r.Go}, {"nuget", r.NuGet}, {"image", r.Image}, {"host", r.Hosts}} {
		for _, name := range l.names {
			out = append(out, l.kind+" "+name)
		}
	}
	return out
}

func (r *serverRow) checkFacts() error {
	switch {
	case !slug.MatchString(r.Product) || r.Name == "" || r.Source == "":
		return errors.New("product (a slug), name and source are needed")
	case !slices.Contains(reputations, r.Reputation):
		return fmt.Errorf("no reputation %q", r.Reputation)
	case r.Reputation == "official" && r.Vendor == "":
		return errors.New("an official server has a vendor")
	case len(r.keys()) == 0:
		return errors.New("nothing says how it is recognised: npm, pypi, go, nuget, image or hosts")
	case r.Successor != "" && r.Reputation != "archived":
		return errors.New("only an archived server has a successor")
	case r.Repo != "" && !repository.MatchString(r.Repo):
		return fmt.Errorf("repo %q is not owner/name", r.Repo)
	}
	return nil
}

// checkWords holds a row to the vocabularies.
func (r *serverRow) checkWords() error {
	var errs []error
	for _, c := range r.Can {
		if capabilities[c] == "" {
			errs = append(errs, fmt.Errorf("no capability %q", c))
		}
	}
	for _, w := range r.Reaches {
		if !slices.Contains(reaches, w) {
			errs = append(errs, fmt.Errorf("reaches no %q", w))
		}
	}
	for _, name := range r.Names {
		if name == "" || name != strings.ToLower(name) {
			errs = append(errs, fmt.Errorf("name %q is not lower case", name))
		}
	}
	if r.Shell && !slices.Contains(r.Can, "execute") {
		errs = append(errs, errors.New("a shell that cannot execute"))
	}
	return errors.Join(errs...)
}

// checkNames holds the names of packages and images to how their ecosystems
// fold them, since they are looked up so.
func (r *serverRow) checkNames() error {
	var errs []error
	for _, l := range []struct {
		grammar *regexp.Regexp
		names   []string
		want    string
	}{
		{npmName, r.NPM, "npm %q is no name of npm"},
		{pypiName, r.PyPI, "pypi %q is not folded as PEP 503 folds names"},
		{goName, r.Go, "go %q is no module"},
		{nugetName, r.NuGet, "nuget %q is not in lower case"},
		{imageName, r.Image, "image %q lacks its registry"},
	} {
		for _, name := range l.names {
			if !l.grammar.MatchString(name) {
				errs = append(errs, fmt.Errorf(l.want, name))
			}
		}
	}
	return errors.Join(errs...)
}

func (r *serverRow) write(b *bytes.Buffer) {
	fmt.Fprintf(b, "{Product: %q, Name: %q, Vendor: %q, Reputation: %q", r.Product, r.Name, r.Vendor, r.Reputation)
	for _, l := range []struct {
		field string
		words []string
	}{
		{"NPM", r.NPM}, {"PyPI", r.PyPI}, {"Go", r.Go}, {"NuGet", r.NuGet}, {"Images", r.Image}, {"Hosts", r.Hosts},
		{"Reaches", r.Reaches}, {"Names", r.Names}, {"Least", r.Least},
	} {
		if len(l.words) > 0 {
			fmt.Fprintf(b, ", %s: %s", l.field, list(l.words))
		}
	}
	var can []string
	for _, c := range r.Can {
		can = append(can, capabilities[c])
	}
	if len(can) > 0 {
		fmt.Fprintf(b, ", Can: %s", strings.Join(can, "|"))
	}
	for _, t := range []struct{ field, text string }{{"Successor", r.Successor}, {"Repository", r.Repo}} {
		if t.text != "" {
			fmt.Fprintf(b, ", %s: %q", t.field, t.text)
		}
	}
	fmt.Fprintf(b, "%s%s%s%s},\n", flag("Shell", r.Shell), flag("Files", r.Files), flag("Popular", r.Popular), flag("Tool", r.Tool))
}

// writeServerRows writes the functions that find a row by what names it: no
// table has to be made when a process starts.
func writeServerRows(b *bytes.Buffer, rows []serverRow) {
	for _, by := range []struct {
		name string
		keys func(r *serverRow) []string
	}{
		{"NPM", func(r *serverRow) []string { return r.NPM }}, {"PyPI", func(r *serverRow) []string { return r.PyPI }},
		{"Go", func(r *serverRow) []string { return r.Go }}, {"NuGet", func(r *serverRow) []string { return r.NuGet }},
		{"Image", func(r *serverRow) []string { return r.Image }}, {"Host", func(r *serverRow) []string { return plainHosts(r.Hosts) }},
		{"Name", func(r *serverRow) []string { return r.Names }}, {"Product", func(r *serverRow) []string { return []string{r.Product} }},
	} {
		writeRows(b, "rowBy"+by.name, "servers", len(rows), func(i int) []string { return by.keys(&rows[i]) })
	}
	writeHostPatterns(b, "serverHosts", len(rows), func(i int) []string { return rows[i].Hosts })
}

// writeRows writes a function from keys to rows of a table.
func writeRows(b *bytes.Buffer, name, table string, n int, keys func(i int) []string) {
	fmt.Fprintf(b, "\n// %s is the row of %s, -1 for none; of several it is the first.\nfunc %s(key string) int {\nswitch key {\n", name, table, name)
	seen := map[string]bool{}
	for i := range n {
		for _, key := range keys(i) {
			if !seen[key] {
				fmt.Fprintf(b, "case %q:\nreturn %d\n", key, i)
			}
			seen[key] = true
		}
	}
	b.WriteString("}\nreturn -1\n}\n")
}
