package launch

import (
	"slices"
	"strings"

	"github.com/castellan-app/castellan/scanners/credential"
	"github.com/castellan-app/castellan/scanners/wordset"
)

// flags says which flags of a tool take a value in the word behind them.
type flags struct {
	long  string // long names, each between blanks: " --registry --cache "
	short string // letters
	// dash says that names have one dash as well (Go, Java): "-mod x".
	dash bool
}

// option is one flag as it was given. value is the zero Word without a value.
type option struct {
	name     string // "--registry", "-e"
	flag     Word   // the word it stands in
	value    Word
	hasValue bool
}

// read parts the flags in front from what follows them. A flag with an
// optional value has it only behind "=". dashes says that "--" ended them.
func (f flags) read(words []Word) (opts []option, rest []Word, dashes bool) {
	for len(words) > 0 {
		w := words[0]
		switch {
		case w.Text == "--":
			return opts, words[1:], true
		case w.Text == "-" || !strings.HasPrefix(w.Text, "-"):
			if len(opts) > 0 && !opts[len(opts)-1].hasValue && strings.HasPrefix(w.Text, credential.Mask) {
				words = words[1:] // the value of a flag that is not known here
				continue
			}
			return opts, words, false
		case strings.HasPrefix(w.Text, "--") || f.dash:
			var o option
			o, words = f.readLong(words)
			opts = append(opts, o)
		default:
			opts, words = f.readShort(opts, words)
		}
	}
	return opts, nil, false
}

func (f flags) readLong(words []Word) (option, []Word) {
	w := words[0]
	if i := strings.IndexByte(w.Text, '='); i > 0 {
		return option{w.Text[:i], w, w.part(i+1, len(w.Text)), true}, words[1:]
	}
	if len(words) > 1 && hasName(f.long, w.Text) {
		return option{w.Text, w, words[1], true}, words[2:]
	}
	return option{name: w.Text, flag: w}, words[1:]
}

// readShort reads a cluster of letters: -it, -eX=1, -p 80:80.
func (f flags) readShort(opts []option, words []Word) ([]option, []Word) {
	w := words[0]
	for i := 1; i < len(w.Text); i++ {
		name := "-" + w.Text[i:i+1]
		if strings.IndexByte(f.short, w.Text[i]) < 0 {
			opts = append(opts, option{name: name, flag: w})
			if len(opts) > maxWords {
				break
			}
			continue
		}
		if i+1 < len(w.Text) {
			from := i + 1
			if w.Text[from] == '=' {
				from++
			}
			return append(opts, option{name, w, w.part(from, len(w.Text)), true}), words[1:]
		}
		if len(words) > 1 {
			return append(opts, option{name, w, words[1], true}), words[2:]
		}
		opts = append(opts, option{name: name, flag: w})
	}
	return opts, words[1:]
}

// hasName says whether a list of names holds name.
func hasName(list, name string) bool { return len(name) <= maxName && wordset.Has(list, name) }

// off says whether a switch is given as --x=false.
func (o option) off() bool {
	return o.hasValue && slices.Contains([]string{"false", "0", "no", "f"}, strings.ToLower(o.value.Text))
}

// take are the words from the first of all up to rest, which is their end.
func take(all, rest []Word) []Word { return all[:len(all)-len(rest)] }
