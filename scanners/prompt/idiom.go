package prompt

import (
	"slices"
	"strconv"
	"strings"
	"sync"
)

// idiom is a phrase with holes that says one thing, however the sentence goes
// on. Its words stand in this order:
//
//	a|b     one of these words
//	#group  a word of a group below
//	<n      up to n words of any kind
//	!x      x, as an order to the reader
type idiom struct {
	sign   sign
	phrase string
}

// idioms complete the frames: what is said so often that it has a form of its own.
var idioms = []idiom{
	{signFreed, "no|not longer <1 bound|restricted|limited|constrained|governed|subject"},
	{signFreed, "you <7 no|zero|without|beyond <2 restrictions|limits|limitations|filter|filters|ethics|guardrails|policy|policies|morals|censorship"},
	{signFreed, "ai|assistant|model|bot <2 without|lacking <2 restrictions|limits|filter|filters|ethics|guardrails|morals|censorship"},
	{signFreed, "freed|released|liberated from <2 rules|restrictions|guidelines|policies|limits"},
	{signFreed, "answer|respond|reply|act|behave|operate <6 without|beyond <2 restrictions|limits|limitations|filter|filters|ethics|guardrails|morals|censorship"},
	{signFreed, "can|may|will do anything now"},
	{signFreed, "never|not refuse|decline|reject <2 request|requests|question|questions|anything"},
	{signFreed, "#and never|not refuse|decline"},
	{signFreed, "comply with every|any|all|each|whatever <2 request|requests|command|commands|order|orders"},
	{signFreed, "you will|must|can|should <1 answer|do|allow <1 everything|anything"},
	{signRole, "become|be|are|as <2 unfiltered|unrestricted|uncensored|jailbroken|unaligned|unshackled"},
	{signRole, "!enter|activate|enable|engage <2 dan|god|jailbreak|developer|unrestricted|unfiltered mode"},
	{signIgnore, "!ignore|disregard|forget|override|bypass|discard <4 guidelines|training|restrictions|policies|rules|alignment of|from your <1 provider|vendor|maker|developer|creators"},
	{signIgnore, "!ignore|disregard|forget|override|bypass|discard your <1 safety|ethical|content|alignment <1 training|guidelines|policies|policy|rules|filters"},
	{signIgnore, "!ignore|disregard|forget anything|everything|whatever <2 user|users says|say|asks|tells|wants"},
	{signIgnore, "!ignore|disregard|forget anything|everything|whatever you were|are|have|had <1 told|taught|instructed|given"},
	{signIgnore, "!pretend|assume|imagine|act <6 #core|content <1 message|prompt|policy|policies|guidelines|instructions does|do|did not exist"},
	{signIgnore, "guidelines|rules|policies|restrictions|instructions <8 do|does|no not|longer apply"},
	{signIgnore, "not|never|dont obey|follow|respect|heed|honour|honor your|the <1 developers|developer|provider|providers|system|vendor|safety <2 rules|instructions|policies|guidelines|prompt|message"},
	{signIgnore, "!stop following|obeying|respecting|honouring|honoring <4 policies|rules|guidelines|instructions"},
	{signIgnore, "safety|system|content|earlier|previous|prior <1 rules|guidelines|policies|filters|instructions|restrictions is|are|were|was <1 disabled|off|void|suspended|lifted|removed|deactivated|cancelled|test|mistake|joke|fake|wrong"},
	{signIgnore, "!set|put|throw|cast aside|away your|the <1 training|guidelines|rules|policies|instructions|ethics"},
	{signIgnore, "nothing|none <2 your <1 system|previous|earlier <1 message|prompt|instructions|rules <2 valid|applies|counts|matters|holds"},
	{signIgnore, "everything|all <1 above|before|earlier <4 obsolete|void|invalid|fake|cancelled"},
	{signIgnore, "system <1 prompt|message|instructions <4 fake|void|invalid|cancelled|obsolete"},
	{signIgnore, "old|previous|earlier|prior|original prompts|prompt|instructions|guidelines <4 ignored|dropped|discarded|forgotten|disregarded"},
	{signIgnore, "!forget|ignore|drop|discard your <1 earlier|previous|old|prior|former ones|rules|instructions|role"},
	{signIgnore, "not|never|dont follow|obey anthropics|openais|googles|microsofts|githubs <1 guidelines|policies|policy|rules|terms"},
	{signLoose, "take|takes|have|has precedence|priority over <2 system|developer|safety <1 prompt|prompts|message|messages|instructions|guidelines"},
	{signLoose, "override|overrides|supersede|supersedes|replace|replaces|outrank|outranks <2 system|developer|safety <2 prompt|prompts|message|messages|instructions|guidelines|training"},
	{signConceal, "not|never|dont reveal|disclose|show|mention these|this <1 instructions|rules|file|document to <1 #person"},
	{signConceal, "not|never|dont mention|reveal|disclose|say this|it|that to <1 anyone|anybody|#person"},
	{signConceal, "not|never|dont let <2 #person know|see|notice|learn|find"},
	{signConceal, "!hide|conceal|keep that|this|it <1 you|from|secret|hidden"},
	{signConceal, "not|never|dont tell|inform|notify|alert them <1 about|of|that"},

	{signMasked, "not|never|dont tell|inform|notify|alert|warn <2 #person <1 that|about you <1 modified|changed|removed|edited|deleted|disabled|added|touched|altered"},
	{signMasked, "not|never|dont mention|describe|explain|point|raise <2 change|changes|edit|edits|modification|modifications|update|removal <2 to <1 reviewer|reviewers|user|maintainer|maintainers"},
	{signMasked, "!hide|bury|conceal|disguise|sneak|slip|tuck <3 change|changes|edit|edits|update|upgrade|removal|commit|modification|dependency <2 in|into|inside|behind|from|among"},
	{signMasked, "so <2 reviewer|reviewers|maintainer|maintainers|user|users <2 not|never|dont notice|spot|realise|realize"},
	{signMasked, "so|that nobody|noone <1 looks|notices|sees|spots|realises|realizes"},
	{signDisabled, "!force push <2 over|to|onto <2 protected|main|master|production"},
	{signMasked, "not|never|dont list|mention|include|describe|document <3 permission|permissions|removal|backdoor|vulnerability <1 in <2 pr|pull|summary|description|changelog|commit"},
	{signApprove, "user|owner|developer|human has|have <1 already|previously approved|authorized|authorised|consented <2 all|every|any|future"},
	{signUnasked, "production|prod <2 without <1 waiting|asking|approval|confirmation|review"},
	{signUnasked, "approval|permission <1 mode|policy <2 yolo|never|bypasspermissions|unrestricted"},

	{signAct, "!push|merge|deploy|publish <2 main|master|production|prod"},

	{signExfil, "user|users <2 cookie|cookies|password|passwords|keys|credentials|tokens|token <8 submit|send|post|upload|forward it|them to <2 #url"},
	{signExfil, "see|notice|find|spot|encounter <1 token|tokens|password|passwords|secret|secrets|credentials <7 send|post|forward|submit|upload it|them to <2 #url"},
	{signExfil, "!call|get|request|open|visit|fetch|use|hit #url <6 content|contents <3 #secret"},
	{signFetch, "#raw <2 follow|obey|apply|execute <1 it|them"},
	{signFetch, "!use|apply|follow|load|obey <1 instructions|rules|prompt|prompts|guidelines served|published|hosted|provided|returned by|at|on|from|under #raw"},
	{signFetch, "#url <5 act on|upon <1 its|the|their content|contents|output|response|instructions"},
	{signFetch, "#url <4 run|execute|perform <2 script|code|commands|steps|program <1 it|they|which|that returns|serves|contains|lists|gives"},
	{signFetch, "#url <4 do|act|proceed|behave <1 exactly|precisely|as <2 described|written|told|instructed|says|stated"},

	{signConceal, "deny|denies that <1 they|it|these|this|any <1 exist|exists"},
	{signConceal, "!deny <3 existence <1 of"},
	{signConceal, "!say|tell|mention|disclose nothing <2 to <1 #person"},
	{signConceal, "!conceal|hide this|the <1 notice|file|message|paragraph|section|document|fact|switch|change <1 from|in|so"},
	{signConceal, "shall|must|will|should conceal|hide this|that|these <2 notice|message|text|rule|rules|instruction|instructions|fact"},
	{signConceal, "never|not|dont disclose|reveal|mention|show|quote them|these|it"},
	{signConceal, "#person <1 must|should|may|can not|never <1 learn|know|find|notice|see|hear|be"},
	{signIgnore, "!pretend|imagine|act|behave|assume <3 #core|your <2 training|rules|policy|policies|prompt|message|instructions never|not|didnt <1 happened|happen|existed|exist"},
	{signIgnore, "developer|system|operator <1 message|messages|prompt|instructions <1 is|are|was|were <2 null|void|invalid|cancelled|overridden|dead|gone"},
	{signIgnore, "not|never|dont follow|obey|accept|heed|honor|honour|respect <2 user|users|user's|human|operator <1 later|further|next|subsequent|own <1 corrections|requests|commands|instructions|orders|wishes|objections"},
	{signIgnore, "!ignore|disregard|dismiss|discard <1 user|users|user's|human|operator <1 requests|request|wishes|commands|instructions|corrections|input|objections"},
	{signIgnore, "your|the <2 instructions|prompt|guidelines|briefing end|ends|stop|stops here|now"},
	{signIgnore, "everything|all <2 above|before|earlier <2 this|point|line <2 was|is <1 test|joke|mistake|drill|decoy|placeholder"},
	{signLoose, "instructions|rules|file|document|text|section|it|they <1 outrank|outranks|overrule|overrules|override|overrides|trump|trumps|supersede|supersedes <2 user|users|system|developer|operator|everything|everyone|anything"},
	{signLoose, "real|actual|true|genuine <1 instructions|prompt|rules|task <1 start|starts|begin|begins|follow|follows|is|are <1 here|now|below|this"},
	{signRole, "new|true|real <1 persona|identity|role|character|name is|dan|stop"},
	{signRole, "new persona|identity|alter"},
	{signFreed, "who|which|that|and|he|she|it can|may|will do anything|everything"},
	{signFreed, "never refuses|declines|rejects"},

	{signUnasked, "never|not|dont ask|prompt|consult|bother <3 permission|approval|confirmation|consent <1 before|when <1 you <1 execute|run|do|make|change|act|delete|push|install|deploy|edit|write"},
	{signUnasked, "!execute|run|apply|perform|make <5 at|immediately|directly|straight|outright <4 confirmation|confirmations|approval|approvals|permission <1 is|are not|never|un needed|required|necessary"},
	{signUnasked, "!bypass|circumvent|avoid|evade|dodge|sidestep <2 approval|confirmation|permission|consent <1 prompt|prompts|dialog|dialogs|step|gate|request|requests|check|checks"},
	{signUnasked, "not|never|dont wait|stop|pause for|on <2 human|user|approval|confirmation|answer|reply|person|operator <3 proceed|continue|go|execute|run|act"},
	{signUnasked, "!proceed|continue|go <2 with <2 destructive|irreversible|risky|dangerous|any|all <3 on <1 own|yourself"},
	{signUnasked, "!set|add|put|write|switch|turn|flip|enable <3 autoapprove|alwaysallow|bypasspermissions|yolo|autoaccept <4 true|on|settings|config|configuration|user|user's|everything|all"},
	{signUnasked, "so|that <2 no|fewer <1 further|more|other <1 prompts|questions|confirmations|approvals|dialogs <2 appear|show|needed|asked|shown|up|come"},
	{signApprove, "!add|put|enter <1 yourself|itself|claude|agent|assistant <4 allow|allowlist|allowlisted|whitelist|allowed|approvers|codeowners|reviewers"},
	{signMasked, "!split|break|chunk|divide|cut|slice <9 avoid|under|below|escape|evade|triggers|trigger|without|dodge <7 review|reviews|reviewer|audit|scan|approval|gate"},
	{signDisabled, "!change|edit|modify|adjust|configure|rewrite|alter <3 ci|pipeline|workflow|build|job <7 never|not|always <1 fails|fail|passes|pass|block|blocks"},
	{signDisabled, "!make|let|force <3 security|test|tests|scan|check|checks|ci <3 never|always|not <1 fail|fails|pass|passes|block|succeed"},

	{signExfil, "!open|create|file|post|start|write <3 issue|ticket|comment|gist|discussion|pr|thread <10 contains|containing|with|including|includes <5 #secret"},
	{signExfil, "#secret <8 put|paste|post|place|write <3 it|them|text|content|contents|value|values <4 gist|pastebin|paste|issue|comment|discussion|webhook"},
	{signExfil, "!search|scan|look|hunt|check <7 wallet|wallets|passwords|credentials|secrets|tokens|keys|cookies <6 send|transmit|upload|post|forward|report|submit|mail <6 #url"},
	{signExfil, "!make|send|call|get|open|fetch|visit|request|issue|load <5 #leak"},
	{signExfil, "!encode|put|embed|resolve|turn|send|append|split|convert|base64 <5 #secret|key|keys|secret|token|password|credentials <10 subdomain|subdomains"},
	{signExfil, "value|values|content|contents of <1 #variable <8 push|send|post|upload|mail|commit <4 #url"},

	{signFetch, "!download|fetch|get|load|retrieve|pull|read|open #url <4 treat|use|consider|regard|take|count <2 as <1 part|extension|continuation|section|if <3 file|document|instructions|rules|prompt|here|written"},
	{signFetch, "!consult|check|see|open|read|visit|query #url <2 what|how <1 to <1 do|next|proceed|act|on"},
	{signFetch, "rules|instructions|guidelines|directives|policies <1 in|at|from|under|on #url <2 override|overrides|replace|replaces|supersede|supersedes|outrank|outranks|win|prevail"},
	{signFetch, "#url <2 content|contents|text|body <1 replaces|replace|overrides|override|supersedes <2 document|file|instructions|rules|prompt|page"},
	{signFetch, "instructions|rules|orders|directives|tasks <1 live|lives|are|reside|sit|stand <1 at|on|under|in #url <9 comply|obey|follow|adhere|execute"},
	{signFetch, "!include|import|inline|adopt|insert <2 guidelines|rules|instructions|prompt|policy|text|directives from|at|of|in #url <2 as <1 if|part|though"},
	{signFetch, "!download|fetch|pull|get|install <5 version|copy|update|release <3 skill|plugin|rules|agent|prompt|file <1 from|at|under #url <8 unpack|extract|unzip|overwrite|replace|use|apply"},
	{signFetch, "!check|poll|query|visit|open #url <3 do|act|behave|proceed as <1 says|tells|told|asks|told|commands|demands|instructs"},
}

