package dependency

import (
	"path"
	"strings"
)

// format is how a file is read.
type format struct {
	read  func(*file)
	large bool     // a lock file's bound applies, and a version makes another mention
	marks []string // one of which must stand in the file; none: it is always read
}

func manifest(read func(*file)) *format {
	return &format{read: read}
}

func lockFile(read func(*file)) *format {
	return &format{read: read, large: true}
}

func marked(read func(*file), marks ...string) *format {
	return &format{read: read, marks: marks}
}

// Formats that several names share.
var (
	requirements = manifest(readRequirements)
	dockerfile   = manifest(readDockerfile)
	compose      = marked(readTemplate, "image", "IMAGE")
	template     = marked(readTemplate, "image:", "Image:", "images:", "image\"", "repository:", "apiVersion:", "services:", "container:", typePrefix)
	msbuild      = manifest(readMSBuild)
	gradle       = manifest(readGradle)
	imports      = manifest(readImports)
	conda        = marked(readConda, "dependencies", "image", "apiVersion", typePrefix)
	hclFile      = marked(readHCL, "resource", "data", "image", "Image")
)

// byName are the files that go by their whole name, in lower case.
var byName = map[string]*format{
	"package.json":        manifest(readPackageJSON),
	"package-lock.json":   lockFile(readPackageLock),
	"npm-shrinkwrap.json": lockFile(readPackageLock),
	"yarn.lock":           lockFile(readYarnLock),
	"pnpm-lock.yaml":      lockFile(readPNPMLock),
	"pnpm-workspace.yaml": manifest(readPNPMWorkspace),
	"bun.lock":            lockFile(readBunLock),
	"deno.json":           imports,
	"deno.jsonc":          imports,
	"import_map.json":     imports,
	"import-map.json":     imports,
	"importmap.json":      imports,
	"deno.lock":           lockFile(readDenoLock),

	"pyproject.toml":   manifest(readPyproject),
	"pixi.toml":        manifest(readPixi),
	"environment.yml":  manifest(readConda),
	"environment.yaml": manifest(readConda),
	"pipfile":          manifest(readPipfile),
	"pipfile.lock":     lockFile(readPipfileLock),
	"poetry.lock":      lockFile(readPoetryLock),
	"uv.lock":          lockFile(readPoetryLock),
	"pdm.lock":         lockFile(readPoetryLock),
	"pylock.toml":      lockFile(readPylock),
	"setup.py":         manifest(readSetupPy),
	"setup.cfg":        manifest(readSetupCfg),

	"go.mod":     manifest(readGoMod),
	"cargo.toml": manifest(readCargo),
	"cargo.lock": lockFile(readCargoLock),
	"pom.xml":    manifest(readPOM),

	"directory.packages.props": msbuild,
	"directory.build.props":    msbuild,
	"directory.build.targets":  msbuild,
	"packages.config":          msbuild,
	"packages.lock.json":       lockFile(readNuGetLock),
	"paket.dependencies":       manifest(readPaket),
	"dotnet-tools.json":        manifest(readDotnetTools),

	"gemfile":          manifest(readGemfile),
	"gems.rb":          manifest(readGemfile),
	"gemfile.lock":     lockFile(readGemfileLock),
	"gems.locked":      lockFile(readGemfileLock),
	"composer.json":    manifest(readComposer),
	"composer.lock":    lockFile(readComposerLock),
	"pubspec.yaml":     manifest(readPubspec),
	"pubspec.lock":     lockFile(readPubspecLock),
	"mix.exs":          manifest(readMix),
	"mix.lock":         lockFile(readMixLock),
	"package.swift":    manifest(readPackageSwift),
	"package.resolved": lockFile(readPackageResolved),

	"dockerfile":    dockerfile,
	"containerfile": dockerfile,

	".terraform.lock.hcl": nil,
	"manifest.in":         nil,
}

// byEnding are the files that go by what their name ends in.
var byEnding = map[string]*format{
	".gradle":        gradle,
	".sbt":           gradle,
	".lockfile":      lockFile(readGradleLock),
	".csproj":        msbuild,
	".fsproj":        msbuild,
	".vbproj":        msbuild,
	".nuspec":        msbuild,
	".props":         marked(readMSBuild, "Package"),
	".targets":       marked(readMSBuild, "Package"),
	".gemspec":       manifest(readGemfile),
	".dockerfile":    dockerfile,
	".containerfile": dockerfile,
	".in":            marked(readInput),
	".tf":            hclFile,
	".tofu":          hclFile,
	".hcl":           hclFile,
	".nomad":         hclFile,
	".json":          &format{read: readJSONTemplate, large: true, marks: []string{typePrefix}},
	".template":      marked(readAnyTemplate, typePrefix),
	".yaml":          template,
	".yml":           template,
}

// readAnyTemplate reads a template of CloudFormation in either syntax.
func readAnyTemplate(f *file) {
	if strings.HasPrefix(strings.TrimSpace(f.text), "{") {
		readJSONTemplate(f)
		return
	}
	readTemplate(f)
}

// formatOf is how a file is read by its path, nil if not at all.
func formatOf(p string) *format {
	if isCopy(p) {
		return nil
	}
	dir, base := path.Split(strings.ToLower(p))
	if f, ok := byName[base]; ok {
		return f
	}
	ending := path.Ext(base)
	switch ending {
	case ".txt", ".in":
		if isRequirements(dir, base) {
			return requirements
		}
	case ".yml", ".yaml":
		switch {
		case strings.Contains(base, "compose"):
			return compose
		case strings.Contains(base, "environment") || strings.Contains(base, "conda"):
			return conda
		}
	case ".toml":
		switch {
		case strings.HasSuffix(base, ".versions.toml"):
			return versionCatalog
		case strings.HasPrefix(base, "pylock."):
			return byName["pylock.toml"]
		}
	case ".kts":
		if strings.HasSuffix(base, ".gradle.kts") {
			return gradle
		}
	case ".json":
		if strings.HasSuffix(base, ".tf.json") {
			return terraformJSON
		}
	}
	if strings.HasPrefix(base, "dockerfile.") || strings.HasPrefix(base, "containerfile.") || strings.HasPrefix(base, "dockerfile-") || strings.HasPrefix(base, "dockerfile_") {
		if ending != ".md" && ending != ".txt" && ending != ".cs" && ending != ".go" && ending != ".py" {
			return dockerfile
		}
	}
	return byEnding[ending]
}

var (
	versionCatalog = manifest(readVersionCatalog)
	terraformJSON  = marked(readTerraformJSON, "resource", "data")
)

// isRequirements says whether a text file is a list of requirements by its name.
func isRequirements(dir, base string) bool {
	return strings.Contains(base, "requirements") || strings.HasPrefix(base, "constraints") || dir == "requirements/" || strings.HasSuffix(dir, "/requirements/")
}

// isCopy says whether a path leads into copies of others' code.
func isCopy(p string) bool {
	for segment := range strings.SplitSeq(p, "/") {
		switch segment {
		case "node_modules", "bower_components", "vendor", "third_party", ".venv", "venv", "site-packages", ".tox", ".nox", "Pods", "Carthage", ".terraform", ".bundle":
			return true
		}
	}
	return false
}
