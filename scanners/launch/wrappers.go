package launch

import (
	"slices"
	"strings"
)

// wrapper says how a program's command line leads to the one behind it.
type wrapper struct {
	names string // programs, or program and subcommand, each between blanks; "+" joins the two
	flags flags
	// skip is the number of words between the flags and the command;
	// toDashes that all words up to "--" are the wrapper's own.
	skip     int
	toDashes bool
	// assign says that NAME=value words may stand before the command.
	assign bool
	// late says that flags may stand behind those words as well.
	late bool
	// joined says that a single word with blanks is a line of its own.
	joined bool
	// Flags with a meaning, by name: a whole command line as text, a file of
	// variables, a variable, a folder.
	text, file, env, dir string
}

// wrapperTable are the programs that run another one.
var wrapperTable = []wrapper{
	{names: " env ", flags: flags{long: " --unset --chdir --split-string --argv0 ", short: "uCSa"}, assign: true, text: " -S --split-string ", dir: " -C --chdir "},
	{names: " cross-env ", assign: true},
	{names: " sudo gsudo ", flags: flags{long: " --user --group --host --prompt --close-from --chdir --chroot --role --type --command-timeout --other-user ", short: "ughpCrtTURD"}, assign: true, dir: " -D --chdir "},
	{names: " doas ", flags: flags{short: "uCa"}},
	{names: " pkexec ", flags: flags{long: " --user "}},
	{names: " su runuser ", flags: flags{long: " --command --session-command --group --supp-group --shell --user ", short: "cgGsu"}, text: " -c --command --session-command ", skip: 1, late: true},
	{names: " nohup setsid unbuffer winpty exec command builtin caffeinate catchsegv nocorrect noglob gosu su-exec+x ", flags: flags{short: "a"}},
	{names: " time ", flags: flags{long: " --format --output ", short: "fo"}},
	{names: " timeout gtimeout ", flags: flags{long: " --kill-after --signal ", short: "ks"}, skip: 1},
	{names: " nice ionice ", flags: flags{long: " --adjustment --class --classdata --pid ", short: "ncp"}},
	{names: " chrt taskset ", flags: flags{}, skip: 1},
	{names: " stdbuf ", flags: flags{long: " --input --output --error ", short: "ioe"}},
	{names: " arch ", flags: flags{dash: true}},
	{names: " xvfb-run ", flags: flags{long: " --server-args --server-num --error-file --auth-file --xauth-protocol --wait ", short: "sneFpwf"}},
	{names: " dbus-run-session firejail ", flags: flags{long: " --config-file --dbus-daemon "}},
	{names: " xargs ", flags: flags{long: " --max-args --max-procs --replace --delimiter --arg-file --max-lines --max-chars --eof ", short: "nPIdaLsE"}},
	{names: " busybox toybox ", flags: flags{}},
	{names: " wsl ", flags: flags{long: " --distribution --user --cd --shell-type --distribution-id ", short: "du"}, dir: " --cd ", joined: true},
	{names: " call start ", flags: flags{}},
	{names: " op+run ", flags: flags{long: " --env-file --account --environment --config --session ", short: ""}, file: " --env-file "},
	{names: " doppler+run ", flags: flags{long: " --command --project --config --token --mount --mount-format --mount-template --mount-max-reads --fallback --passphrase --scope --configuration --only-secrets --name-transformer --format --dashboard-host --api-host --config-dir ", short: "pct"}, text: " --command "},
	{names: " dotenvx+run ", flags: flags{long: " --env-file --env-vault-file --env --env-keys-file --log-level --convention --ignore ", short: "fefkl"}, file: " -f --env-file --env-vault-file ", env: " -e --env "},
	{names: " dotenv+run ", flags: flags{long: " --file --export ", short: "fe"}, file: " -f --file "},
	{names: " dotenv ", flags: flags{short: "evpc"}, file: " -e ", env: " -v "},
	{names: " dotenvy uvdotenv ", flags: flags{long: " --file ", short: "f"}, file: " -f --file "},
	{names: " env-cmd ", flags: flags{long: " --file --environments --rc-file ", short: "fer"}, file: " -f --file "},
	{names: " envmcp ", flags: flags{long: " --env-file --file ", short: "ef"}, file: " -e -f --env-file --file "},
	{names: " infisical+run ", flags: flags{long: " --command --env --path --projectId --token --tags --domain --project-config-dir --watch-interval --log-level ", short: "cet"}, text: " --command -c "},
	{names: " teller+run varlock+run phase+run bws+run vlt+run keyway+run pass-cli+run akeyless+run ", flags: flags{long: " --env-file --app --env --path --project-id --access-token --server-url --config --profile --tags --command ", short: "cptf"}, file: " --env-file "},
	{names: " chamber+exec ", toDashes: true},
	{names: " aws-vault+exec ", flags: flags{long: " --duration --region --mfa-token --assume-role-ttl --backend --prompt --keychain ", short: "dtm"}, skip: 1},
	{names: " saml2aws+exec granted+exec ", flags: flags{long: " --exec-profile --profile ", short: "ap"}},
	{names: " envchain ", flags: flags{}, skip: 1},
	{names: " summon ", flags: flags{long: " --provider --environment --up --yaml --ignore ", short: "pfDie"}},
	{names: " direnv+exec ", skip: 1},
	{names: " mise+exec mise+x rtx+exec rtx+x ", flags: flags{long: " --command --jobs --cd --env ", short: "cjCE"}, text: " -c --command ", dir: " -C --cd ", toDashes: true},
	{names: " asdf+exec pyenv+exec rbenv+exec nodenv+exec goenv+exec bundle+exec ", flags: flags{}},
	{names: " fnm+exec ", flags: flags{long: " --using --node-dist-mirror --fnm-dir "}},
	{names: " nvm+exec nvm+run ", flags: flags{}, skip: 1},
	{names: " volta+run ", flags: flags{long: " --node --npm --pnpm --yarn --env "}, env: " --env "},
	{names: " corepack ", flags: flags{}},
	{names: " poetry+run pipenv+run pdm+run rye+run hatch+run pixi+run ", flags: flags{long: " --directory --project --manifest-path --environment --env ", short: "CPpe"}, dir: " -C --directory --project "},
	{names: " conda+run mamba+run micromamba+run ", flags: flags{long: " --name --prefix --cwd ", short: "np"}, dir: " --cwd "},
	{names: " nix-shell ", flags: flags{long: " --run --command --packages --attr --arg --argstr --keep --option -I --include ", short: "pAI"}, text: " --run --command "},
	{names: " ssh ", flags: flags{short: "BbcDEeFIiJLlmOoPpQRSWw"}, skip: 1, joined: true},
	{names: " docker+exec podman+exec nerdctl+exec ", flags: flags{long: " --env --env-file --user --workdir --detach-keys ", short: "euw"}, file: " --env-file ", env: " -e --env ", skip: 1},
	{names: " docker-compose+run docker-compose+exec ", flags: flags{long: " --env --user --workdir --volume --publish --entrypoint --name --label --index ", short: "euwvpl"}, env: " -e --env ", skip: 1},
	{names: " kubectl+exec ", toDashes: true},
}

// wrapperOf finds a wrapper by its program, or by program and subcommand.
// Flags of the program itself may stand before the subcommand; rest are the
// words behind the names.
func wrapperOf(name string, words []Word) (w wrapper, rest []Word, ok bool) {
	for i, sub := range words[1:min(len(words), 8)] {
		if strings.HasPrefix(sub.Text, "-") {
			continue
		}
		both := name + "+" + sub.Text
		for _, w := range wrapperTable {
			if hasName(w.names, both) {
				return w, slices.Concat(words[1:i+1], words[i+2:]), true
			}
		}
		if i == 0 || !strings.HasPrefix(words[i].Text, "-") { // no value of a flag
			break
		}
	}
	for _, w := range wrapperTable {
		if hasName(w.names, name) {
			return w, words[1:], true
		}
	}
	return wrapper{}, nil, false
}
