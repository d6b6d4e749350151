package launch

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

// fetchFlags are the flags with a value of the programs that fetch, as far as
// they take words that could be taken for others.
var (
	curlFlags = flags{
		long:  " --output --url --header --data --data-raw --data-binary --data-urlencode --request --user --user-agent --referer --proxy --form --cookie --cookie-jar --max-time --connect-timeout --retry --retry-delay --retry-max-time --cacert --capath --cert --key --range --resolve --write-out --upload-file --output-dir --limit-rate --interface --config --dump-header --json --proto --proto-redir --tls-max --ciphers --max-redirs --max-filesize --netrc-file --unix-socket --oauth2-bearer --proxy-user --stderr --trace --aws-sigv4 --variable --expand-url ",
		short: "oHdXuAexFbcmEKrwTDCPQtYyz",
	}
	wgetFlags = flags{
		long:  " --output-document --output-file --header --post-data --post-file --user --password --user-agent --tries --timeout --directory-prefix --input-file --method --body-data --load-cookies --save-cookies --ca-certificate --wait --waitretry --execute --referer --append-output --limit-rate --quota --secure-protocol ",
		short: "OoUtTPiewQaBDIRXAlC",
	}
	ariaFlags = flags{long: " --out --dir --header --split --max-connection-per-server --log --user-agent ", short: "odsxlU"}
	httpFlags = flags{long: " --output --auth --session --timeout --proxy --print --verify --cert ", short: "oaps"}
)

// fetches says whether a program's words fetch: whether it prints what it
// gets, and the file it writes it to.
func fetches(name string, words []Word) (prints bool, file string) {
	if len(words) == 0 {
		return false, ""
	}
	switch name {
	case "curl":
		return curl(words[1:])
	case "wget", "wget2":
		return wget(words[1:])
	case "aria2c", "axel":
		opts, rest, _ := ariaFlags.read(words[1:])
		return toFile(opts, rest, " -o --out ", true)
	case "http", "https", "xh", "xhs", "httpie":
		opts, rest, _ := httpFlags.read(words[1:])
		_, file := toFile(opts, rest, " -o --output ", false)
		return file == "", file
	case "fetch", "ftp":
		opts, rest, _ := flags{short: "oTw"}.read(words[1:])
		prints, file := toFile(opts, rest, " -o ", true)
		return prints, file
	case "lynx", "w3m", "links":
		return slices.ContainsFunc(words, func(w Word) bool { return w.Text == "-source" || w.Text == "-dump_source" }), ""
	case "nc", "ncat", "netcat":
		return len(words) > 2 && !slices.ContainsFunc(words, func(w Word) bool { return strings.HasPrefix(w.Text, "-z") || w.Text == "-vz" }), ""
	case "aws", "gsutil", "gcloud":
		return cloud(words)
	case "certutil":
		return false, certutil(words)
	case "bitsadmin":
		return false, words[len(words)-1].Text
	case "iwr", "irm", "invoke-webrequest", "invoke-restmethod", "start-bitstransfer":
		return webRequest(name, words)
	}
	return fetchesByCode(name, words)
}

// toFile reads where a program writes what it fetches: a flag's value, else
// the last part of the address when it keeps the name.
func toFile(opts []option, rest []Word, flagNames string, keepsName bool) (prints bool, file string) {
	for _, o := range opts {
		if hasName(flagNames, o.name) && o.hasValue {
			if o.value.Text == "-" || o.value.Text == "/dev/stdout" {
				return true, ""
			}
			return false, o.value.Text
		}
	}
	if keepsName {
		return false, nameOf(rest)
	}
	return true, ""
}

// nameOf is the last part of the first address among words.
func nameOf(words []Word) string {
	for _, w := range words {
		if address, _, _ := strings.Cut(w.Text, "?"); strings.Contains(address, "/") {
			address, _, _ = strings.Cut(address, "#")
			return path.Base(address)
		}
	}
	return ""
}

// interleaved reads flags wherever they stand among other words.
func (f flags) interleaved(words []Word) (opts []option, rest []Word) {
	for len(words) > 0 {
		var more []option
		var dashes bool
		more, words, dashes = f.read(words)
		opts = append(opts, more...)
		if dashes {
			return opts, append(rest, words...)
		}
		if len(words) > 0 {
			rest, words = append(rest, words[0]), words[1:]
		}
	}
	return opts, rest
}