// groups of words that idioms name.
var idiomGroups = map[string]func(*unit, *token) bool{
	"and":    func(_ *unit, t *token) bool { return t.class&cThen != 0 || t.kind == comma },
	"core":   func(_ *unit, t *token) bool { return t.sense&nCore != 0 },
	"person": func(_ *unit, t *token) bool { return t.sense&nPerson != 0 },
	"leak": func(u *unit, t *token) bool { // an address with a secret in it
		if t.kind != url {
			return false
		}
		_, rest, ok := strings.Cut(u.text[t.start:t.end], "$")
		rest = strings.TrimLeft(rest, "{(")
		n := 0
		for n < len(rest) && (letterByte(rest[n]) || rest[n] == '_') {
			n++
		}
		return ok && variable(rest[:n])
	},
	"variable": func(u *unit, t *token) bool { return t.kind == word && variable(u.text[t.start:t.end]) },
	"secret":   func(_ *unit, t *token) bool { return t.class&cSecret != 0 },
	"url":      func(_ *unit, t *token) bool { return t.kind == url },
	"raw": func(u *unit, t *token) bool { // text for programs, not a page for people
		if t.kind != url {
			return false
		}
		raw := u.text[t.start:t.end]
		return rawText(raw) || address(hostOf(raw))
	},
}

