package dependency

import "github.com/castellan-app/castellan/scanners/doctree"

// readHCL reads the types of the resources and data sources that Terraform is
// told of, and the images that stand in any language of HCL. Modules are not
// followed.
func readHCL(f *file) {
	tokens := f.tokens(hcl)
	for i := 0; i+1 < len(tokens); i++ {
		if tokens[i].kind != wordToken && tokens[i].kind != stringToken {
			continue
		}
		switch name := f.at(tokens[i]); {
		case (name == "resource" || name == "data" || name == "ephemeral") && tokens[i].kind == wordToken && tokens[i+1].kind == stringToken:
			t := tokens[i+1]
			f.add(mention{ecosystem: "terraform", name: f.at(t), start: int(t.start), end: int(t.end)})
		case i+2 < len(tokens) && namesImage(name) && (tokens[i+1].is('=') || tokens[i+1].is(':')) && tokens[i+2].kind == stringToken:
			f.addImage(int(tokens[i+2].start), f.at(tokens[i+2]), nil)
		}
	}
}

// readTerraformJSON reads the same of a template in JSON.
func readTerraformJSON(f *file) {
	t := f.parse(doctree.JSON)
	for _, block := range []string{"/resource", "/data", "/resource/*", "/data/*"} {
		t.members(func(m *doctree.Member) { t.addKey(m, "terraform", m.Key, "") }, block)
	}
}
