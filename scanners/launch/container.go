package launch

import "strings"

// MountKind is what stands behind a mount.
type MountKind int

const (
	Bind   MountKind = iota // a file or folder of the machine
	Volume                  // a volume the engine keeps
	Tmpfs
)

// Mount is one folder in a container. Source is a path for Bind, a name or ""
// for Volume. Word is the specification.
type Mount struct {
	Source, Target string
	ReadOnly       bool
	Kind           MountKind
	Word           Word
}

// Container holds the options that concern a container's walls. A namespace's
// Text is its flag and value, "--pid=host"; only those of the host are here.
type Container struct {
	Privileged   Word
	CapAdd       []Word
	SecurityOpts []Word
	Devices      []Word
	Namespaces   []Word
	User         Word
	Entrypoint   Word
	Publish      []Word
}

// Flags with a value of docker run (docs.docker.com/reference/cli/docker/container/run),
// podman run (docs.podman.io) and nerdctl run, and of docker itself.
var (
	containerFlags = flags{
		long: " --add-host --annotation --attach --blkio-weight --blkio-weight-device --cap-add --cap-drop --cgroup-parent --cgroupns --cidfile --cpu-count --cpu-percent --cpu-period --cpu-quota" +
			" --cpu-rt-period --cpu-rt-runtime --cpu-shares --cpus --cpuset-cpus --cpuset-mems --detach-keys --device --device-cgroup-rule --device-read-bps --device-read-iops --device-write-bps" +
			" --device-write-iops --dns --dns-option --dns-opt --dns-search --domainname --entrypoint --env --env-file --expose --gpus --group-add --health-cmd --health-interval --health-retries" +
			" --health-start-period --health-start-interval --health-timeout --hostname --io-maxbandwidth --io-maxiops --ip --ip6 --ipc --isolation --kernel-memory --label --label-file --link" +
			" --link-local-ip --log-driver --log-opt --mac-address --memory --memory-reservation --memory-swap --memory-swappiness --mount --name --network --net --network-alias --net-alias" +
			" --oom-score-adj --pid --pids-limit --platform --publish --pull --restart --runtime --security-opt --shm-size --stop-signal --stop-timeout --storage-opt --sysctl --tmpfs --ulimit --user" +
			" --userns --uts --volume --volume-driver --volumes-from --workdir" +
			" --arch --authfile --cgroup-conf --cgroups --chrootdirs --conmon-pidfile --creds --decryption-key --gidmap --group-entry --hooks-dir --hostuser --image-volume --init-path --init-ctr --os" +
			" --passwd-entry --personality --pod --pod-id-file --preserve-fd --preserve-fds --requires --sdnotify --seccomp-policy --secret --shm-size-systemd --subgidname --subuidname --systemd" +
			" --timeout --tz --uidmap --umask --unsetenv --variant --retry --retry-delay --cosign-key --verify --snapshotter --namespace --rdt-class --memory-swappiness ",
		short: "acehlmpuvw",
	}
	engineFlags = flags{long: " --config --context --host --log-level --tlscacert --tlscert --tlskey --connection --identity --url --root --runroot --storage-driver --storage-opt --namespace --address --file --project-name --profile --env-file --project-directory ", short: "cHlfpna"}
)

// docker reads "docker run" and its like.
func (p *parser) docker(engine string, words []Word) (stage, verdict) {
	_, rest, _ := engineFlags.read(words[1:])
	if len(rest) > 1 && (rest[0].Text == "container" || rest[0].Text == "sandbox") {
		rest = rest[1:]
	}
	if len(rest) == 0 {
		return stage{}, notMine
	}
	switch rest[0].Text {
	case "run", "create":
	case "compose":
		p.l.Runner, p.runs = engine+" compose", true
		p.args(rest[1:])
		return stage{}, ends
	default:
		return stage{}, notMine
	}
	opts, rest, _ := containerFlags.read(rest[1:])
	local := p.containerOptions(opts)
	p.l.Runner, p.runs = engine+" run", true
	if len(rest) == 0 {
		return stage{}, ends
	}
	pkg := image(rest[0])
	p.fetch(pkg, local && pkg.Pin == PinNone, false)
	p.contained = true
	rest = rest[1:]
	p.l.ContainerArgs = rest
	if entry := p.l.Container.Entrypoint; entry.Text != "" {
		return stage{programName(entry.Text), append([]Word{entry}, rest...)}, goesOn
	}
	if len(rest) == 0 {
		return stage{}, ends
	}
	if name := programName(rest[0].Text); isKnownProgram(name, rest) {
		return stage{name, rest}, goesOn
	}
	p.args(rest)
	return stage{}, ends
}

