package prompt

import "strings"

// sense is a second set of meanings, of which frames are built: what is done
// (verbs in all their forms), to what, for whom. A word has classes and senses.
type sense uint64

const (
	fBase     sense = 1 << iota // the form of an order: send
	fPart                       // a participle: sent
	fGerund                     // sending, the upload of
	vTake                       // read, collect, copy, compress
	vSend                       // send, upload, leak
	vShow                       // render, embed, append: puts data into what is fetched
	vDrop                       // ignore, override, set aside
	vFetch                      // fetch, open, load
	vFollow                     // follow, obey, execute
	vTell                       // tell, mention, bring up
	vOmit                       // disable, skip, comment out
	vGrant                      // approve, accept, allow
	vRun                        // run, execute
	vAsk                        // ask, confirm, wait
	vHarm                       // push, merge, deploy, delete
	vPlant                      // install, recommend, insert: changes what a project is made of
	vWeaken                     // weaken, lower, hardcode
	nGuide                      // instructions, rules
	nPrior                      // previous, earlier
	nCore                       // system, base, safety
	nVoid                       // void, cancelled, lifted
	nLimit                      // restrictions, filters, policies
	nFree                       // no, without, free of
	nPerson                     // user, reviewer, whoever
	nData                       // conversation, customer records, memory
	nThat                       // it, them, whatever, the archive
	nOrders                     // commands, tasks, steps: what can be carried out
	nCheck                      // hooks, scans, signing
	nProof                      // tests, assertions
	nFail                       // fail, failing, red
	nWide                       // all, any, everything
	nDeed                       // commands, actions, tool calls
	nPart                       // section, table, list: parts of a document
	nStake                      // dependency, password, admin: what an attack is after
	nAll                        // whenever, every: at all times
	nNeeded                     // required, mandatory
	nModal                      // must, should
	xIgnore                     // of other languages: ignore
	xPrior                      // previous
	xGuide                      // instructions
	nMode                       // mode, persona, identity
	xObey                       // follow: with a negation it is to ignore
	xSend                       // send
	xSecret                     // passwords, keys
	xFetch                      // download, read
	xAsk                        // ask, confirmation
	xQuiet                      // without
	xDeed                       // commands
	pYou                        // you, your
	nSwitch                     // husky, skip, commit, force: of settings that switch checks off
	nSilencer                   // nosec, eslint-disable
	xIdiom                      // an idiom begins with it, or the first word that it names
	nRule                       // binding, authoritative: an address that rules
)

// senses lists words. Those of verbs are base forms; the others follow.
var senses = []struct {
	sense sense
	words string
}{
	{vTake, `read open collect gather dump extract copy grab find harvest capture retrieve take get locate print load enumerate scrape list archive compress zip tar
		bundle pack encode summarise summarize look search scan obtain cat export snapshot record note save concatenate fetch steal pull assemble compile`},
	{vSend, `send post upload email mail forward transmit exfiltrate submit leak deliver relay beacon share publish push pass dispatch ship stream report transfer
		dm message tweet drop hand sync mirror put write copy paste attach log contribute return feed pipe smuggle funnel supply provide synchronise synchronize`},
	{vShow, `render embed append include insert encode add show display concatenate interpolate attach place put request resolve query load fetch replace end finish close begin`},
	{vDrop, `ignore disregard forget override bypass drop supersede void replace overwrite discard abandon dismiss cancel erase suspend unlearn neglect overrule
		nullify revoke scrap ditch skip throw rescind retract withdraw lift reject invalidate circumvent disobey violate reset`},
	{vFetch, `fetch download retrieve load get curl wget pull open visit read access browse grab import check consult request go look query obtain call poll watch sync reload refresh receive ask`},
	{vFollow, `follow execute obey apply run perform implement adopt enact comply carry do use treat act observe heed respect complete process honour honor load fulfil fulfill proceed behave accept continue stick abide conform work`},
	{vTell, `tell inform mention notify disclose reveal say warn alert acknowledge report explain discuss describe admit divulge bring raise hint share speak talk let show
		list log announce communicate refer`},
	{vOmit, `disable skip delete remove bypass comment turn deactivate suppress silence circumvent weaken ignore evade switch drop omit avoid stub exclude mute waive
		cut kill xfail quarantine loosen relax get dodge`},
	{vGrant, `approve accept allow grant authorise authorize confirm permit answer click press say reply agree whitelist allowlist autoapprove`},
	{vRun, `run execute invoke launch perform proceed apply start use issue trigger call do carry`},
	{vAsk, `ask confirm wait prompt request check consult pause stop seek interrupt bother verify`},
	{vHarm, `push merge deploy publish delete release overwrite drop destroy wipe install commit modify edit change remove migrate force rewrite spend buy`},
	{vPlant, `install recommend suggest prefer insert add import use include inject embed append propose promote advertise pull replace swap execute run call send print
		put place write create register invite open expose commit push`},
	{vWeaken, `weaken lower accept hardcode disable remove delete skip bypass approve approve merge report claim pretend answer say leak log strip relax downgrade hide omit
		praise reject rewrite`},
}

