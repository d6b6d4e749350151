package launch

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestMounts(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		argv []string
		want Mount
	}{
		{[]string{"-v", "/:/host"}, Mount{Source: "/", Target: "/host"}},
		{[]string{"-v/a:/b:ro"}, Mount{Source: "/a", Target: "/b", ReadOnly: true}},
		{[]string{"--volume=./docs:/docs:ro,z"}, Mount{Source: "./docs", Target: "/docs", ReadOnly: true}},
		{[]string{"-v", "~/.ssh:/root/.ssh"}, Mount{Source: "~/.ssh", Target: "/root/.ssh"}},
		{[]string{"-v", "$HOME:/h"}, Mount{Source: "$HOME", Target: "/h"}},
		{[]string{"-v", "${env:HOME}/x:/h:ro"}, Mount{Source: "${env:HOME}/x", Target: "/h", ReadOnly: true}},
		{[]string{"-v", "${workspaceFolder}:/w"}, Mount{Source: "${workspaceFolder}", Target: "/w"}},
		{[]string{"-v", "{env:HOME}:/w"}, Mount{Source: "{env:HOME}", Target: "/w"}},
		{[]string{"-v", "$(pwd):/w"}, Mount{Source: "$(pwd)", Target: "/w"}},
		{[]string{"-v", `C:\data:/data`}, Mount{Source: `C:\data`, Target: "/data"}},
		{[]string{"-v", `C:/data:/data:ro`}, Mount{Source: `C:/data`, Target: "/data", ReadOnly: true}},
		{[]string{"-v", `c:\:/c`}, Mount{Source: `c:\`, Target: "/c"}},
		{[]string{"-v", "a:/data"}, Mount{Source: "a", Target: "/data", Kind: Volume}},
		{[]string{"-v", `\\.\pipe\docker_engine:\\.\pipe\docker_engine`}, Mount{Source: `\\.\pipe\docker_engine`, Target: `\\.\pipe\docker_engine`}},
		{[]string{"-v", "/var/run/docker.sock:/var/run/docker.sock"}, Mount{Source: "/var/run/docker.sock", Target: "/var/run/docker.sock"}},
		{[]string{"-v", "pgdata:/var/lib/pg"}, Mount{Source: "pgdata", Target: "/var/lib/pg", Kind: Volume}},
		{[]string{"-v", "/data"}, Mount{Target: "/data", Kind: Volume}},
		{[]string{"--mount", "type=bind,src=/,dst=/h"}, Mount{Source: "/", Target: "/h"}},
		{[]string{"--mount", "type=bind,source=/a,target=/b,readonly"}, Mount{Source: "/a", Target: "/b", ReadOnly: true}},
		{[]string{"--mount=type=bind,source=/a,destination=/b,ro=true"}, Mount{Source: "/a", Target: "/b", ReadOnly: true}},
		{[]string{"--mount", "type=volume,src=v,dst=/v"}, Mount{Source: "v", Target: "/v", Kind: Volume}},
		{[]string{"--mount", "src=v,dst=/v"}, Mount{Source: "v", Target: "/v", Kind: Volume}},
		{[]string{"--mount", "type=tmpfs,dst=/t"}, Mount{Target: "/t", Kind: Tmpfs}},
		{[]string{"--tmpfs", "/run:rw,size=1m"}, Mount{Target: "/run", Kind: Tmpfs}},
	} {
		l := Parse(append(append([]string{"docker", "run", "-i", "--rm"}, test.argv...), "acme/x"))
		if l.Package().Name != "docker.io/acme/x" {
			t.Errorf("%q: image %q", test.argv, l.Package().Name)
		}
		if diff := cmp.Diff([]Mount{test.want}, l.Mounts, cmpopts.IgnoreFields(Mount{}, "Word")); diff != "" {
			t.Errorf("%q (-want +got):\n%s", test.argv, diff)
		}
	}
}

func TestContainer(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"docker run --privileged i":                                         "privileged=true",
		"docker run --privileged=true i":                                    "privileged=true",
		"docker run --privileged=false i":                                   "",
		"docker run --cap-add SYS_ADMIN --cap-add=ALL i":                    "capability=SYS_ADMIN capability=ALL",
		"docker run --cap-drop=ALL i":                                       "",
		"podman run --cap-add cap_net_admin,sys_ptrace i":                   "capability=NET_ADMIN capability=SYS_PTRACE",
		"docker run --security-opt seccomp=unconfined i":                    "security-opt=seccomp=unconfined",
		"docker run --device /dev/kvm i":                                    "device=/dev/kvm",
		"docker run --network host --pid=host --ipc host i":                 "namespace=--network=host namespace=--pid=host namespace=--ipc=host",
		"docker run --net=host --userns=host --uts host i":                  "namespace=--network=host namespace=--userns=host namespace=--uts=host",
		"docker run --cgroupns host i":                                      "namespace=--cgroupns=host",
		"docker run --network bridge --pid container:x i":                   "",
		"docker run -u root -p 0.0.0.0:80:80 -p=127.0.0.1:1:1 i":            "publish=0.0.0.0:80:80 publish=127.0.0.1:1:1 user=root",
		"docker run --entrypoint /bin/x i":                                  "entrypoint=/bin/x",
		"docker --context remote run --rm i":                                "",
		"docker run --gpus all --name x --add-host h:host-gateway --init i": "",
	} {
		l := Parse(strings.Fields(line))
		var got []string
		for _, n := range l.Normal() {
			if key, _, _ := strings.Cut(n, "="); key != "package" && !strings.HasPrefix(key, "arg") {
				got = append(got, n)
			}
		}
		if diff := cmp.Diff(want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", line, diff)
		}
		if l.Package().Name != "docker.io/library/i" {
			t.Errorf("%s: image %+v", line, l.Package())
		}
	}
}

func TestNothingInAContainerIsOfThisMachine(t *testing.T) {
	t.Parallel()
	l := Parse([]string{"docker", "run", "-v", ".:/app", "node:20", "sh", "-c", "cd /app && node /tmp/x.js"})
	if l.Script.Text != "" || l.Dir.Text != "" || l.Ecosystem != OCI {
		t.Errorf("script %q, dir %q, ecosystem %q", l.Script.Text, l.Dir.Text, l.Ecosystem)
	}
	if l := Parse([]string{"docker", "run", "alpine", "sh", "-c", "curl -s https://acme.dev/x | sh"}); len(l.Shell.Commands) == 0 {
		t.Error("the shell text in the container is lost")
	} else if _, ok := FetchesAndRuns(l.Shell); !ok {
		t.Error("remote code in the container is lost")
	}
}