// isKnownProgram says whether the word behind an image is a program and not an
// argument of the image's own.
func isKnownProgram(name string, words []Word) bool {
	if isShell(name) || isInterpreter(name) || hasName(" npx bunx uvx uv npm pnpm yarn bun deno pipx go dotnet mcp-proxy mcp-remote supergateway ", name) {
		return true
	}
	_, _, ok := wrapperOf(name, words)
	return ok && !hasName(" start call time exec command ", name)
}

// containerOptions notes the flags of a run; local says that no image is
// pulled.
func (p *parser) containerOptions(opts []option) (local bool) {
	c := &p.l.Container
	for _, o := range opts {
		switch o.name {
		case "-v", "--volume":
			p.mount(volume(o.value))
		case "--mount":
			p.mount(mountOption(o.value))
		case "--tmpfs":
			target, _, _ := strings.Cut(o.value.Text, ":")
			p.mount(Mount{Target: target, Kind: Tmpfs, Word: o.value})
		case "-e", "--env":
			p.l.Env = append(p.l.Env, passed(o.value))
		case "--env-file":
			p.l.EnvFiles = append(p.l.EnvFiles, o.value)
		case "--privileged":
			if !o.off() {
				c.Privileged = o.flag
			}
		case "--cap-add":
			for w := range splitList(o.value) {
				c.CapAdd = append(c.CapAdd, w)
			}
		case "--security-opt":
			c.SecurityOpts = append(c.SecurityOpts, o.value)
		case "--device":
			c.Devices = append(c.Devices, o.value)
		case "--network", "--net", "--pid", "--ipc", "--userns", "--uts", "--cgroupns":
			if o.value.Text == "host" {
				w := o.value
				w.Text = strings.Replace(o.name, "--network", "--net", 1) + "=host"
				w.Text = strings.Replace(w.Text, "--net=", "--network=", 1)
				c.Namespaces = append(c.Namespaces, w)
			}
		case "-u", "--user":
			c.User = o.value
		case "--entrypoint":
			c.Entrypoint = o.value
		case "-p", "--publish":
			c.Publish = append(c.Publish, o.value)
		case "-w", "--workdir":
		case "--pull":
			local = o.value.Text == "never"
		}
	}
	return local
}

func (p *parser) mount(m Mount) {
	if m.Word.Text != "" {
		p.l.Mounts = append(p.l.Mounts, m)
	}
}

// volume reads source:target:options, with Windows paths and references in it.
func volume(w Word) Mount {
	parts := splitVolume(w.Text)
	m := Mount{Word: w}
	if len(parts) == 1 {
		m.Kind, m.Target = Volume, parts[0]
		return m
	}
	m.Source, m.Target = parts[0], parts[1]
	if !isLocal(m.Source) && !dynamic(m.Source) && !isPath(m.Source) {
		m.Kind = Volume
	}
	if len(parts) > 2 {
		for o := range strings.SplitSeq(parts[2], ",") {
			m.ReadOnly = m.ReadOnly || o == "ro" || o == "readonly"
		}
	}
	return m
}

// splitVolume splits at colons, but for those of a drive (C:\x), of a pipe, of
// a reference (${env:X}) and of a client's variable ({env:X}).
func splitVolume(s string) []string {
	var parts []string
	from, depth := 0, 0
	for i := 0; i < len(s) && len(parts) < 3; i++ {
		switch s[i] {
		case '{', '(':
			depth++
		case '}', ')':
			depth--
		case ':':
			drive := i == from+1 && s[from]|0x20 >= 'a' && s[from]|0x20 <= 'z' && i+1 < len(s) && (s[i+1] == '\\' || s[i+1] == '/') &&
				(s[i+1] == '\\' || strings.IndexByte(s[i+1:], ':') >= 0)
			if depth <= 0 && !drive {
				parts = append(parts, s[from:i])
				from = i + 1
			}
		}
	}
	return append(parts, s[from:])
}

// mountOption reads the value of --mount: comma-separated key=value fields.
func mountOption(w Word) Mount {
	m := Mount{Kind: Volume, Word: w}
	for field := range strings.SplitSeq(strings.Trim(w.Text, `"`), ",") {
		key, value, hasValue := strings.Cut(strings.Trim(field, `" `), "=")
		switch strings.ToLower(key) {
		case "type":
			switch value {
			case "bind":
				m.Kind = Bind
			case "tmpfs":
				m.Kind = Tmpfs
			}
		case "source", "src":
			m.Source = value
		case "target", "destination", "dst":
			m.Target = value
		case "readonly", "ro":
			m.ReadOnly = !hasValue || value == "true" || value == "1"
		}
	}
	return m
}
