package dependency

// readMix reads the tuples of a mix.exs that name packages: {:name, "range", …}.
func readMix(f *file) {
	tokens := f.tokens(elixir)
	for i := 0; i+3 < len(tokens); i++ {
		if !tokens[i].is('{') || !tokens[i+1].is(':') || tokens[i+2].kind != wordToken || !tokens[i+3].is(',') {
			continue
		}
		name, version, own := tokens[i+2], "", false
		next := i + 4
		for next < len(tokens) && tokens[next].is('\n') && next < i+mostOptions {
			next++
		}
		if next < len(tokens) && tokens[next].kind == stringToken {
			version = f.at(tokens[next])
		}
		for j := i + 4; j+2 < min(len(tokens), i+mostOptions) && !tokens[j].is('}'); j++ {
			switch {
			case tokens[j].kind != wordToken:
			case f.at(tokens[j]) == "in_umbrella":
				own = true
			case f.at(tokens[j]) == "path" && tokens[j+2].kind == stringToken:
				own = f.within(f.at(tokens[j+2]))
			case f.at(tokens[j]) == "hex" && tokens[j+1].is(':') && tokens[j+2].is(':') && j+3 < len(tokens):
				name = tokens[j+3] // the package of an application of another name
			}
		}
		if !own {
			f.add(mention{ecosystem: "hex", name: f.at(name), start: int(name.start), end: int(name.end), version: version})
		}
	}
}

// readMixLock reads a mix.lock: "name": {:hex, :package, "version", …}.
func readMixLock(f *file) {
	tokens := f.tokens(elixir)
	for i := 0; i+8 < len(tokens); i++ {
		t := tokens[i : i+9]
		if t[0].kind != stringToken || !t[1].is(':') || !t[2].is('{') || !t[3].is(':') {
			continue
		}
		name, version := f.at(t[0]), ""
		if f.at(t[4]) == "hex" && t[6].is(':') && t[7].kind == wordToken {
			name = f.at(t[7])
			if i+9 < len(tokens) && t[8].is(',') {
				version = f.at(tokens[i+9])
			}
		}
		f.add(mention{ecosystem: "hex", name: name, start: int(t[0].start), end: int(t[0].end), version: version})
	}
}