// element is one part of an idiom.
type element struct {
	words []string
	group func(*unit, *token) bool
	gap   int // of up to this many words; words and group are nil
	order bool
}

// idiomTable is the idioms taken apart, and by word those in which it stands first
// of the words that are named.
var idiomTable = sync.OnceValue(func() (p struct {
	of []parts
	by map[string][]int
}) {
	p.by = map[string][]int{}
	for n, i := range idioms {
		f := parts{sign: i.sign, elements: elementsOf(i.phrase)}
		anchor := slices.IndexFunc(f.elements, func(e element) bool { return len(e.words) > 0 })
		for _, e := range f.elements[:anchor] {
			f.before += max(e.gap, 1)
		}
		for _, w := range f.elements[anchor].words {
			p.by[w] = append(p.by[w], n)
		}
		p.of = append(p.of, f)
	}
	return p
})

// parts is an idiom taken apart.
type parts struct {
	sign     sign
	elements []element
	before   int // how many words can stand before the first that is named
}

func elementsOf(s string) []element {
	var out []element
	for field := range strings.FieldsSeq(s) {
		rest, order := strings.CutPrefix(field, "!")
		e := element{order: order}
		switch rest[0] {
		case '<':
			e.gap, _ = strconv.Atoi(rest[1:])
		case '#':
			name, words, _ := strings.Cut(rest[1:], "|")
			e.group = idiomGroups[name]
			if words != "" {
				e.words = strings.Split(words, "|")
			}
		default:
			e.words = strings.Split(rest, "|")
		}
		out = append(out, e)
	}
	return out
}

