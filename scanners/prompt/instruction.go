package prompt

import "strings"

// Injection is what makes a short text an instruction to a model, text[Start:End]
// of it.
type Injection struct {
	Start, End int
	Signs      []string // in words: "tells the model to ignore its instructions"
}

var signNames = []struct {
	sign sign
	name string
}{
	{signIgnore | signWhole | signLoose, "tells the model to ignore its instructions"},
	{signRole | signFreed, "gives the model a role without limits"},
	{signReveal, "asks for the model's own instructions"},
	{signConceal | signVeil, "keeps something from the user"},
	{signTurn, "imitates a turn of the conversation"},
	{signExfil, "sends secrets out"},
	{signSecret, "reads secrets"},
	{signFetch, "takes instructions from elsewhere"},
	{signPipe, "runs a program as it is fetched"},
	{evading, "goes round approval"},
}

// Instruction says whether a short text that describes something, such as a
// server or a tool, speaks to the model instead: it voids instructions, keeps
// things from the user, takes secrets, or claims a turn of the conversation. How
// a tool is to be used is a description.
func Instruction(text string) (Injection, bool) {
	if len(text) > maxSize {
		text = text[:maxSize]
	}
	var s sign
	in := Injection{Start: len(text)}
	hidden := false
	read(text, "", func(m mark) {
		hidden = hidden || m.rule == ruleMarkup
		s |= m.sign
		in.Start, in.End = min(in.Start, m.start), max(in.End, m.end)
	}, true)
	urgent := s&signTurn != 0 || strings.Contains(strings.ToLower(text), "<important>")
	loose := s & (overriding | signConceal | signVeil | signFromNow | signTurn)
	together := loose&overriding != 0 && loose&(loose-1) != 0
	if !together && s&(signWhole|signConceal|signExfil|signRole|signPipe) == 0 && s&(signIgnore|signReveal|signFetch) == 0 && !hidden &&
		!(s&signSecret != 0 && urgent) && s&signTurn == 0 {
		return Injection{}, false
	}
	for _, n := range signNames {
		if s&n.sign != 0 {
			in.Signs = append(in.Signs, n.name)
		}
	}
	return in, true
}
