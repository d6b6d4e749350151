package catalog

// Power is a setting with which a client's file gives an agent more than it
// should.
type Power struct {
	Clients  []string // Client.ID
	At       []string // RFC 6901 pointers, "*" is any member or item
	Is       []string // it is one of these words, in any case
	Has      []string // it lists one of these, or maps one to true or "allow"
	Set      bool     // it is anything but empty
	Map      []Member // it is a map with these members
	Rule     string
	Severity string // critical, high, medium, low
	Broad    bool   // it opens everything at once
	Says     string // what it means, after the client's name
	Fix      string // what to do instead; code in backquotes
}

// Member is a value at a pointer below a map; "" is none or an empty one.
type Member struct{ Pointer, Value string }

// Powers are all of them. Callers only read them.
func Powers() []Power { return powers }
