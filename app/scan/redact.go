package scan

import "github.com/castellan-app/castellan/scanners/credential"

// A credential may stand where nobody looks for one: in the name of a folder or
// file, of a commit's author or of a target. Masks are put in where a report is
// made and after everything is decided, so that fingerprints, waivers and
// look-ups go by the real names.

func (s *Sighting) redact() {
	mask(&s.Integration.ID, &s.Integration.Name, &s.Name, &s.Path, &s.Pointer, &s.Target, &s.Origin.Author)
}

func (f *Finding) redact() {
	mask(&f.Integration, &f.Path, &f.Pointer, &f.Target, &f.Origin.Author)
}

func (t *Target) redact() {
	for i := range t.Coverage.Skipped {
		mask(&t.Coverage.Skipped[i].Path, &t.Coverage.Skipped[i].Reason)
	}
}

func mask(texts ...*string) {
	for _, s := range texts {
		*s = credential.RedactKnown(*s)
	}
}
