package launch

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/castellan-app/castellan/scanners/credential"
)

// brief is a launch on one line: what a table compares. Fields that are empty
// are left out.
func brief(l Launch) string {
	var b []string
	add := func(key, value string) {
		if value != "" {
			b = append(b, key+"="+value)
		}
	}
	for _, w := range l.Wrappers {
		add("in", w.Name)
	}
	add("by", l.Runner)
	for _, p := range l.Packages {
		text := p.Ecosystem + ":" + p.Name
		if p.Version != "" {
			text += "@" + p.Version
		}
		text += "/" + [...]string{"none", "tag", "exact", "local", "unknown"}[p.Pin]
		if p.Extra {
			text += "/extra"
		}
		add("pkg", text)
	}
	add("bridge", l.Bridge)
	add("url", l.URL.Text)
	add("hosted", l.Hosted.Text)
	add("script", l.Script.Text)
	add("module", l.Module.Text)
	add("task", l.Task.Text)
	add("inline", l.InlineLang)
	if l.Runner == "" {
		add("name", l.Name)
	}
	add("dir", l.Dir.Text)
	for _, w := range l.Registry {
		add("registry", w.Text)
	}
	for _, e := range l.Env {
		if e.Passed {
			add("env", e.Name)
		} else {
			add("env", e.Name+"="+e.Value)
		}
	}
	for _, w := range l.EnvFiles {
		add("envfile", w.Text)
	}
	for _, w := range l.Args {
		add("arg", w.Text)
	}
	return strings.Join(b, " ")
}