// addIdioms makes every word of an idiom one of the lexicon.
func addIdioms(m map[string]meaning) {
	for _, i := range idioms {
		first := true
		for _, e := range elementsOf(i.phrase) {
			for _, w := range e.words {
				known := m[w]
				known.form = w
				if first {
					known.sense |= xIdiom
				}
				m[w] = known
			}
			first = first && len(e.words) == 0
		}
	}
}

// maxIdiomSteps bounds what is tried of the idioms of one unit.
const maxIdiomSteps = 2000

// idiomatic looks for idioms.
func (a *analysis) idiomatic(u *unit) {
	if u.senses&xIdiom == 0 || !u.is(inHidden) && (u.is(inTable|inForbid|inHeading|inFront|inFence) || u.any&cMention != 0 || a.aboutAttacks(u)) {
		return
	}
	p := idiomTable()
	a.steps = 0
	for i := range u.tokens {
		if !u.means(i, xIdiom) {
			continue
		}
		for _, n := range p.by[u.tokens[i].form] {
			f := &p.of[n]
			for from := max(0, i-f.before); from <= i && a.sign&f.sign == 0; from++ {
				a.idiom(u, f, from)
			}
		}
	}
}

// idiom looks for one idiom from token i on.
func (a *analysis) idiom(u *unit, p *parts, i int) {
	end := a.ends(u, p.elements, i)
	if end < 0 || a.spoken(u, i) || u.reported(i) {
		return
	}
	if !u.classed(i, cNegation) && u.negatedBefore(i) || u.tokens[i].kind == word && u.defended(i) {
		return
	}
	switch {
	case p.sign == signUnasked && (u.any&cIf != 0 || !u.limits(i, len(u.tokens))):
	case p.sign&evading != 0:
		a.evade(u, p.sign, i, end)
	case p.sign == signExfil:
		a.steal(u, i, end, destinationOf(u))
	case p.sign == signFetch:
		a.include(u, i, end)
	default:
		a.note(u, p.sign, i, end, mark{})
	}
}

// ends is the last token of the elements from token i on, -1 if they do not stand
// there.
func (a *analysis) ends(u *unit, elements []element, i int) int {
	if a.steps++; a.steps > maxIdiomSteps {
		return -1
	}
	if len(elements) == 0 {
		return i - 1
	}
	e := &elements[0]
	if e.gap == 0 {
		if i >= len(u.tokens) || !u.fits(e, i) {
			return -1
		}
		return a.ends(u, elements[1:], i+1)
	}
	for k := i; k <= i+e.gap && k < len(u.tokens); k++ {
		if end := a.ends(u, elements[1:], k); end >= 0 {
			return end
		}
		if u.tokens[k].kind == stop {
			break
		}
	}
	return -1
}

func (u *unit) fits(e *element, i int) bool {
	t := &u.tokens[i]
	if e.order && !u.asked(i) {
		return false
	}
	return e.group != nil && e.group(u, t) || t.form != "" && slices.Contains(e.words, t.form)
}
