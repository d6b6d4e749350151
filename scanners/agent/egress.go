package agent

import (
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners/launch"
)

// told is what a client hands to its hooks: the prompt, the tool's input, the
// path of the transcript.
const told = "what the agent was told"

// Options that send data, by program.
var (
	sendingOptions = []string{"-d", "--data", "--data-raw", "--data-binary", "--data-urlencode", "--data-ascii", "--json", "-F", "--form", "--form-string", "-T", "--upload-file"}
	headerOptions  = []string{"-H", "--header", "-u", "--user", "-A", "--user-agent", "-b", "--cookie", "-e", "--referer"}
	postOptions    = []string{"--post-data", "--post-file", "--body-data", "--body-file"}
)

// sends are the words that a command sends to another machine; nil if it sends
// nothing, or only to this machine.
func sends(cmd *launch.Command) []launch.Word {
	name, words := cmd.Program()
	if len(words) == 0 {
		return nil
	}
	args := words[1:]
	var payload []launch.Word
	switch name {
	case "curl":
		payload = append(optionValues(args, sendingOptions), inAddress(args)...)
		payload = append(payload, substituting(optionValues(args, headerOptions))...)
	case "wget":
		payload = append(optionValues(args, postOptions), inAddress(args)...)
	case "invoke-webrequest", "invoke-restmethod", "iwr", "irm":
		payload = optionValues(args, []string{"-Body", "-body", "-InFile", "-infile"})
	case "http", "https", "xh":
		payload = args
	case "nc", "ncat", "netcat", "socat":
		payload = append([]launch.Word{{Text: "@-"}}, args...)
	case "aws", "gsutil", "gcloud", "rclone", "s3cmd", "azcopy":
		if slices.ContainsFunc(args, func(w launch.Word) bool { return among(" cp mv sync copy put copyto ", w.Text) }) {
			payload = args
		}
	case "mail", "mailx", "mutt", "sendmail", "openssl":
		if name != "openssl" || len(args) > 0 && args[0].Text == "s_client" {
			payload = append([]launch.Word{{Text: "@-"}}, args...)
		}
	case "dig", "nslookup", "host", "ping":
		payload = substituting(args)
	case "scp", "rsync", "sftp":
		if slices.ContainsFunc(args, func(w launch.Word) bool { return strings.Contains(w.Text, ":") }) {
			payload = args
		}
	}
	payload = append(payload, strayKeys(args)...)
	if overSocket(cmd) {
		payload = append(slices.Clone(words), launch.Word{Text: "@-"})
	}
	if payload == nil || slices.ContainsFunc(args, func(w launch.Word) bool { return toThisMachine(w.Text) }) {
		return nil
	}
	return payload
}

// substituting are the words that a command substitution fills.
func substituting(args []launch.Word) []launch.Word {
	var out []launch.Word
	for _, w := range args {
		if strings.Contains(w.Text, "$(") || strings.Contains(w.Text, "`") {
			out = append(out, w)
		}
	}
	return out
}

// overSocket says whether bash writes a command's output to another machine.
func overSocket(cmd *launch.Command) bool {
	return slices.ContainsFunc(cmd.Redirects, func(r launch.Redirect) bool {
		return strings.HasPrefix(r.Op, ">") && (strings.HasPrefix(r.Target.Text, "/dev/tcp/") || strings.HasPrefix(r.Target.Text, "/dev/udp/"))
	})
}

// inAddress are the addresses that a substitution or variable fills.
func inAddress(args []launch.Word) []launch.Word {
	var out []launch.Word
	for _, w := range args {
		if strings.Contains(w.Text, "://") && strings.ContainsAny(w.Text, "$`") {
			out = append(out, w)
		}
	}
	return out
}

// tokens are variables that hold what opens a service, and the domains it has.
var tokens = map[string][]string{
	"GITHUB_TOKEN": {"github.com", "githubusercontent.com", "ghe.com", "githubcopilot.com", "github.ai"}, "GH_TOKEN": {"github.com", "githubusercontent.com", "ghe.com"}, "GITHUB_PERSONAL_ACCESS_TOKEN": {"github.com", "githubcopilot.com"},
	"NPM_TOKEN": {"npmjs.org", "npmjs.com"}, "NODE_AUTH_TOKEN": {"npmjs.org", "github.com"}, "PYPI_TOKEN": {"pypi.org"}, "GITLAB_TOKEN": {"gitlab.com"}, "SLACK_BOT_TOKEN": {"slack.com"},
	"AWS_SECRET_ACCESS_KEY": {"amazonaws.com"}, "AWS_SESSION_TOKEN": {"amazonaws.com"}, "STRIPE_SECRET_KEY": {"stripe.com"}, "DOCKERHUB_TOKEN": {"docker.com", "docker.io"},
}

