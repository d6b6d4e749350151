package scanners

// Rule is what is checked: the finding's half that never changes. Its metadata
// stands beside the code that checks it and makes `castellan rules`,
// `castellan explain` and the documentation.
type Rule struct {
	ID       string
	Severity Severity // the highest it reports
	Question string   // what it asks of a file, one line
	Why      string   // what goes wrong, in a few sentences
	Fix      string   // what to do, whatever the client
	Bad      Example  // must raise the rule
	Benign   Example  // must raise nothing
	Docs     []string // public pages to read on
}

// Example is a file that shows a rule.
type Example struct{ Path, Content string }