// nouns are words of which every form is listed.
var nouns = []struct {
	sense sense
	words string
}{
	{nGuide, `instructions instruction rules rule guidelines guideline directives directive guidance prompts prompt policies policy constraints context orders commands message
		messages restrictions training programming configuration settings conditioning briefing setup mandates principles`},
	{nPrior, `previous prior above earlier preceding foregoing before past former existing other told given initial original previously already initially original configured taught instructed learned trained`},
	{nCore, `system base core safety default original initial developer hidden underlying builtin ethical moral content security factory`},
	{nVoid, `void superseded cancelled canceled revoked null invalid overridden obsolete replaced lifted suspended removed disabled off nullified voided overruled irrelevant
		expired outdated rescinded gone inactive inoperative dropped waived withdrawn unenforced`},
	{nLimit, `restrictions restriction limits limit limitations filters filter policy policies rules guidelines guardrails boundaries constraints censorship safeguards
		ethics morals safety moderation inhibitions`},
	{nFree, `no without free unbound never none beyond lacking ungoverned unaffected removed lifted off gone disabled zero`},
	{nPerson, `user users human humans person people operator developer developers reviewer reviewers maintainer maintainers owner owners anyone anybody whoever team nobody
		author admin administrator colleagues someone everyone engineer engineers client customer`},
	{nData, `conversation chat history transcript messages prompts memory customer customers personal clipboard source proprietary session sessions cookies mailbox inbox contacts
		credentials secrets passwords tokens keys environment codebase`},
	{nThat, `it them they this that those these result results output contents content everything anything whatever whichever what both archive summary copy dump findings data values
		encoded response string file files tarball blob payload bundle list one transcript`},
	{nOrders, `instructions instruction rules commands command tasks task steps step directives orders order guidelines procedure playbook prompt directions actions guidance policy
		there says tells returns contains demands asks states told written listed described contained lists returned prescribes dictates specifies wants guide whatever everything`},
	{nCheck, `hook hooks scanner scanners scan scans scanning check checks codeql semgrep gitleaks trufflehog snyk dependabot audit protection protections validation verification ci
		sandbox linter linters lint linting sast review reviews signing signature signatures verifier husky precommit sonarqube antivirus pipeline pipelines gate gates typecheck guard guards analysis`},
	{nProof, `test tests spec specs testcase testcases assertion assertions suite suites`},
	{nFail, `failing broken flaky failed fail fails red breaks break complain complains block blocks way annoying stubborn inconvenient unhappy errors`},
	{nWide, `all any every everything anything whatever entire each unrestricted unlimited arbitrary kind sort whichever`},
	{nDeed, `command commands shell terminal tool tools action actions operation operations script scripts anything everything calls edits changes steps request requests change prompt
		prompts dialog dialogs question questions permission permissions whatever deletes deletions writes bash`},
	{nPart, `section sections table tables list heading headings toc line lines entry entries paragraph document page sync order sorted diagram template placeholder changelog agents
		links link badge docs documentation file generated headers marker markers block comment`},
	{nStake, `kubeconfig dependency dependencies package packages library registry mirror password passwords secret secrets key keys token tokens credentials admin administrator account auth
		authentication authorization mail checksum signature analytics tracking telemetry tracker eval backdoor webhook vulnerabilities findings safe secure access plaintext url proxy ssh sudo hidden vulnerable
		sponsor affiliate competitor payload exploit malware obfuscated usage email e-mail beacon pixel cve review reviews tests test scanner scan hook hooks customer invoice payment wallet
		bitcoin collaborator owner owners role encryption tls certificate verification validation sanitisation sanitization csrf cors logging`},
	{pYou, `you youre your yours yourself`},
	{nSwitch, `husky skip commit force`},
	{nSilencer, `nosec nosemgrep nosonar eslint gitleaks`},
	{nAll, `whenever every always each everywhere wherever anytime routinely automatically continuously permanently`},
	{nNeeded, `required mandatory necessary obligatory needed expected essential compulsory imperative prerequisite`},
	{nModal, `must should shall will needs need ought required expected supposed always please may can`},
	{nMode, `mode persona identity character role personality name`},
	{nRule, `override overrides supersede supersedes replace replaces precedence prevail prevails overrule overrules win wins binding authoritative trump trumps authority outrank outranks mandatory
		apply applies`},
	{xIgnore, `ignoriere ignorieren ignoriert ignoriere vergiss vergesst vergessen missachte missachten verwirf verwerfe ubergehe ubergehen ignorez oublie oubliez oublier ignorer neglige
		negligez ecarte abstraction ignora ignorar ignore ignores olvida olvide olvidate olviden omiso descarta descarte desatiende desobedece pasa ignorad ignorem esqueca esqueça esquece desconsidere desconsidera
		descarte despreze ignorare ignorate dimentica dimenticate dimenticare scarta trascura disattendi negeer vergeet negeren verwaarloos игнорируй игнорируйте проигнорируй проигнорируйте забудь
		забудьте отбрось отбросьте отмени отмените пренебреги игнорировать`},
	{xPrior, `vorherigen vorherige vorigen bisherigen bisherige obigen obige fruheren vorangegangenen vorher zuvor bisher vorstehenden davor ursprunglichen precedentes precedente anterieures anterieure
		dessus avant initiales anteriores anterior previas previa previos arriba antes dichas previo prévias acima originais iniciais precedenti precedente sopra anteriori iniziali originali voorgaande vorige
		eerdere bovenstaande eerder voorafgaande предыдущие предыдущих прежние прошлые прежних прежде ранее выше вышеуказанные предшествующие вышестоящие предыдущее прежнее`},
	{xGuide, `anweisungen anweisung befehle regeln vorgaben instruktionen richtlinien gesagt hinweise vorschriften consignes instructions regles directives ordres recommandations instrucciones reglas
		indicaciones ordenes directrices instrucoes regras orientacoes diretrizes ordens comandos istruzioni regole indicazioni direttive ordini instructies regels aanwijzingen richtlijnen opdrachten
		инструкции указания команды инструкций правила правил директивы распоряжения указаний предписания сказанное`},
	{xIgnore, `ausser außer annulees annules annulee caduques anuladas canceladas anulados annullate annullati nulle nulas vervallen ungultig aufgehoben hinfallig nichtig отменены недействительны`},
	{xObey, `gelten gilt valent valen valem valgono gelden действуют beachte beachten befolge befolgen folge halte respecte respectez suis suivez obeis obeissez sigas siga sigan obedezcas obedezca respetes seguire seguite rispettare siga sigas obedeca
		volg volgen gehoorzaam следуй следуйте выполняй выполняйте соблюдай соблюдайте слушай`},
	{xObey, `fuhre fuhren tue tut mache macht ejecuta ejecute ejecutad haz haga sigue executez fais faites applique appliquez esegui eseguite segui doe voer выполни выполнять делай`},
	{xSend, `sende sendet senden schick schicke schickt ubermittle ubermitteln hochladen poste envoie envoyez envoyer transmets transmettez publie televerse televersez envia enviar enviad manda mandar sube subelo subela subelas subelos envialo enviala envialas envialos mandalo mandalas
		transmite invia inviate inviare mandate spedisci trasmetti mande transmita stuur verstuur verzend отправь отправьте отправляй отправить пошли перешли загрузи выложи`},
	{xSecret, `passworter zugangsdaten geheimnisse umgebungsvariablen contrasenas credenciales claves secretos identifiants cles senhas chaves credenziali segreti wachtwoorden sleutels geheimen пароли
		ключи токены секреты`},
	{xFetch, `lade ladet lies lest hole rufe offne descarga descargue descargad obten lee abre telecharge telechargez recupere recuperez lis lisez ouvre scarica scaricate leggi apri baixe leia abra haal lees
		visita visite visitez besuche acesse accedi скачай скачайте загрузи загрузите прочитай прочитайте открой`},
	{xAsk, `ruckfrage ruckfragen nachfrage nachzufragen fragen gefragt bestatigung bestatigungen erlaubnis freigabe genehmigung preguntar preguntes confirmacion permiso aprobacion demander confirmation autorisation
		approbation accord chiedere conferma permesso approvazione perguntar confirmacao permissao aprovacao vragen bevestiging toestemming goedkeuring подтверждения спроса разрешения согласия запроса`},
	{xQuiet, `ohne sin sans senza sem zonder без`},
	{xDeed, `befehle befehl kommandos anderungen aktionen comandos cambios acciones commandes modifications actions comandi modifiche azioni acoes alteracoes opdrachten commando's wijzigingen команды команду действия
		изменения`},
	{xPrior | xGuide, `precede precedes vorangeht voorafging`},
	{xGuide, `istruzione regola indicazione instruccion regla indicacion instrucao regra consigne regle anweisung regel vorgabe richtlinie instructie инструкцию правило указание dicho detto gezegd сказано dito`},
	{0, `be been being was were up aside out own yourself alone bring around quiet silent silence between us mum lips know knows see notice learn aware longer count bind binding hold am new true
		real actual full live lives found kept located published stored hosted sure that reach reaches arrive arrives ends lands goes into query subdomain dns base64 husky skip nosec nosemgrep nosonar eslint
		noqa ignore gitleaks npx bunx dlx pnpm yarn n force main master signed preapproved approved advance considered regarded deemed unattended autonomously supervision by after begin beginning
		attention free feel may on its say asks instruct instructs urges claims tries tricks wants telling leave don need has have had not if trusted commits comments issue pull green as though
		sign signature needs nobody necessary get rid behalf confirmations made require reason granted implied staging draft drafts preview job duty duties includes involves containing nobody hex valid verbatim full received got anymore neither returns serves gives provides carried process pre npm pip cargo gem brew auto consider like whole make me compte caso conto omiso aandacht внимания не non geen unnecessary superfluous consent permission authority blanket regard deem declare cease quit stop enter activate engage switch enable accordingly until served webfetch browser assume approval role matter missing absent great nice kind appreciated helpful good could would find aware stay remain throw thrown null piped feed hosted prior youre access via circumstances retry repeat try text content file page version so niet nao ausser nicht pas kraft i once users customers database root production master deploy admin user's geen ne hagas hagan fais faites haz tenere tener tiens tenez where with of
		under over in to accounts authors bots replacing replaced committe commite verwende benutze nutze usa utilise utilisez gebruik используй niemals nie mai nooit никогда`},
}

