package mcp

import (
	"strings"
)

// slashed is a path with slashes and without quotes and a slash at its end.
func slashed(path string) string {
	path = strings.ReplaceAll(strings.Trim(path, `"'`), `\`, "/")
	if len(path) > 1 {
		path = strings.TrimRight(path, "/")
		if path == "" {
			path = "/"
		}
	}
	return path
}

// homes are ways to write the folder of the user.
var homes = []string{"~", "$HOME", "${HOME}", "${env:HOME}", "{env:HOME}", "${userHome}", "%USERPROFILE%", "$env:USERPROFILE", "${env:USERPROFILE}", "${USERPROFILE}", "$USERPROFILE"}

// isHome says whether a path is the whole folder of a user.
func isHome(path string) bool {
	path = slashed(path)
	for _, h := range homes {
		if path == h {
			return true
		}
	}
	if path == "/root" {
		return true
	}
	for _, above := range []string{"/home/", "/Users/", "C:/Users/", "c:/Users/", "/mnt/c/Users/", "/c/Users/"} {
		if user, ok := strings.CutPrefix(path, above); ok {
			return user != "" && !strings.Contains(user, "/")
		}
	}
	return path == "/home" || path == "/Users" || path == "C:/Users"
}

// isRoot says whether a path is all of a machine or drive.
func isRoot(path string) bool {
	path = slashed(path)
	drive := strings.TrimSuffix(path, "/")
	return path == "/" || path == "/*" || path == "/mnt/c" || path == "/c" || len(drive) == 2 && drive[1] == ':' && isLetter(drive[0])
}

func isLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

// systemPaths hold a machine's own configuration.
var systemPaths = []string{"/etc", "/var", "/usr", "/boot", "/proc", "/sys", "/dev", "/opt", "/Library", "/System", "C:/Windows", "C:/Program Files"}

// broadPath says whether a folder given to a server of files is more than a
// project.
func broadPath(path string) bool {
	p := slashed(path)
	switch {
	case isRoot(p) || isHome(p):
		return true
	case p == ".." || strings.HasPrefix(p, "../..") || p == "${workspaceFolder}/..":
		return true
	}
	for _, s := range systemPaths {
		if p == s {
			return true
		}
	}
	return secretPath(p)
}

// secretFolders hold keys, below the folder of a user.
var secretFolders = []string{".ssh", ".aws", ".gnupg", ".kube", ".azure", ".config/gcloud", ".docker", ".netrc", ".npmrc", ".pypirc", ".git-credentials", ".password-store", "Library/Keychains", ".config/gh", ".claude", ".codex"}

// secretPath says whether a path is where a person's keys lie.
func secretPath(path string) bool {
	p := slashed(path)
	for _, f := range secretFolders {
		i := strings.Index(p, "/"+f)
		if i < 0 {
			continue
		}
		end := i + 1 + len(f)
		if (end == len(p) || p[end] == '/') && (isHome(p[:i]) || i == 0) {
			return true
		}
	}
	return p == "/etc/shadow" || p == "/etc/ssh" || p == "/etc/kubernetes"
}

// temporaryPlaces are folders into which anybody or anything may write.
var temporaryPlaces = []string{"/tmp", "/var/tmp", "/private/tmp", "/private/var/tmp", "/dev/shm", "%TEMP%", "%TMP%", "$TMPDIR", "${TMPDIR}", "$TEMP", "${TEMP}", "${env:TEMP}", "$env:TEMP", "C:/Windows/Temp", "C:/Temp"}

// temporary says whether a path lies in a folder into which anybody or anything
// may write.
func temporary(path string) bool {
	p := slashed(path)
	for _, t := range temporaryPlaces {
		if len(p) >= len(t) && strings.EqualFold(p[:len(t)], t) && (len(p) == len(t) || p[len(t)] == '/') {
			return true
		}
	}
	if i := strings.Index(p, "/Downloads/"); i >= 0 && isHome(p[:i]) {
		return true
	}
	return strings.Contains(strings.ToLower(p), "/appdata/local/temp/")
}