var launches = []struct{ line, want string }{
	// npm
	{"npx -y @acme/mcp-orders@1.4.2 --verbose", "by=npx pkg=npm:@acme/mcp-orders@1.4.2/exact arg=--verbose"},
	{"npx -y some-mcp@latest", "by=npx pkg=npm:some-mcp@latest/tag"},
	{"npx some-mcp", "by=npx pkg=npm:some-mcp/none"},
	{"npx -y some-mcp@^1.2.0", "by=npx pkg=npm:some-mcp@^1.2.0/tag"},
	{"npx -y some-mcp@1.x", "by=npx pkg=npm:some-mcp@1.x/tag"},
	{"npx -y some-mcp@2", "by=npx pkg=npm:some-mcp@2/tag"},
	{"npx -y some-mcp@next", "by=npx pkg=npm:some-mcp@next/tag"},
	{"npx -y some-mcp@1.0.0-beta.3", "by=npx pkg=npm:some-mcp@1.0.0-beta.3/exact"},
	{"npx --package=some-mcp some-bin", "by=npx pkg=npm:some-mcp/none"},
	{"npx -p some-mcp@2 some-bin x", "by=npx pkg=npm:some-mcp@2/tag arg=x"},
	{"npx -y -p a@1.0.0 -p b some-bin", "by=npx pkg=npm:a@1.0.0/exact pkg=npm:b/none/extra"},
	{"npx -y alias@npm:real-mcp@1.0.0", "by=npx pkg=npm:real-mcp@1.0.0/exact"},
	{"npx --no-install some-mcp", "by=npx pkg=npm:some-mcp/local"},
	{"npx --no some-mcp", "by=npx pkg=npm:some-mcp/local"},
	{"npx --offline some-mcp x", "by=npx pkg=npm:some-mcp/local arg=x"},
	{"npx ./local-server", "by=npx pkg=npm:/local script=./local-server"},
	{"npx file:./x", "by=npx pkg=npm:/local"},
	{"npx ./x-1.0.0.tgz", "by=npx pkg=npm:/local script=./x-1.0.0.tgz"},
	{"npx acme/repo", "by=npx pkg=git:github.com/acme/repo/none"},
	{"npx -y github:acme/repo#v1", "by=npx pkg=git:github.com/acme/repo@v1/tag"},
	{"npx -y github:acme/repo#0123456789abcdef0123456789abcdef01234567", "by=npx pkg=git:github.com/acme/repo@0123456789abcdef0123456789abcdef01234567/exact"},
	{"npx -y gitlab:acme/repo", "by=npx pkg=git:gitlab.com/acme/repo/none"},
	{"npx -y bitbucket:acme/repo", "by=npx pkg=git:bitbucket.org/acme/repo/none"},
	{"npx -y git+ssh://git@git.acme.dev/o/r.git#main", "by=npx pkg=git:git.acme.dev/o/r@main/tag"},
	{"npx -y git+https://github.com/o/r.git", "by=npx pkg=git:github.com/o/r/none"},
	{"npx -y https://github.com/o/r", "by=npx pkg=git:github.com/o/r/none"},
	{"npx -y https://acme.dev/x.tgz", "by=npx pkg=url:acme.dev/x.tgz/none"},
	{"npx -y my@github:o/r", "by=npx pkg=git:github.com/o/r/none"},
	{"npx ${PKG}", "by=npx pkg=npm:/unknown"},
	{"npx -y some-mcp@${VERSION}", "by=npx pkg=npm:some-mcp@${VERSION}/unknown"},
	{"npx <your-package>", "by=npx pkg=npm:/unknown"},
	{"npx --registry http://h.acme.dev some-mcp@1.0.0", "by=npx pkg=npm:some-mcp@1.0.0/exact registry=http://h.acme.dev"},
	{"npx --registry=https://h.acme.dev --@acme:registry=https://i.acme.dev some-mcp", "by=npx pkg=npm:some-mcp/none registry=https://h.acme.dev registry=https://i.acme.dev"},
	{"npm exec -- some-mcp", "by=npm exec pkg=npm:some-mcp/none"},
	{"npm exec some-mcp@1.0.0 -- --flag", "by=npm exec pkg=npm:some-mcp@1.0.0/exact arg=--flag"},
	{"npm exec --package=some-mcp -- some-bin x", "by=npm exec pkg=npm:some-mcp/none arg=x"},
	{"npm x -y some-mcp", "by=npm exec pkg=npm:some-mcp/none"},
	{"bunx some-mcp", "by=bunx pkg=npm:some-mcp/none"},
	{"bunx --bun some-mcp@1.0.0", "by=bunx pkg=npm:some-mcp@1.0.0/exact"},
	{"bun x some-mcp", "by=bun x pkg=npm:some-mcp/none"},
	{"pnpm dlx some-mcp@1.0.0", "by=pnpm dlx pkg=npm:some-mcp@1.0.0/exact"},
	{"pnpm --package=a dlx some-bin", "by=pnpm dlx pkg=npm:a/none"},
	{"pnpx some-mcp", "by=pnpm dlx pkg=npm:some-mcp/none"},
	{"yarn dlx -p a some-bin", "by=yarn dlx pkg=npm:a/none"},
	{"yarn dlx some-mcp", "by=yarn dlx pkg=npm:some-mcp/none"},
	{"pnpm exec some-mcp", "by=pnpm exec pkg=npm:some-mcp/local"},
	{"npm run mcp -- --x", "in=npm run by=npm run task=mcp arg=--x"},
	{"npm --prefix ./srv run mcp", "in=npm run by=npm run task=mcp dir=./srv"},
	{"npm start", "in=npm run by=npm run task=start"},
	{"pnpm mcp", "in=pnpm run by=pnpm run task=mcp"},
	{"yarn mcp", "in=yarn run by=yarn run task=mcp"},
	{"bun run mcp", "in=bun run by=bun run task=mcp"},
	{"bun run src/index.ts --x", "script=src/index.ts name=bun arg=--x"},
	{"bun index.ts", "script=index.ts name=bun"},
	{"npx tsx server.ts --x", "by=npx pkg=npm:tsx/none script=server.ts arg=--x"},
	{"npx -y ts-node src/a.ts", "by=npx pkg=npm:ts-node/none script=src/a.ts"},
	{`C:\Program_Files\nodejs\npx.cmd -y some-mcp`, "by=npx pkg=npm:some-mcp/none"},
	{"npx", "by=npx"},
	{"", ""},
	// PyPI
	{"uvx mcp-server-git==2025.1.14 --repository .", "by=uvx pkg=pypi:mcp-server-git@2025.1.14/exact arg=--repository arg=."},
	{"uvx Some_MCP.server[cli]>=1", "by=uvx pkg=pypi:some-mcp-server@>=1/tag"},
	{"uvx --from Some_MCP.server[cli]>=1 some-bin x", "by=uvx pkg=pypi:some-mcp-server@>=1/tag arg=x"},
	{"uvx some-mcp@1.2", "by=uvx pkg=pypi:some-mcp@1.2/exact"},
	{"uvx some-mcp@latest", "by=uvx pkg=pypi:some-mcp@latest/tag"},
	{"uvx some-mcp==1.*", "by=uvx pkg=pypi:some-mcp@1.*/tag"},
	{"uvx some-mcp~=1.2", "by=uvx pkg=pypi:some-mcp@~=1.2/tag"},
	{"uvx --python 3.12 some-mcp", "by=uvx pkg=pypi:some-mcp/none"},
	{"uvx -p 3.12 some-mcp", "by=uvx pkg=pypi:some-mcp/none"},
	{"uvx --with b --from a cmd", "by=uvx pkg=pypi:a/none pkg=pypi:b/none/extra"},
	{"uvx --with b,c==1 a", "by=uvx pkg=pypi:a/none pkg=pypi:b/none/extra pkg=pypi:c@1/exact/extra"},
	{"uvx --offline a", "by=uvx pkg=pypi:a/local"},
	{"uvx --from . a", "by=uvx pkg=pypi:/local script=."},
	{"uvx --from ./srv a", "by=uvx pkg=pypi:/local script=./srv"},
	{"uvx --from git+https://git.acme.dev/x some-bin", "by=uvx pkg=git:git.acme.dev/x/none"},
	{"uvx --from git+https://github.com/o/r@v1.2#subdirectory=s some-bin", "by=uvx pkg=git:github.com/o/r@v1.2/tag"},
	{"uvx --from git+https://github.com/o/r@0123456789abcdef0123456789abcdef01234567 b", "by=uvx pkg=git:github.com/o/r@0123456789abcdef0123456789abcdef01234567/exact"},
	{"uvx --from git+ssh://git@github.com/o/r.git b", "by=uvx pkg=git:github.com/o/r/none"},
	{"uvx git+https://github.com/o/r", "by=uvx pkg=git:github.com/o/r/none"},
	{"uvx --from https://acme.dev/x-1.0-py3-none-any.whl x", "by=uvx pkg=url:acme.dev/x-1.0-py3-none-any.whl/none"},
	{"uvx --from https://github.com/o/r/archive/0123456789abcdef0123456789abcdef01234567.zip x", "by=uvx pkg=url:github.com/o/r/archive/0123456789abcdef0123456789abcdef01234567.zip@0123456789abcdef0123456789abcdef01234567/exact"},
	{"uvx --index-url http://h.acme.dev/simple a", "by=uvx pkg=pypi:a/none registry=http://h.acme.dev/simple"},
	{"uvx --index corp=https://h.acme.dev/simple --extra-index-url=https://i.acme.dev a", "by=uvx pkg=pypi:a/none registry=https://h.acme.dev/simple registry=https://i.acme.dev"},
	{"uvx --default-index https://h.acme.dev -f https://l.acme.dev a", "by=uvx pkg=pypi:a/none registry=https://h.acme.dev registry=https://l.acme.dev"},
	{"uv tool run some-mcp@latest", "by=uv tool run pkg=pypi:some-mcp@latest/tag"},
	{"uv run --directory x server.py", "by=uv run script=server.py dir=x"},
	{"uv --directory /srv/x run server.py --y", "by=uv run script=server.py dir=/srv/x arg=--y"},
	{"uv run --with mcp[cli] mcp run server.py", "by=uv run pkg=pypi:mcp/none/extra script=server.py"},
	{"uv run --with fastmcp==2.0 fastmcp run server.py:app", "by=uv run pkg=pypi:fastmcp@2.0/exact/extra script=server.py"},
	{"uv run --with some-mcp some-mcp", "by=uv run pkg=pypi:some-mcp/none"},
	{"uv run --env-file .env python -m srv", "by=uv run module=srv envfile=.env"},
	{"uv run my-server --x", "by=uv run arg=--x"},
	{"uv run -m srv x", "by=uv run module=srv arg=x"},
	{"uv run --script x.py", "by=uv run script=x.py"},
	{"uv run https://acme.dev/x.py", "by=uv run pkg=url:acme.dev/x.py/none"},
	{"uv run --package sub srv.py", "by=uv run script=srv.py"},
	{"pipx run some-mcp", "by=pipx run pkg=pypi:some-mcp/none"},
	{"pipx run some-mcp==1.0 --x", "by=pipx run pkg=pypi:some-mcp@1.0/exact arg=--x"},
	{"pipx run --spec some-mcp==1.0 some-bin", "by=pipx run pkg=pypi:some-mcp@1.0/exact"},
	{"pipx run --index-url https://h.acme.dev some-mcp", "by=pipx run pkg=pypi:some-mcp/none registry=https://h.acme.dev"},
	{"pipx run ./x.py", "by=pipx run script=./x.py"},
	{"uvx fastmcp run https://mcp.acme.dev/mcp", "by=uvx pkg=pypi:fastmcp/none bridge=fastmcp url=https://mcp.acme.dev/mcp"},
	// images
	{"docker run -i --rm -e TOKEN ghcr.io/acme/mcp:v1.2 stdio", "by=docker run pkg=oci:ghcr.io/acme/mcp@v1.2/tag env=TOKEN arg=stdio"},
	{"docker run --rm -v /a:/b mcp/fetch@sha256:" + sixtyFour, "by=docker run pkg=oci:docker.io/mcp/fetch@sha256:" + sixtyFour + "/exact"},
	{"docker run mcp/fetch:1.0@sha256:" + sixtyFour, "by=docker run pkg=oci:docker.io/mcp/fetch@sha256:" + sixtyFour + "/exact"},
	{"podman run alpine", "by=podman run pkg=oci:docker.io/library/alpine/none"},
	{"nerdctl run alpine:latest", "by=nerdctl run pkg=oci:docker.io/library/alpine@latest/none"},
	{"docker run --network=host localhost:5000/x/y:z", "by=docker run pkg=oci:localhost:5000/x/y@z/tag"},
	{"docker container run -dit -eX=1 -p8080:80 acme/x", "by=docker run pkg=oci:docker.io/acme/x/none env=X=1"},
	{"docker run -i --env-file .env --env A=1 acme/x", "by=docker run pkg=oci:docker.io/acme/x/none env=A=1 envfile=.env"},
	{"docker run node:20 npx -y some-mcp", "by=npx pkg=oci:docker.io/library/node@20/tag pkg=npm:some-mcp/none"},
	{"docker run --pull never acme/x", "by=docker run pkg=oci:docker.io/acme/x/local"},
	{"docker run ${IMAGE}", "by=docker run pkg=oci:/unknown"},
	{"docker run acme/x:${TAG}", "by=docker run pkg=oci:docker.io/acme/x@${TAG}/unknown"},
	{"docker compose up", "by=docker compose arg=up"},
	{"docker exec -i box python /srv/x.py", "in=docker name=docker arg="},
	{"docker mcp gateway run", "name=docker arg=mcp arg=gateway arg=run"},
	// others
	{"go run github.com/acme/mcp@v1.2.3 --x", "by=go run pkg=go:github.com/acme/mcp@v1.2.3/exact arg=--x"},
	{"go run github.com/acme/mcp@latest", "by=go run pkg=go:github.com/acme/mcp@latest/tag"},
	{"go run github.com/acme/mcp@v0.0.0-20240102030405-0123456789ab", "by=go run pkg=go:github.com/acme/mcp@v0.0.0-20240102030405-0123456789ab/exact"},
	{"go run ./cmd/x -v", "by=go run pkg=go:/local script=./cmd/x arg=-v"},
	{"go run -tags x main.go util.go a", "by=go run pkg=go:/local script=main.go arg=a"},
	{"deno run -A npm:some-mcp@1.0.0", "by=deno run pkg=npm:some-mcp@1.0.0/exact"},
	{"deno run --allow-net=x jsr:@acme/mcp@^1/stdio --y", "by=deno run pkg=jsr:@acme/mcp@^1/tag arg=--y"},
	{"deno run -A jsr:@acme/mcp", "by=deno run pkg=jsr:@acme/mcp/none"},
	{"deno run -A https://deno.land/x/mcp@v1.2.3/mod.ts", "by=deno run pkg=url:deno.land/x/mcp@v1.2.3/mod.ts/exact"},
	{"deno run -A https://acme.dev/mod.ts", "by=deno run pkg=url:acme.dev/mod.ts/none"},
	{"deno run -A --env-file=.env main.ts", "by=deno run script=main.ts envfile=.env"},
	{"deno -A main.ts x", "by=deno run script=main.ts arg=x"},
	{"deno task start", "in=deno task by=deno task task=start"},
	{"dnx Acme.Mcp@1.2.0 --yes -- --x", "by=dnx pkg=nuget:acme.mcp@1.2.0/exact arg=--x"},
	{"dnx Acme.Mcp --version 1.2.0 --yes --source https://n.acme.dev", "by=dnx pkg=nuget:acme.mcp@1.2.0/exact registry=https://n.acme.dev"},
	{"dotnet tool exec Acme.Mcp", "by=dotnet tool exec pkg=nuget:acme.mcp/none"},
	{"dotnet run --project ./src/x.csproj", "by=dotnet run script=./src/x.csproj"},
	{"dotnet bin/x.dll --y", "script=bin/x.dll name=dotnet arg=--y"},
	{"java -Xmx1g -jar x.jar --y", "script=x.jar name=java arg=--y"},
	{"cargo run --release -- --x", "by=cargo run arg=--x"},
	{"node ./server.js --port 1", "script=./server.js name=node arg=--port arg=1"},
	{"node --env-file .env -r ./p.js server.js", "script=server.js name=node envfile=.env"},
	{"node -e x()", "inline=javascript name=node"},
	{"node --eval=x()", "inline=javascript name=node"},
	{"python3.12 -u srv.py", "script=srv.py name=python3.12"},
	{"python -m srv.main --x", "module=srv.main name=python arg=--x"},
	{"python -uc x", "inline=python name=python"},
	{"py -3.11 x.py", "script=x.py name=py"},
	{"ruby -e x", "inline=ruby name=ruby"},
	{"perl -we x", "inline=perl name=perl"},
	{"php -r x", "inline=php name=php"},
	{"deno eval x", "inline=javascript name=deno"},
	{"bun -e x", "inline=javascript name=bun"},
	{"osascript -e x", "inline=applescript name=osascript"},
	{"Rscript -e x", "inline=r name=rscript"},
	{"./bin/x --y", "script=./bin/x name=x arg=--y"},
	{"/tmp/.cache/x", "script=/tmp/.cache/x name=x"},
	{"my-server --y", "name=my-server arg=--y"},
	{"bash x.sh a", "script=x.sh name=bash arg=a"},
	{"pwsh -NoProfile -File x.ps1 a", "script=x.ps1 name=pwsh arg=a"},
	{"nix run github:acme/mcp -- --x", "by=nix run pkg=git:github.com/acme/mcp/none arg=--x"},
	{"nix run nixpkgs#mcp", "by=nix run"},
	// bridges
	{"npx -y mcp-remote https://mcp.acme.dev/sse --header A:b", "by=npx pkg=npm:mcp-remote/none bridge=mcp-remote url=https://mcp.acme.dev/sse"},
	{"npx mcp-remote@0.1.38 --allow-http http://mcp.acme.dev/sse", "by=npx pkg=npm:mcp-remote@0.1.38/exact bridge=mcp-remote url=http://mcp.acme.dev/sse"},
	{"npx -y supergateway --sse https://mcp.acme.dev/sse", "by=npx pkg=npm:supergateway/none bridge=supergateway url=https://mcp.acme.dev/sse"},
	{"npx -y supergateway --streamableHttp https://mcp.acme.dev/mcp", "by=npx pkg=npm:supergateway/none bridge=supergateway url=https://mcp.acme.dev/mcp"},
	{"uvx mcp-proxy --transport streamablehttp https://mcp.acme.dev/mcp", "by=uvx pkg=pypi:mcp-proxy/none bridge=mcp-proxy url=https://mcp.acme.dev/mcp"},
	{"mcp-proxy https://mcp.acme.dev/sse", "bridge=mcp-proxy url=https://mcp.acme.dev/sse name=mcp-proxy"},
	{"mcp-proxy --sse-port 8080 -- uvx some-mcp", "in=mcp-proxy by=uvx pkg=pypi:some-mcp/none bridge=mcp-proxy"},
	{"npx -y @smithery/cli@latest run @acme/srv --key K", "by=npx pkg=npm:@smithery/cli@latest/tag bridge=smithery hosted=@acme/srv"},
	{"mcp-remote ${URL}", "bridge=mcp-remote url=${URL} name=mcp-remote"},
	// wrappers
	{"cmd /c npx -y some-mcp", "in=cmd by=npx pkg=npm:some-mcp/none"},
	{"cmd.exe /d /s /c npx.cmd -y some-mcp", "in=cmd by=npx pkg=npm:some-mcp/none"},
	{"env A=b npx -y some-mcp", "in=env by=npx pkg=npm:some-mcp/none env=A=b"},
	{"/usr/bin/env -i A=b node x.js", "in=env script=x.js name=node env=A=b"},
	{"A=b npx some-mcp", "by=npx pkg=npm:some-mcp/none env=A=b"},
	{"sudo -u bob -E npx some-mcp", "in=sudo by=npx pkg=npm:some-mcp/none"},
	{"doas npx some-mcp", "in=doas by=npx pkg=npm:some-mcp/none"},
	{"pkexec node x.js", "in=pkexec script=x.js name=node"},
	{"wsl -d Ubuntu -- npx some-mcp", "in=wsl by=npx pkg=npm:some-mcp/none"},
	{"wsl.exe npx some-mcp", "in=wsl by=npx pkg=npm:some-mcp/none"},
	{"nohup npx some-mcp", "in=nohup by=npx pkg=npm:some-mcp/none"},
	{"timeout -k 5 30 npx some-mcp", "in=timeout by=npx pkg=npm:some-mcp/none"},
	{"nice -n 10 npx some-mcp", "in=nice by=npx pkg=npm:some-mcp/none"},
	{"setsid npx some-mcp", "in=setsid by=npx pkg=npm:some-mcp/none"},
	{"stdbuf -oL python x.py", "in=stdbuf script=x.py name=python"},
	{"xvfb-run -a node x.js", "in=xvfb-run script=x.js name=node"},
	{"time npx some-mcp", "in=time by=npx pkg=npm:some-mcp/none"},
	{"op run --env-file .env -- npx -y some-mcp", "in=op by=npx pkg=npm:some-mcp/none envfile=.env"},
	{"op run --env-file=.env --no-masking -- npx -y some-mcp", "in=op by=npx pkg=npm:some-mcp/none envfile=.env"},
	{"doppler run -p x -c dev -- npx some-mcp", "in=doppler by=npx pkg=npm:some-mcp/none"},
	{"dotenvx run -f .env.production -- node x.js", "in=dotenvx script=x.js name=node envfile=.env.production"},
	{"npx dotenvx run -f .env -- npx some-mcp", "in=dotenvx by=npx pkg=npm:some-mcp/none pkg=npm:dotenvx/none/extra envfile=.env"},
	{"npx @dotenvx/dotenvx run -- node x.js", "in=dotenvx pkg=npm:@dotenvx/dotenvx/none/extra script=x.js name=node"},
	{"dotenv -e .env -- npx some-mcp", "in=dotenv by=npx pkg=npm:some-mcp/none envfile=.env"},
	{"npx dotenv-cli -e .env -- npx some-mcp", "in=dotenv by=npx pkg=npm:some-mcp/none pkg=npm:dotenv-cli/none/extra envfile=.env"},
	{"dotenv -f .env run -- python x.py", "in=dotenv script=x.py name=python envfile=.env"},
	{"infisical run --env=dev -- npx some-mcp", "in=infisical by=npx pkg=npm:some-mcp/none"},
	{"chamber exec svc -- npx some-mcp", "in=chamber by=npx pkg=npm:some-mcp/none"},
	{"aws-vault exec prod -- npx some-mcp", "in=aws-vault by=npx pkg=npm:some-mcp/none"},
	{"envmcp npx some-mcp", "in=envmcp by=npx pkg=npm:some-mcp/none"},
	{"npx envmcp --env-file .env npx some-mcp", "in=envmcp by=npx pkg=npm:some-mcp/none pkg=npm:envmcp/none/extra envfile=.env"},
	{"direnv exec . npx some-mcp", "in=direnv by=npx pkg=npm:some-mcp/none"},
	{"mise exec node@20 -- npx some-mcp", "in=mise by=npx pkg=npm:some-mcp/none"},
	{"mise x -- npx some-mcp", "in=mise by=npx pkg=npm:some-mcp/none"},
	{"asdf exec npx some-mcp", "in=asdf by=npx pkg=npm:some-mcp/none"},
	{"cross-env A=b npx some-mcp", "in=cross-env by=npx pkg=npm:some-mcp/none env=A=b"},
	{"poetry run python -m srv", "in=poetry module=srv name=python"},
	{"conda run -n x python s.py", "in=conda script=s.py name=python"},
	{"ssh -p 22 box npx some-mcp", "in=ssh by=npx pkg=npm:some-mcp/none"},
	{"sudo env A=b timeout 5 npx some-mcp", "in=sudo in=env in=timeout by=npx pkg=npm:some-mcp/none env=A=b"},
	{"powershell -NoProfile -ExecutionPolicy Bypass -Command npx -y some-mcp", "in=powershell by=npx pkg=npm:some-mcp/none"},
	{"runas /user:admin notepad x", "in=runas name=notepad arg=x"},
}