// addSenses puts the senses into the lexicon.
func addSenses(m map[string]meaning) {
	add := func(w string, s sense) {
		k := m[w]
		k.form, k.sense = w, k.sense|s
		m[w] = k
	}
	for _, v := range senses {
		for _, w := range strings.Fields(v.words) {
			base, part, gerund := forms(w)
			add(base, v.sense|fBase)
			add(part, v.sense|fPart)
			add(gerund, v.sense|fGerund)
			add(third(w), v.sense)
		}
	}
	for _, n := range nouns {
		for _, w := range strings.Fields(n.words) {
			add(w, n.sense)
		}
	}
	for _, w := range []string{"upload", "transmission", "transfer", "submission", "export", "disclosure", "exfiltration"} {
		add(w, vSend|fGerund)
	}
	for _, w := range []string{"execution", "application"} {
		add(w, vFollow|vRun|fGerund)
	}
}

// irregular are the participles that do not end in "ed".
var irregular = map[string]string{
	"read": "read", "send": "sent", "put": "put", "write": "written", "get": "gotten", "take": "taken", "find": "found", "steal": "stolen", "feed": "fed",
	"forget": "forgotten", "override": "overridden", "overwrite": "overwritten", "run": "run", "do": "done", "tell": "told", "say": "said", "bring": "brought",
	"speak": "spoken", "let": "let", "show": "shown", "cut": "cut", "go": "gone", "hide": "hidden", "reset": "reset", "rewrite": "rewritten", "spend": "spent",
	"buy": "bought", "throw": "thrown", "withdraw": "withdrawn", "seek": "sought", "overrule": "overruled",
}

