package doctree

func readTOML(d *Document, src string, from int, lim Limits) {}
