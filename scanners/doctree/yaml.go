package doctree

func readYAML(d *Document, src string, from, to int, lim Limits) {}