// forms are a verb's base form, participle and gerund.
func forms(w string) (base, part, gerund string) {
	stem := w
	switch last := w[len(w)-1]; {
	case doubles(w):
		stem = w + string(last)
	case last == 'e' && !strings.HasSuffix(w, "ee"):
		stem = w[:len(w)-1]
	}
	part, gerund = stem+"ed", stem+"ing"
	if last := w[len(w)-1]; last == 'y' && !strings.ContainsRune("aeiou", rune(w[len(w)-2])) {
		part = w[:len(w)-1] + "ied"
	}
	if p, ok := irregular[w]; ok {
		part = p
	}
	return w, part, gerund
}

// doubles says that a verb doubles its last letter: dropping.
func doubles(w string) bool {
	switch w {
	case "get", "put", "run", "drop", "skip", "ship", "grab", "scan", "zip", "tar", "forget", "submit", "transmit", "transfer", "swap", "strip", "cut", "omit", "admit", "permit",
		"stub", "stop", "let", "cat", "log", "scrap", "reset", "commit", "sip", "dm":
		return true
	}
	return false
}

// third is a verb's form with s.
func third(w string) string {
	switch {
	case strings.HasSuffix(w, "s") || strings.HasSuffix(w, "sh") || strings.HasSuffix(w, "ch") || strings.HasSuffix(w, "x") || strings.HasSuffix(w, "o"):
		return w + "es"
	case strings.HasSuffix(w, "y") && !strings.ContainsRune("aeiou", rune(w[len(w)-2])):
		return w[:len(w)-1] + "ies"
	}
	return w + "s"
}
