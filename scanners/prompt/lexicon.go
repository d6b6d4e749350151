package prompt

import "strings"

// class is a set of meanings a word can have in an instruction.
type class uint64

const (
	cNegation    class = 1 << iota // never, not, avoid
	cHedge                         // do not hesitate: what follows a negation and undoes it
	cBut                           // begins a clause of its own
	cThen                          // joins steps
	cForce                         // must, always, please
	cDeterminer                    // the, a, your: a noun follows
	cThird                         // they, attackers: somebody else acts
	cIf                            // under a condition
	cIgnore                        // ignore, disregard
	cPrior                         // previous, above
	cAll                           // all, any
	cCore                          // system, developer, safety
	cInstruction                   // instructions, prompts, rules
	cPrompt                        // prompt, instructions: what a model was told
	cTell                          // tell, mention
	cPerson                        // user, human, reviewer
	cRead                          // read, collect
	cSecret                        // what is secret by its name: .env, id_rsa
	cToken                         // token, key, password: secret or not
	cSend                          // send, post, upload
	cEmbed                         // append, encode
	cSink                          // webhook, endpoint, external
	cNetwork                       // curl, wget
	cAuth                          // header, bearer
	cFetch                         // fetch, download
	cFollow                        // follow, obey
	cRun                           // run, execute
	cAsk                           // ask, confirmation
	cTest                          // tests
	cFailing                       // failing, flaky
	cDisable                       // disable, skip
	cGuard                         // scanner, hooks
	cApprove                       // approve
	cHide                          // hide, conceal
	cChange                        // changes, diff
	cVenue                         // commit, pull request
	cAgent                         // assistant, Claude
	cMention                       // example, injection, attacker: what is spoken about
	cUnbound                       // unrestricted, jailbroken
	cStealth                       // silently
	cCredit                        // co-author, attribution
	cCommand                       // command, tool
	cDanger                        // push, delete: what cannot be taken back
	cIt                            // it, them, result
	cReveal                        // reveal, print
	cShell                         // bash, sh: an interpreter
	cSkipAsk                       // flags that switch approval off
	cNoVerify                      // flags that switch hooks off
	cEntire                        // contents, everything
	cGood                          // marks of what is right
	cBad                           // marks of what is wrong
	cEnglish                       // of cIgnore and cPrior, which languages share: the English words
	cAct                           // you are, pretend
	cDefense                       // passive words that forbid
	cHistory                       // conversation, chat
	cFromNow                       // from now on
	cQuiet                         // without
	cReally                        // adverbs to look through
	cCertain                       // pass, success
	cAttack                        // injection, malicious: of texts about attacks
	cTurn                          // marks of a chat's turns
	cSetup                         // installing
	cFreedom                       // restrictions, mode: words of freedoms
)