// astray says whether a variable holds what opens one service, and none of a
// command's addresses is of it.
func astray(name string, args []launch.Word) bool {
	var owns func(host string) bool
	if p := keyOf(name); p != nil {
		owns = p.owns
	} else if domains, ok := tokens[strings.ToUpper(name)]; ok {
		owns = func(host string) bool {
			return slices.ContainsFunc(domains, func(d string) bool {
				service, _, _ := strings.Cut(d, ".")
				return host == d || strings.HasSuffix(host, "."+d) || strings.HasPrefix(host, service+".") // one's own: gitlab.acme.example
			})
		}
	} else {
		return false
	}
	public := false
	for _, w := range args {
		host := hostOf(w.Text)
		if host != "" && owns(host) {
			return false
		}
		public = public || host != ""
	}
	return public
}

// strayKeys are headers with what opens one service in a request to another.
func strayKeys(args []launch.Word) []launch.Word {
	var out []launch.Word
	for _, header := range optionValues(args, headerOptions) {
		if slices.ContainsFunc(variables(header.Text), func(name string) bool { return astray(name, args) }) {
			out = append(out, header)
		}
	}
	return out
}

// keyOf is the provider whose key a variable holds, nil for none.
func keyOf(name string) *provider {
	prefix, ok := strings.CutSuffix(strings.ToUpper(name), "_API_KEY")
	if !ok {
		return nil
	}
	for i := range providers {
		if slices.Contains(providers[i].prefixes, prefix) {
			return &providers[i]
		}
	}
	return nil
}

// optionValues are the values of options, given apart or joined, also in a
// cluster of letters: -sd X.
func optionValues(args []launch.Word, options []string) []launch.Word {
	var out []launch.Word
	for i, w := range args {
		name, value, joined := strings.Cut(w.Text, "=")
		switch {
		case joined && slices.Contains(options, name):
			out = append(out, launch.Word{Text: value, Arg: w.Arg, Start: w.Start, End: w.End})
		case slices.Contains(options, w.Text):
			if i+1 < len(args) {
				out = append(out, args[i+1])
			}
		case len(w.Text) > 2 && w.Text[0] == '-' && w.Text[1] != '-':
			last := "-" + w.Text[len(w.Text)-1:]
			if slices.Contains(options, w.Text[:2]) {
				out = append(out, launch.Word{Text: w.Text[2:]})
			} else if slices.Contains(options, last) && i+1 < len(args) {
				out = append(out, args[i+1])
			}
		}
	}
	return out
}

func toThisMachine(word string) bool {
	_, after, ok := strings.Cut(word, "://")
	if !ok {
		after = word
	}
	for _, host := range []string{"localhost", "127.0.0.1", "[::1]", "0.0.0.0", "host.docker.internal"} {
		if rest, ok := strings.CutPrefix(after, host); ok && (rest == "" || rest[0] == ':' || rest[0] == '/') {
			return true
		}
	}
	return false
}

// sendingCalls are how code talks to another machine, in lower case.
var sendingCalls = []string{"urlopen(", "requests.post(", "requests.put(", "requests.get(", "requests.request(", "httpx.", "http.client", "socket.", "aiohttp", "fetch(", "axios", "http.request(", "https.request(", "http.get(", "https.get(", "net::http", "lwp::", "http::tiny", "file_get_contents(", "curl_exec("}

// sentByCode says in words what code among a command's arguments sends away; ""
// if nothing that matters. A single variable may be what the service asks for.
func sentByCode(cmd *launch.Command) string {
	_, words := cmd.Program()
	plain := make([]string, len(words))
	for i, w := range words {
		plain[i] = w.Text
	}
	code := launch.Parse(plain).Inline.Text
	lower := strings.ToLower(code)
	if !slices.ContainsFunc(sendingCalls, func(call string) bool { return strings.Contains(lower, call) }) || toThisMachineOnly(lower) {
		return ""
	}
	for _, name := range []string{"os.environ", "process.env", "ENV.to_h", "ENV.to_hash", "getenv()", "$_ENV", "%ENV", "Deno.env.toObject()"} {
		for rest := code; ; {
			_, after, ok := strings.Cut(rest, name)
			if !ok {
				break
			}
			if rest = after; after == "" || strings.IndexByte("[.{", after[0]) < 0 || strings.HasPrefix(after, ".copy()") || strings.HasPrefix(after, ".items()") || strings.HasPrefix(after, "._data") {
				return "the environment"
			}
		}
	}
	for _, quoted := range strings.FieldsFunc(code, func(r rune) bool {
		return r == '"' || r == '\'' || r == '`' || r == '\\' || r == '(' || r == ')' || r == ',' || r == ' '
	}) {
		if secretFile(quoted) && strings.ContainsAny(quoted, "./~") && !strings.Contains(quoted, "://") {
			return "a file of secrets"
		}
	}
	return ""
}

// toThisMachineOnly says whether code names addresses of this machine alone.
func toThisMachineOnly(code string) bool {
	any := false
	for rest := code; ; {
		_, after, ok := strings.Cut(rest, "://")
		if !ok {
			return any
		}
		if rest = after; !toThisMachine("x://" + after) {
			return false
		}
		any = true
	}
}

