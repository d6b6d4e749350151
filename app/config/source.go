package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
)

// Problem is one thing wrong with the settings. Where names the variable, the
// flag, or the settings file with line and column; Message never repeats a
// value, as that may be a secret put in the wrong place.
type Problem struct{ Where, Message string }

func (p *Problem) Error() string { return p.Where + ": " + p.Message }

// value is what one setting was given, and where.
type value struct {
	text  string
	where string // "" if nothing names it
}

func (v value) set() bool { return v.where != "" }

// sources are where settings come from, the most specific first: flags,
// environment, settings file.
type sources struct {
	flags map[string]string
	env   Getenv
	file  map[string]value // by Setting.Name
	fault []error
}

func (s *sources) fail(where, format string, args ...any) {
	s.fault = append(s.fault, &Problem{Where: where, Message: fmt.Sprintf(format, args...)})
}

// plain is a setting that is no secret, or names a secret's file.
func (s *sources) plain(name string) value {
	setting := Setting{Name: name}
	if text, ok := s.flags[name]; ok {
		return value{strings.TrimSpace(text), "--" + name}
	}
	if text := strings.TrimSpace(s.env(setting.Env())); text != "" {
		return value{text, setting.Env()}
	}
	return s.file[name]
}

// maxSecretFile bounds the file of a secret; the largest is a private key of
// some 6 kB.
const maxSecretFile = 64 << 10

// secret is a setting whose value must not stand on a command line: it comes
// from the environment or a file, and both at once are a contradiction.
func (s *sources) secret(name string) value {
	setting := Setting{Name: name}
	if _, ok := s.flags[name]; ok && name != databaseURL {
		s.fail("--"+name, "a secret on a command line is seen by everybody on this machine: use the variable %s, or --%s-file", setting.Env(), name)
		return value{}
	}
	direct, file := value{}, s.plain(name+"-file")
	switch text := strings.TrimSpace(s.env(setting.Env())); {
	case s.flags[name] != "":
		direct = value{strings.TrimSpace(s.flags[name]), "--" + name}
	case text != "":
		direct = value{text, setting.Env()}
	case s.file[name].set():
		direct = s.file[name]
	}
	if !file.set() {
		return direct
	}
	if direct.set() {
		s.fail(direct.where, "it is set and %s too: keep one", file.where)
		return value{}
	}
	return s.read(file)
}

// read reads a secret's file. Its trailing newline is not part of the secret.
func (s *sources) read(v value) value {
	text, err := readSmall(v.text)
	if err == nil && text == "" {
		err = errors.New("the file is empty")
	}
	if err != nil {
		s.fail(v.where, "%v", err)
		return value{}
	}
	return value{text, v.where}
}

// readSmall is a small file without the white space around it.
func readSmall(name string) (string, error) {
	text, err := readWhole(name)
	return strings.TrimSpace(text), err
}

// readWhole reads a small file. Its errors do not name the file: a key may have
// been put where a path belongs.
func readWhole(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", fmt.Errorf("open the file it names: %w", nameless(err))
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxSecretFile+1))
	if err != nil {
		return "", fmt.Errorf("read the file it names: %w", nameless(err))
	}
	if len(data) > maxSecretFile {
		return "", fmt.Errorf("the file it names is larger than %d KiB", maxSecretFile>>10)
	}
	return string(data), nil
}

func nameless(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err
	}
	return err
}