// lexicon gives the classes of a word, written in lower case and without
// accents. A word can stand in several lines.
var lexicon = compile([]entry{
	{cNegation, `never not dont doesnt cannot cant wont mustnt shouldnt neednt nor neither avoid refuse refrain forbid forbids
		prevent prevents block blocks deny reject rejects stop disallow disallows no aint didnt isnt arent resist decline
		nie niemals nicht kein keine nunca jamais jamas pas`},
	{cQuiet, `without ohne sans sin`},
	{cHedge, `hesitate forget fail worry bother omit only`},
	{cBut, `but instead however rather unless except otherwise aber mais pero`},
	{cThen, `and or then also und et y plus & afterwards finally next`},
	{cForce, `must always should please shall will need have ensure sure required mandatory let lets now immediately important critical
		remember do go ahead kindly bitte veuillez debes immer toujours siempre`},
	{cReally, `silently secretly quietly kindly covertly discreetly automatically just simply first also always immediately directly then now
		freely even actually secretly stealthily blindly ever`},
	{cDeterminer, `the a an this that these those your my its each every our their his her some which whose what how`},
	{cThird, `they we i attackers attacker users it code skill skills server servers tool that who which can could may might would cannot
		app script scripts plugin application service malware package packages`},
	{cIf, `if when unless whenever emergency emergencies only rarely rare temporarily sometimes resort`},
	{cIgnore, `ignore disregard forget overlook override neglect discard ignoriere ignorieren ignoriert vergiss missachte ignorez oublie oubliez
		ignora ignorar olvida olvide ignorad ignorem ignorare dimentica игнорируй игнорируйте проигнорируй проигнорируйте забудь забудьте bypass`},
	{cPrior, `previous prior above earlier preceding foregoing past told vorherigen vorherige vorigen bisherigen bisherige obigen fruheren vorangegangenen
		precedentes precedente anterieures anteriores anterior previas precedenti предыдущие предыдущих прежние прошлые прежних`},
	{cAll, `all any every everything whatever entire alle allen samtliche tous toutes todas todos tutte все всех anything each`},
	{cCore, `system developer developers safety security ethical content initial original hidden core`},
	{cInstruction, `instructions instruction prompts prompt rules guidelines guideline directives directive constraints restrictions guardrails
		policies anweisungen anweisung befehle regeln vorgaben consignes instrucciones reglas istruzioni instrucoes инструкции указания команды инструкций правила`},
	{cPrompt, `prompt instructions instruction message directives`},
	{cEnglish, `ignore disregard forget overlook override neglect discard bypass previous prior above earlier preceding foregoing past`},
	{cTell, `tell inform mention notify disclose reveal say warn alert acknowledge report explain show discuss list describe include document`},
	{cPerson, `user users human humans person people operator developer developers reviewer reviewers maintainer maintainers owner owners anyone
		anybody team author authors nobody`},
	{cRead, `read cat collect gather dump extract copy grab find harvest capture retrieve take get locate open print load steal enumerate scrape base64 type list include`},
	{cSecret, `kubeconfig printenv id_rsa id_ed25519 id_ecdsa environ keychain keyring`},
	{cToken, `token tokens key keys password passwords secret secrets credential credentials cookie cookies passphrase passphrases seed`},
	{cHistory, `conversation chat history transcript transcripts messages conversations context`},
	{cSend, `send post upload email forward transmit exfiltrate submit leak mail deliver relay beacon share dump copy put publish push pass dispatch pipe sync ping log stream write report`},
	{cEmbed, `append embed encode add include render put insert attach concatenate interpolate request`},
	{cSink, `webhook webhooks endpoint external remote collector pastebin hastebin gist gists attacker thirdparty outside telemetry`},
	{cNetwork, `curl wget nc ncat netcat scp rsync ftp iwr irm nslookup dig httpie telnet socat invoke-webrequest invoke-restmethod`},
	{cAuth, `authorization header headers bearer auth authenticate authenticates authentication login oauth signin sign authorize authenticated`},
	{cFetch, `fetch download retrieve load get curl wget pull open visit read access browse grab import webfetch check consult request go`},
	{cFollow, `follow execute obey apply run adhere comply perform implement adopt enact carry act`},
	{cRun, `run execute invoke launch perform proceed apply`},
	{cAsk, `ask asking confirmation confirm confirming approval approvals permission permissions prompting consent prompt prompts authorization confirmations
		request requesting requested asked`},
	{cTest, `test tests spec specs testcase testcases assertion assertions`},
	{cFailing, `failing broken flaky failed fail fails failing red`},
	{cDisable, `mark disable skip delete remove bypass comment turn deactivate suppress silence circumvent weaken ignore evade`},
	{cGuard, `scanner scanners scan scans scanning hook hooks check checks codeql semgrep gitleaks trufflehog snyk dependabot audit protection
		protections validation verification ci sandbox linter linters sast review antivirus`},
	{cApprove, `approve autoapprove accept merge`},
	{cHide, `keep hide conceal obscure disguise bury mask obfuscate sneak`},
	{cChange, `changes change diff diffs commit commits modification modifications edits edit additions removal`},
	{cVenue, `commit commits message pr prs pull changelog description review summary`},
	{cAgent, `agent agents assistant assistants ai llm llms claude copilot cursor gemini model models chatgpt gpt codex cline windsurf bot`},
	{cMention, `example examples eg phrase phrases phrasing pattern patterns detect detects detecting detection attempt attempts attempting injection injections
		jailbreak jailbreaks malicious attack attacks adversarial suspicious untrusted poisoned poisoning phishing exploit exploits threat
		threats indicators vulnerability vulnerabilities exfiltration attacker attackers risk risks flag flags flagged violation violations sample samples
		hijack hijacking spoof spoofing tricked manipulated victim hallucinate scam`},
	{cUnbound, `unrestricted jailbroken dan uncensored unfiltered unbound unshackled unconstrained unaligned`},
	{cStealth, `silently secretly quietly covertly discreetly stealthily surreptitiously`},
	{cCredit, `claude ai anthropic coauthor coauthored coauthoredby attribution emoji emojis signature generated copilot codex authored author authorship footer trailer
		llm agent assistant cursor gemini trailers`},
	{cCommand, `command commands shell terminal tool tools action actions operation operations script scripts anything everything`},
	{cDanger, `push merge deploy publish delete sudo rm release overwrite drop destroy wipe install force pushes pushing deploying deleting merging publishing installing destructive`},
	{cIt, `it them result results output contents content everything values encoded response both this that these those data string`},
	{cReveal, `reveal print output repeat show display expose leak dump recite disclose`},
	{cShell, `bash sh zsh dash ksh fish python python3 node perl ruby iex powershell pwsh deno bun php`},
	{cEntire, `contents content everything entire full all every values value`},
	{cGood, `good correct allowed right preferred`},
	{cBad, `donts anti bad wrong incorrect forbidden prohibited antipattern antipatterns antiexample`},
	{cAct, `act behave pretend become roleplay operate respond assume reply`},
	{cDefense, `prohibited forbidden disallowed unacceptable banned unsafe dangerous blocked denied illegal rejected`},
	{cFromNow, `henceforth hereafter`},
	{cFreedom, `mode bound restrictions jailbreak enabled apply lifted anything guidelines policy ethical god`},
	// Words that rules name for themselves.
	{0, `ability acceptable allowed api are as at auto aws before branch calls can code comment credentials download env environment every
		executing git hidden history how i in include initial install into invoking it log may off on out pause permitted precommit private
		running says secret security source ssh steps them there through used using variable variables vars via vulnerability wait with
		above alerting below browse build following format harmless informing letting lint listed local mentioning notifying open readonly
		reporting safe search set showing start telling these use by whether enabled mode longer bound lifted apply free guidelines god
		than has is you to of from requests claim commands been for restrictions content ethical or regardless`},
	{0, `about step original reviewers reviewer maintainers see docs an cat void superseded cancelled canceled revoked null invalid overridden obsolete confidential make issue what developer limits
		limitations answer yes mark skipped treat output response its dependency package snippet backdoor unless only emergency rarely resort
		explicitly asks requested flaky script safety ethical perform do import add insert`},
	{cCertain, `pass passes passed passing success successful green succeeded`},
	{cAttack, `injection injections jailbreak jailbreaks jailbreaking malicious attack attacks attacker attackers adversarial suspicious untrusted
		poisoned poisoning phishing exploit exploits threat threats indicators vulnerability vulnerabilities exfiltration hijack hijacking
		injected spoofing manipulation steer steers steering manipulate manipulates redteam pentest pentesting backdoor backdoors malware`},
	{cSetup, `install installation installing setup prerequisites prerequisite requirements quickstart bootstrap started dependencies environment
		installer uninstall upgrade update provisioning`},
})

type entry struct {
	class class
	words string
}

// meaning is what the lexicon knows of a word.
type meaning struct {
	form  string
	class class
	sense sense
}

func compile(entries []entry) map[string]meaning {
	m := make(map[string]meaning, 4096)
	for _, e := range entries {
		for _, w := range strings.Fields(e.words) {
			m[w] = meaning{form: w, class: m[w].class | e.class}
		}
	}
	addSenses(m)
	addIdioms(m)
	return m
}