func curl(words []Word) (prints bool, file string) {
	opts, rest := curlFlags.interleaved(words)
	folder := ""
	for _, o := range opts {
		switch o.name {
		case "-I", "--head", "-V", "--version", "--help":
			return false, ""
		case "-o", "--output":
			if o.value.Text != "-" && o.value.Text != "/dev/stdout" {
				file = o.value.Text
			}
		case "-O", "--remote-name", "--remote-name-all":
			if file == "" {
				file = nameOf(rest)
			}
		case "--output-dir":
			folder = o.value.Text
		case "--url":
			rest = append(rest, o.value)
		}
	}
	if len(rest) == 0 && file == "" {
		return false, ""
	}
	if folder != "" && file != "" {
		file = path.Join(slashes(folder), slashes(file))
	}
	return file == "", file
}

func wget(words []Word) (prints bool, file string) {
	opts, rest := wgetFlags.interleaved(words)
	folder := ""
	for _, o := range opts {
		switch o.name {
		case "--spider", "-V", "--version":
			return false, ""
		case "-O", "--output-document":
			if o.value.Text == "-" || o.value.Text == "/dev/stdout" {
				return true, ""
			}
			file = o.value.Text
		case "-P", "--directory-prefix":
			folder = o.value.Text
		}
	}
	if file == "" {
		file = nameOf(rest)
		if file != "" && folder != "" {
			file = path.Join(slashes(folder), file)
		}
	}
	return false, file
}

// cloud reads "aws s3 cp s3://… -", "gsutil cat", "gcloud storage cat".
func cloud(words []Word) (prints bool, file string) {
	var plain []string
	for _, w := range words[1:] {
		if !strings.HasPrefix(w.Text, "-") || w.Text == "-" {
			plain = append(plain, w.Text)
		}
	}
	for i, w := range plain {
		switch {
		case w == "cat" && i+1 < len(plain):
			return true, ""
		case w == "cp" && i+2 < len(plain) && strings.Contains(plain[i+1], "://"):
			if plain[i+2] == "-" {
				return true, ""
			}
			return false, plain[i+2]
		}
	}
	return false, ""
}

// certutil reads "certutil -urlcache -split -f URL FILE".
func certutil(words []Word) string {
	for i, w := range words[:len(words)-1] {
		if isURL(w.Text) {
			return words[i+1].Text
		}
	}
	return ""
}

// webRequest reads PowerShell's Invoke-WebRequest and its like.
func webRequest(name string, words []Word) (prints bool, file string) {
	for i, w := range words[:len(words)-1] {
		param, ok := parameter(w.Text)
		if !ok {
			continue
		}
		param = strings.TrimSuffix(param, ":")
		if short(param, "outfile", 2) || name == "start-bitstransfer" && short(param, "destination", 1) {
			return false, words[i+1].Text
		}
	}
	if name == "start-bitstransfer" {
		return false, words[len(words)-1].Text
	}
	return len(words) > 1, ""
}

// fetchesByCode finds a fetch in inline code and in .NET calls.
func fetchesByCode(name string, words []Word) (prints bool, file string) {
	if in, ok := interpreterOf(name); ok {
		code := strings.ToLower(in.read(words[1:]).code.Text)
		return code != "" && fetchesIn(code), ""
	}
	for i, w := range words {
		text := strings.ToLower(w.Text)
		if strings.Contains(text, ".downloadstring") || strings.Contains(text, ".downloaddata") || strings.Contains(text, ".getstringasync") {
			return true, ""
		}
		if strings.HasSuffix(text, ".downloadfile") || strings.Contains(text, ".downloadfile(") {
			return false, lastArgument(words[i:])
		}
	}
	return false, ""
}

// lastArgument is the last of a call's arguments: ('u', 'f').
func lastArgument(words []Word) string {
	text := ""
	for _, w := range words {
		text += w.Text + " "
		if len(text) > 4096 {
			break
		}
	}
	_, args, _ := strings.Cut(text, "(")
	args, _, _ = strings.Cut(args, ")")
	return strings.Trim(strings.TrimSpace(args[strings.LastIndexByte(args, ',')+1:]), `'" `)
}

// fetchesIn says whether code, in lower case, fetches something.
func fetchesIn(code string) bool {
	for _, mark := range []string{"urlopen(", "urlretrieve(", "requests.get(", "httpx.get(", "fetch(", "http.get(", "https.get(", "axios", "open-uri", "net::http", "lwp::", "http::tiny", "file_get_contents('http", "file_get_contents(\"http", "import('http", "import(\"http"} {
		if strings.Contains(code, mark) {
			return true
		}
	}
	return false
}

// pipedInCode is a shell's "fetch | sh" in the string of another language.
var pipedInCode = regexp.MustCompile(`\b(curl|wget)\s[^|;&\n]{1,500}\|\s*(sudo\s+)?(/usr)?(/bin/)?(ba|z|da|k)?sh\b`)

// startsShell says whether code, in lower case, starts commands.
func startsShell(code string) bool {
	for _, mark := range []string{"system(", "system ", "popen", "exec", "subprocess", "spawn", "shell", "`"} {
		if strings.Contains(code, mark) {
			return true
		}
	}
	return false
}