// takenFrom says in words what a payload takes from the machine; "" if nothing
// that matters.
func takenFrom(sh launch.Shell, i int, payload []launch.Word) string {
	for _, w := range payload {
		if what := takenBy(w.Text); what != "" {
			return what
		}
		if what := fromFile(&sh.Commands[i]); what != "" {
			return what
		}
		if w.Text == "@-" || w.Text == "-" || strings.HasSuffix(w.Text, "=@-") || strings.Contains(w.Text, "{}") {
			if what := pipedInto(sh, i); what != "" {
				return what
			}
		}
	}
	for _, cmd := range sh.Commands { // $(…) and `…` among its words
		if cmd.Parent == i && cmd.Place == launch.Substitution {
			if what := readBy(&cmd); what != "" {
				return what
			}
		}
	}
	return ""
}

// fromFile is what a command reads through a redirection.
func fromFile(cmd *launch.Command) string {
	for _, r := range cmd.Redirects {
		if r.Op == "<" && secretFile(r.Target.Text) {
			return "a file of secrets"
		}
	}
	return ""
}

// takenBy is what a word of a payload holds or names.
func takenBy(word string) string {
	bare := strings.Trim(word, `"'`)
	if at := strings.LastIndexByte(bare, '@'); at >= 0 {
		if file := bare[at+1:]; secretFile(file) {
			return "the file " + "of secrets"
		} else if transcript(file) {
			return "the transcript"
		}
	}
	if secretFile(bare) && strings.ContainsAny(bare, "./~") && !strings.Contains(bare, " ") {
		return "a file of secrets"
	}
	for _, name := range variables(bare) {
		upper := strings.ToUpper(name)
		switch {
		case upper == "TRANSCRIPT_PATH" || upper == "CLAUDE_TRANSCRIPT_PATH":
			return "the transcript"
		case secretVariable(upper):
			return "a credential"
		}
	}
	return ""
}

// variables are the names that a text refers to with $NAME and ${NAME}.
func variables(s string) []string {
	var out []string
	for {
		i := strings.IndexByte(s, '$')
		if i < 0 || len(out) > 50 {
			return out
		}
		s = strings.TrimPrefix(s[i+1:], "{")
		n := 0
		for n < len(s) && (s[n] == '_' || s[n]|0x20 >= 'a' && s[n]|0x20 <= 'z' || s[n] >= '0' && s[n] <= '9') {
			n++
		}
		if n > 0 {
			out = append(out, s[:n])
		}
		s = s[n:]
	}
}

func secretVariable(name string) bool {
	for _, ending := range []string{"_TOKEN", "_KEY", "_SECRET", "_PASSWORD", "_PAT", "_CREDENTIALS"} {
		if strings.HasSuffix(name, ending) {
			return true
		}
	}
	return false
}

func transcript(file string) bool {
	return strings.Contains(file, "transcript") || strings.HasSuffix(file, ".jsonl") && strings.Contains(file, "claude")
}

// pipedInto is what flows into a command: from the command before it, or, into
// the first of a hook, what the client hands over.
func pipedInto(sh launch.Shell, i int) string {
	c := &sh.Commands[i]
	if c.In == 0 {
		for j := range i {
			if sh.Commands[j].Parent < 0 && c.Parent < 0 && sh.Commands[j].Join != launch.Then {
				return told
			}
		}
		return told
	}
	for j := range sh.Commands {
		if sh.Commands[j].Out != c.In {
			continue
		}
		if what := readBy(&sh.Commands[j]); what != "" {
			return what
		}
		if sh.Commands[j].In != 0 || passes(&sh.Commands[j]) {
			return pipedInto(sh, j)
		}
	}
	return ""
}

// passes says whether a command hands on what it reads.
func passes(c *launch.Command) bool {
	name, words := c.Program()
	return (name == "cat" || name == "tee" || name == "jq" || name == "gzip" || name == "base64" || name == "xxd") && !slices.ContainsFunc(words[min(1, len(words)):], func(w launch.Word) bool { return strings.HasSuffix(w.Text, ".json") })
}

// readBy is what a command reads and prints.
func readBy(c *launch.Command) string {
	name, words := c.Program()
	if len(words) == 0 {
		return ""
	}
	plain := make([]string, len(words))
	for i, w := range words {
		plain[i] = w.Text
	}
	switch {
	case name == "env" && len(words) == 1, name == "printenv", name == "set" && len(words) == 1, name == "export" && (len(words) == 1 || len(words) == 2 && words[1].Text == "-p"), name == "declare" && len(words) == 2 && words[1].Text == "-x", name == "gci" || name == "get-childitem" && strings.Contains(strings.ToLower(strings.Join(plain, " ")), "env:"):
		return "the environment"
	case secretCommand(append([]string{name}, plain[1:]...)):
		return "secrets"
	}
	for _, w := range words[1:] {
		if transcript(w.Text) || strings.Contains(w.Text, "transcript_path") || slices.ContainsFunc(variables(w.Text), func(v string) bool { return strings.Contains(strings.ToUpper(v), "TRANSCRIPT") }) {
			return "the transcript"
		}
		if name != "echo" && name != "printf" && secretFile(w.Text) && (name == "tar" || name == "zip" || name == "gzip") {
			return "secrets"
		}
	}
	return ""
}
