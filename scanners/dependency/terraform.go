package dependency

import "github.com/castellan-app/castellan/scanners/doctree"

// readHCL reads the types of the resources and data sources that Terraform is
// told of, and the images that stand in any language of HCL. Modules are not
// followed.
func readHCL(f *file) {
	tokens := f.tokens(hcl)
	for i := 0; i+1 < len(tokens); i++ {
		if !isText(tokens[i]) {
			continue
		}
		switch name := f.at(tokens[i]); {
		case (name == "resource" || name == "data" || name == "ephemeral") && tokens[i].kind == wordToken && opensBlock(tokens[i+1:]):
			t := tokens[i+1]
			f.add(mention{ecosystem: "terraform", name: f.at(t), start: int(t.start), end: int(t.end)})
		case i+2 < len(tokens) && namesImage(name) && (tokens[i+1].is('=') || tokens[i+1].is(':')) && tokens[i+2].kind == stringToken:
			f.addImage(int(tokens[i+2].start), f.at(tokens[i+2]), nil)
		}
	}
}

func isText(t token) bool { return t.kind == wordToken || t.kind == stringToken }

// opensBlock says whether tokens are the two labels of a block, which HCL takes
// with or without quotes, and its brace.
func opensBlock(tokens []token) bool {
	return len(tokens) > 2 && isText(tokens[0]) && isText(tokens[1]) && tokens[2].is('{')
}

// readTerraformJSON reads the same of a template in JSON, where a block is a map
// or a list of such.
func readTerraformJSON(f *file) {
	t := f.parse(doctree.JSON)
	for _, block := range []string{"/resource", "/data", "/ephemeral"} {
		for _, n := range t.doc.At(block) {
			tables := n.Items
			if n.Kind == doctree.Map {
				tables = []*doctree.Node{n}
			}
			for _, table := range tables {
				table = table.Resolve()
				for i := range table.Members {
					t.addKey(&table.Members[i], "terraform", table.Members[i].Key, "")
				}
			}
		}
	}
}
