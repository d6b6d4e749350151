package scanners

// Call is a job or step of a workflow that runs another file of its repository. It
// is no finding: what the two do together is judged where both are known.
type Call struct {
	To      string   // path of the called file, or the folder of the called action
	Job     string   // of the caller
	Open    []string // the events by which anybody can start it
	Writes  []string // "scope: level", what the caller's token may write
	Default bool     // the caller says nothing of its token's rights
	Given   []Given  // inputs that hold what strangers write
	Stars   []Given  // inputs that are "*"
}

// Given is an input of a call that holds what strangers write.
type Given struct {
	Input, Source string
	Place         Finding // where it is given, without a rule
}

// Callee is an agent in a file that others call.
type Callee struct {
	Name    string   // of the agent
	Told    []string // the inputs of the file that the agent is told, or sees
	People  []string // the inputs that say who may start it beside those with write access
	Command bool     // a script starts it
	Guards  bool     // it refuses by itself who has no write access
	Acts    bool     // it has tools
	Limited bool     // its job says what its own token may do
	Writes  []string // and that is to write
	Place   Finding  // where it is started, without a rule
}