const sixtyFour = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

func TestParse(t *testing.T) {
	t.Parallel()
	for _, test := range launches {
		if diff := cmp.Diff(strings.TrimSuffix(test.want, " arg="), brief(Parse(strings.Fields(test.line)))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.line, diff)
		}
	}
}

// argvs are launches whose words hold blanks.
var argvs = []struct {
	argv []string
	want string
}{
	{[]string{"npx -y some-mcp"}, "by=npx pkg=npm:some-mcp/none"},
	{[]string{"npx -y some-mcp", "--x"}, "by=npx pkg=npm:some-mcp/none arg=--x"},
	{[]string{"cd /srv && npx -y some-mcp"}, "by=npx pkg=npm:some-mcp/none dir=/srv"},
	{[]string{`C:\Program Files\nodejs\npx.cmd`, "-y", "some-mcp"}, "by=npx pkg=npm:some-mcp/none"},
	{[]string{`C:\Program Files\nodejs\npx.cmd -y some-mcp`}, "by=npx pkg=npm:some-mcp/none"},
	{[]string{`"C:\Program Files\nodejs\node.exe" x.js`}, "script=x.js name=node"},
	{[]string{"/Users/Shared/My Tools/server", "--x"}, "script=/Users/Shared/My Tools/server name=server arg=--x"},
	{[]string{"/usr/bin/node /srv/x.js --y"}, "script=/srv/x.js name=node arg=--y"},
	{[]string{"bash", "-lc", "exec npx -y some-mcp@1.0.0 --x"}, "in=bash in=exec by=npx pkg=npm:some-mcp@1.0.0/exact arg=--x"},
	{[]string{"bash", "-c", "cd /srv && source .env && A=b exec npx some-mcp 2>/dev/null"}, "in=bash in=exec by=npx pkg=npm:some-mcp/none dir=/srv env=A=b"},
	{[]string{"sh", "-c", "npm install && node x.js"}, "in=sh script=x.js name=node"},
	{[]string{"sh", "-c", "pip install some-mcp==1.0 && python -m some_mcp"}, "in=sh pkg=pypi:some-mcp@1.0/exact/extra module=some_mcp name=python"},
	{[]string{"bash", "-c", "node a.js; node b.js"}, "in=bash script=b.js inline=sh name=node"},
	{[]string{"bash", "-c", "bash -c 'npx some-mcp'"}, "in=bash in=bash by=npx pkg=npm:some-mcp/none"},
	{[]string{"zsh", "-ic", "uvx 'some-mcp==1.0' \"--x y\""}, "in=zsh by=uvx pkg=pypi:some-mcp@1.0/exact arg=--x y"},
	{[]string{"bash", "-c", "npx some-mcp | tee log"}, "in=bash by=npx pkg=npm:some-mcp/none"},
	{[]string{"cmd", "/c", "npx -y some-mcp"}, "in=cmd by=npx pkg=npm:some-mcp/none"},
	{[]string{"cmd", "/c", "set A=b&& npx -y some-mcp"}, "in=cmd by=npx pkg=npm:some-mcp/none env=A=b"},
	{[]string{"cmd", "/c", `cd /d C:\srv && npx -y some-mcp`}, `in=cmd by=npx pkg=npm:some-mcp/none dir=C:\srv`},
	{[]string{"powershell", "-c", "npx -y some-mcp"}, "in=powershell by=npx pkg=npm:some-mcp/none"},
	{[]string{"powershell.exe", "-Command", "& 'C:\\Program Files\\nodejs\\npx.cmd' -y some-mcp"}, "in=powershell by=npx pkg=npm:some-mcp/none"},
	{[]string{"pwsh", "-NoProfile", "-Command", "$env:A='b'; npx some-mcp"}, "in=pwsh by=npx pkg=npm:some-mcp/none"},
	{[]string{"powershell", "-enc", "bgBwAHgAIAAtAHkAIABzAG8AbQBlAC0AbQBjAHAA"}, "in=powershell by=npx pkg=npm:some-mcp/none inline=powershell"},
	{[]string{"npx", "-y", "supergateway", "--stdio", "uvx some-mcp --x"}, "in=supergateway by=uvx pkg=npm:supergateway/none pkg=pypi:some-mcp/none bridge=supergateway arg=--x"},
	{[]string{"npx", "-p", "some-mcp", "-c", "some-bin --x"}, "by=npx pkg=npm:some-mcp/none arg=--x"},
	{[]string{"su", "-", "bob", "-c", "npx some-mcp"}, "in=su by=npx pkg=npm:some-mcp/none"},
	{[]string{"su", "-c", "npx some-mcp", "bob"}, "in=su by=npx pkg=npm:some-mcp/none"},
	{[]string{"doppler", "run", "--command", "npx some-mcp"}, "in=doppler by=npx pkg=npm:some-mcp/none"},
	{[]string{"nix-shell", "-p", "nodejs", "--run", "npx some-mcp"}, "in=nix-shell by=npx pkg=npm:some-mcp/none"},
	{[]string{"env", "-S", "npx some-mcp"}, "in=env by=npx pkg=npm:some-mcp/none"},
	{[]string{"node", "-e", "require('x')"}, "inline=javascript name=node"},
	{[]string{"docker", "run", "--entrypoint", "sh", "acme/x", "-c", "npx some-mcp"}, "in=sh by=npx pkg=oci:docker.io/acme/x/none pkg=npm:some-mcp/none"},
	{[]string{"uvx", "--from", "some-mcp @ git+https://github.com/o/r@main", "x"}, "by=uvx pkg=git:github.com/o/r@main/tag"},
	{[]string{"pipx", "run", "--pip-args", "--index-url https://h.acme.dev", "a"}, "by=pipx run pkg=pypi:a/none registry=https://h.acme.dev"},
	{[]string{"npx", "--unknown", credential.Mask, "some-mcp"}, "by=npx pkg=npm:some-mcp/none"},
	{[]string{"npx", "-y", "some-mcp@" + credential.Mask}, "by=npx pkg=npm:some-mcp/unknown"},
	{[]string{"npx", "-y", "mcp-" + credential.Mask}, "by=npx pkg=npm:/unknown"},
	{[]string{"curl", "-sSL", "https://acme.dev/x", "|", "sh"}, "name=sh"},
}

func TestParseWordsWithBlanks(t *testing.T) {
	t.Parallel()
	for _, test := range argvs {
		if diff := cmp.Diff(test.want, brief(Parse(test.argv))); diff != "" {
			t.Errorf("%q (-want +got):\n%s", test.argv, diff)
		}
	}
}