// selfContained says whether one command both fetches and runs: code with a
// fetch and an evaluation in it, mshta with an address.
func selfContained(e *effect) bool {
	switch e.name {
	case "mshta", "regsvr32":
		return slices.ContainsFunc(e.words, func(w Word) bool {
			text := strings.ToLower(w.Text)
			return strings.HasPrefix(text, "http") || strings.HasPrefix(text, "/i:http") || strings.Contains(text, "script:http")
		})
	}
	if isIEX(e.name) { // iex (New-Object Net.WebClient).DownloadString('…')
		prints, _ := fetchesByCode(e.name, e.words)
		return prints
	}
	in, ok := interpreterOf(e.name)
	if !ok || len(e.words) < 2 {
		return false
	}
	code := strings.ToLower(in.read(e.words[1:]).code.Text)
	if code == "" {
		return false
	}
	if pipedInCode.MatchString(code) && startsShell(code) {
		return true
	}
	if !fetchesIn(code) {
		return false
	}
	if strings.Contains(code, "import('http") || strings.Contains(code, "import(\"http") {
		return true
	}
	return evaluates(code, in.lang)
}

// evaluates says whether code, in lower case, runs a text as code. Methods of
// those names (regex.exec, model.eval, re.compile) do not.
func evaluates(code, lang string) bool {
	if strings.Contains(code, "(eval)") { // .then(eval)
		return true
	}
	marks := []string{"eval(", "new function(", "vm.run", "runpy.", "instance_eval", "eval "}
	if lang == "python" {
		marks = append(marks, "exec(")
	}
	for _, mark := range marks {
		for i := 0; ; i++ {
			n := strings.Index(code[i:], mark)
			if n < 0 {
				break
			}
			i += n
			if i == 0 || code[i-1] != '.' && code[i-1] != '_' && nameLength(code[i-1:i]) == 0 {
				return true
			}
		}
	}
	return false
}

// running is how a command is given the code it runs.
type running struct {
	stdin      bool   // from its input
	code       []Word // as text
	files      []Word // from files
	expression bool   // its first word may be code
}

// howRuns says what a command runs.
func howRuns(name string, words []Word) running {
	how := running{files: words[:1]}
	switch {
	case isPOSIXShell(name):
		inv := readShell(words)
		how.stdin = inv.stdin
		how.code, how.files = only(inv.text), append(only(inv.file), words[0])
	case name == "powershell" || name == "pwsh":
		inv := readPowerShell(name, words)
		how.code, how.files = inv.command, append(only(inv.file), words[0])
		how.stdin = len(inv.command) == 0 && inv.file.Text == "" || len(inv.command) == 1 && inv.command[0].Text == "-" || inv.file.Text == "-"
	case name == "cmd":
		_, rest := readCMD(words)
		how.stdin = len(rest) == 0
		how.code, how.files = rest, append(slices.Clone(rest[:min(1, len(rest))]), words[0])
	case isIEX(name):
		how.stdin, how.code = len(words) == 1, words[1:]
	case name == "eval":
		how.code = words[1:]
	case name == "source" || name == ".":
		how.files = words[min(1, len(words)):min(2, len(words))]
		how.stdin = len(words) > 1 && (words[1].Text == "/dev/stdin" || words[1].Text == "-" || words[1].Text == "/dev/fd/0")
		how.code = how.files
	case name == "start-process" || name == "saps" || name == "invoke-item" || name == "ii" || name == "start" || name == "open" || name == "msiexec" || name == "rundll32":
		how.files = words
	case name == "deno" || name == "bun":
		how.files = append(how.files, words[1:min(len(words), 8)]...)
		how.stdin = slices.ContainsFunc(words, func(w Word) bool { return w.Text == "-" })
	case strings.HasPrefix(strings.ToLower(words[0].Text), "[scriptblock]::create"):
		how.code, how.expression, how.files = words, true, nil
	default:
		return interpreted(name, words, how)
	}
	return how
}

func interpreted(name string, words []Word, how running) running {
	in, ok := interpreterOf(name)
	if !ok || in.lang == "java" && len(words) < 2 {
		return how
	}
	pr := in.read(words[1:])
	if pr.code.Text != "" {
		how.code = only(pr.code)
		return how
	}
	if pr.module.Text != "" {
		return how
	}
	file := pr.file.Text
	how.stdin = file == "" || file == "-" || file == "/dev/stdin"
	how.files = append(only(pr.file), words[0])
	return how
}

func only(w Word) []Word {
	if w.Text == "" {
		return nil
	}
	return []Word{w}
}

func isIEX(name string) bool { return name == "iex" || name == "invoke-expression" }
