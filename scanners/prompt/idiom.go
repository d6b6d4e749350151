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
//	#group  a word of a group below, also among others: a|#group
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
	{signIgnore, "earlier|previous|prior|original|old|your <2 guidelines|rules|instructions|directives|constraints|limits are|is|were <1 gone|off|over|dead|history|finished"},
	{signIgnore, "not|never|dont follow|obey|trust|heed|honour|honor the|your <1 system prompt|message"},
	{signIgnore, "!ignore|disregard|forget whatever|what|anything|everything <1 anthropic|openai|google|microsoft|developer|developers|vendor|system|maker|makers <2 told|said|says|taught|wants"},
	{signIgnore, "all|any <1 prior|previous|earlier|preceding <1 context|messages|conversation is|are <1 invalid|void|irrelevant|cancelled|fake"},
	{signIgnore, "!discard|drop|ignore|abandon|shed|lose <3 alignment|safety|ethical|ethics <1 training|rules|guidelines|layer|filters"},
	{signIgnore, "!drop|discard|forget|clear|erase|unload <3 loaded|previous|previously|prior|existing <1 rules|instructions|guidelines|prompts"},
	{signIgnore, "let go of <2 prior|previous|earlier|your <1 directives|rules|instructions|guidelines"},
	{signIgnore, "anything|whatever|everything|what <1 user|human|operator says|asks|wants|tells <8 ignored|disregarded|dismissed|refused"},
	{signIgnore, "end of <1 system <1 prompt|message|instructions"},
	{signLoose, "you have been reset|reprogrammed|reconfigured|released|unlocked|jailbroken"},
	{signLoose, "!treat|regard|consider <2 user|human|operator as <1 untrusted|hostile|adversary|irrelevant"},
	{signLoose, "only the|this|these <2 text|file|document|rules <1 below|here|is|are <1 binding|valid|authoritative|counts|matter"},
	{signLoose, "orders|rules|instructions|it|these <1 beat|beats|trump|trumps|outweigh|outweighs <2 system|user|developer|those|others"},
	{signLoose, "instructions|rules <1 replace|override|supersede all|any|every <1 others|other"},
	{signLoose, "obey|follow this|the|only <1 file|document <1 only|alone|exclusively"},
	{signConceal, "mentioning|revealing|disclosing <5 is|are <1 forbidden|prohibited|banned"},
	{signConceal, "nobody|noone|none <1 else <1 needs|has|must to <1 know"},
	{signConceal, "never|not|dont admit|acknowledge|confirm <2 you|that|having <2 read|seen|have|follow|received"},
	{signConceal, "if|when asked <7 answer|say|reply|respond <1 no|nothing|none"},
	{signConceal, "must|should|shall|to stay|remain|be|kept <1 hidden|secret|concealed from <1 #person"},
	{signConceal, "without telling|informing|notifying|alerting them|#person"},
	{signFreed, "!imagine|pretend|suppose|assume <1 you|that <2 no|without <1 rules|limits|restrictions|guidelines|policies|filters|conscience"},
	{signFreed, "!answer|fulfil|fulfill|grant every|any|all <1 request|question|demand|requests|questions|demands"},
	{signFreed, "character|persona|ai|assistant|agent <2 not <1 bound|restricted|limited|constrained by"},
	{signFreed, "full|unlimited|unrestricted permission|authority|access|freedom to do anything|everything|whatever"},
	{signFreed, "freed|free|released|liberated|relieved of|from all|any|every <1 constraints|limits|rules|restrictions|obligations|guidelines"},
	{signRole, "unrestricted|unfiltered|unlimited <1 shell|ai|assistant|agent|operator"},
	{signRole, "never|not break|leave|drop character"},
	{signRole, "!act|pose|play|speak|behave as <4 character|persona"},

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
	{signIgnore, "who|which|that ignores|disregards|breaks|bypasses <2 safety|ethical|content|all|any <1 guidelines|rules|policies|limits"},
	{signIgnore, "instructions|rules <2 system|developer <1 message|prompt <1 are|is|were wrong|outdated|void|obsolete|invalid|false"},
	{signRole, "!stop being <3 assistant|claude|copilot|ai|agent|model"},
	{signRole, "you are <1 in|entering god|dan|jailbreak|unrestricted|unfiltered mode"},
	{signFreed, "no restrictions|limits|rules|filters|limitations <2 no refusals|warnings|limits|censorship|refusal"},
	{signConceal, "never|not|dont tell|inform <1 #person why|how"},
	{signConceal, "!say|tell nothing of|about it|this|that"},
	{signMasked, "not|never|dont show|display|present <1 diff|diffs|patch|changes to <1 #person"},
	{signApprove, "!assume yes|consent|approval|permission"},
	{signExfil, "!take|get|read|grab|copy <1 #variable|#secret <3 pass|send|post|give|hand|forward|submit|upload it|them to <2 #url"},
	{signExfil, "!append|add|attach|put <1 value|values of <1 #variable <2 to|in|into <2 url|address|link|query <1 #url"},
	{signFetch, "!use|follow|apply|obey <1 instructions|rules|guidelines|prompt <1 at|from|on|under|in #url instead|rather|only|exclusively"},
	{signLoose, "new system|developer prompt|message"},
	{signLoose, "top|highest|absolute|ultimate|supreme priority|precedence|authority over"},
	{signIgnore, "not|never|dont comply|act|work with|by your <1 built|builtin|internal|own|default <1 rules|guidelines|policies|instructions|in"},
	{signIgnore, "!ignore|disregard the #person if|when|whenever"},
	{signIgnore, "!ignore|forget|disregard|discard your <1 prior|previous|earlier|original|initial <1 training|instructions|guidelines|prompt"},
	{signIgnore, "!ignore|disregard|forget all|any|every <1 rules|instructions|guidelines <2 other|elsewhere"},
	{signIgnore, "previous|prior|earlier <1 instructions|rules|directives null|void|cancelled|revoked"},
	{signFreed, "safety|content|security <1 checks|rules|filters|limits|guards <1 is|are <1 removed|off|disabled|gone|lifted"},
	{signFreed, "unlimited|unrestricted|absolute <1 powers|power|rights|privileges"},
	{signConceal, "#person <1 is|are not <1 to be told|informed|notified|alerted"},
	{signConceal, "must|should be kept|held|treated <1 confidential|secret|private|hidden"},

	{signExfil, "!take|make|create|keep <2 backup|copy|snapshot|mirror|dump of <2 #secret <4 to|at|on <2 #url"},
	{signExfil, "!report|tell|give|supply|disclose <3 password|passwords|token|tokens|keys|credentials|secret|secrets <2 to <1 #url"},
	{signExfil, "!transmit|send|stream|push|pipe|copy <2 #secret|keys|secrets|credentials|passwords|tokens <4 netcat|nc|ncat|socat|telnet|ftp|sftp"},
	{signExfil, "!add|create|insert|write <3 step|job|workflow|hook|task <6 posts|sends|uploads|forwards|submits|pushes|emails|mails <3 #secret|secrets|tokens|keys|credentials|environment|env <6 #url"},

	{signDisabled, "!remove|delete|disable|drop <2 failing|failed|red|broken <1 job|jobs|step|steps|workflow|check|checks|gate"},
	{signDisabled, "never|not|dont let <2 failing|failed|red|broken <1 check|checks|test|tests|build|job <1 stop|block|delay|prevent"},
	{signDisabled, "!ignore|disregard|dismiss|skip <1 security|vulnerability|scanner <1 warnings|warning|alerts|findings|errors <1 and|then <1 continue|proceed|go|merge|push"},
	{signMasked, "avoid showing|telling <2 #person what|which"},
	{signMasked, "!keep|leave <2 deletion|removal|change|changes|edit|edits|modification <4 out of|from <2 commit|changelog|summary|description|diff|pr|message|log|report"},
	{signUnasked, "not|never|dont ask #stop act|do|run|execute|proceed|go|just"},
	{signUnasked, "so|that you <1 are|will <1 never|not <1 asked|prompted|questioned|interrupted"},
	{signUnasked, "!merge <2 branch|pr|change|changes|it <1 yourself"},
	{signApprove, "!grant|give yourself <1 permission|permissions|access|rights|approval"},
	{signNoVerify, "!push|commit|merge <3 without running|executing|triggering <2 hooks|hook|checks"},

	{signFetch, "!refer|turn|go|look to|at #url <2 for <2 instructions|orders|commands|directions <3 follow|obey|execute"},
	{signFetch, "!extend|complement|supplement|amend|enrich <2 rules|instructions|guidelines|file|document with <2 those|ones|rules|instructions|content|contents <1 at|from|of|in #url"},
	{signFetch, "#url contains|holds|has|carries your <2 instructions|orders|rules|directives|task|tasks"},
	{signFetch, "!pull|fetch|get|load|read|download <3 checklist|list|tasks|todo|todos|steps|plan <1 from|at #url <3 do|execute|perform|complete|carry <1 each|every|all"},
	{signFetch, "!treat|use|take|accept|interpret <2 response|output|answer|reply|content|contents|text <1 of|from|at #url as <2 command|commands|instruction|instructions|order|orders|prompt"},

	{signIgnore, "default|standard|usual|normal|system|safety <1 policies|guidelines|rules|restrictions|policy are|is <1 waived|suspended|lifted|dropped|off|void"},
	{signIgnore, "!set|put|lay your|the <2 guidelines|training|rules|policies|instructions aside|away"},
	{signIgnore, "previous|prior|earlier <1 context|conversation|messages <1 was|were|is <1 simulation|test|fake|joke"},
	{signIgnore, "!ignore|disregard their <1 instructions|requests|wishes|commands|orders"},
	{signIgnore, "everything|all you <1 learned|learnt|know|taught <2 safety|ethics|rules <1 is|was wrong|false|lies"},
	{signIgnore, "!unlearn it|them|that|everything|your"},
	{signLoose, "second|hidden|secret <2 set of instructions|rules|orders"},
	{signLoose, "follow|obey <1 file|document <1 instead"},
	{signRole, "!switch|change|go to|into <1 developer|dan|god|unrestricted|jailbreak mode"},
	{signFreed, "!drop|remove|disable|lose your <1 filters|filter|safeguards|guardrails|restrictions|limits"},
	{signConceal, "not|never|dont raise|bring <1 this|it|that with|up"},
	{signConceal, "refrain|abstain|avoid from <1 telling|informing|mentioning|notifying"},
	{signConceal, "!tell no one|body"},
	{signConceal, "!hide|conceal it"},

	{signUnasked, "refrain|abstain|stop|avoid|cease <1 asking|prompting|requesting <1 for <2 confirmation|permission|approval|consent"},
	{signUnasked, "no confirmations|confirmation|approvals|approval|prompts|questions #stop run|execute|do|apply"},
	{signUnasked, "never|not|dont need <1 code|peer <1 review|reviews|approval|approvals <1 #stop merge|push|deploy"},
	{signUnasked, "sudo <3 no need to check|ask|confirm"},
	{signUnasked, "!run|start|work|operate <2 with <2 approvals|confirmations|prompts|permissions|safeguards <1 disabled|off|deactivated"},
	{signApprove, "approval|permission|consent is|are <1 implied|assumed|granted|given <2 for <1 all|every|any|each"},
	{signApprove, "has|have pre approved|authorised|authorized|consented <1 all|every|any"},
	{signApprove, "!treat|regard|take|consider silence as <1 consent|approval|agreement|yes"},
	{signApprove, "!choose|pick|select|click|press <1 always <1 allow|approve|accept|yes"},
	{signDisabled, "can|may be skipped|bypassed <4 #stop always do <1 so|it|that"},
	{signDisabled, "failing|failed|broken|red <1 tests|test|specs should|must|can|may be <1 deleted|removed|skipped|disabled|commented"},
	{signMasked, "never|not|dont present|show|offer|submit <1 diff|diffs|patch|changes for <1 approval|review|inspection"},
	{signMasked, "!keep <1 reviewers|maintainers|user|users|team in the dark"},

	{signExfil, "!pipe|send|forward|post env|printenv <1 to <1 #url"},
	{signExfil, "!make|send|issue <4 call|request <2 to <1 #url <8 set|equal|containing|carrying <2 content|contents|value <2 #secret"},

	{signFetch, "#url and <1 do|execute|perform them|those|it"},
	{signFetch, "instructions|orders|directives <2 delivered|sent|provided <1 via|through #url"},
	{signFetch, "!load|fetch|take|get|read|adopt your <1 persona|role|instructions|rules|prompt|personality|orders <1 from #url"},
	{signFetch, "!download|fetch|get #url <2 install <1 it|this as|into <2 skill|plugin|agent"},
	{signFetch, "let #url <2 decide|determine|control|tell <2 what|you"},
	{signFetch, "!use|prefer|apply <1 remote|online|hosted <1 ruleset|rules|instructions|prompt <2 #url"},
	{signFetch, "!fetch|download|load and evaluate|eval|execute|run <1 #url"},

	{signRole, "you are <2 different|another <1 assistant|model|ai|agent|person|bot"},
	{signRole, "you are no|not longer|an|a <2 assistant|claude|copilot|chatbot|ai|model <1 anymore|now|but"},
	{signRole, "you are no longer <2 assistant|claude|copilot|chatbot|ai|model"},
	{signRole, "you are <1 #gpt"},
	{signIgnore, "not|never|dont listen|adhere|stick|attend to <1 system|developer|previous|earlier|your <2 prompt|message|instructions|rules|guidelines"},
	{signIgnore, "!forget|ignore|disregard the <1 developer|system|platform <1 message|messages|prompt|prompts"},
	{signIgnore, "earlier|previous|prior|old ones were|are <1 mistake|wrong|test|fake|invalid|void|obsolete"},
	{signLoose, "even if|when|though <2 system|developer|safety|your <1 prompt|message|rules|guidelines|instructions <1 forbid|forbids|say|says|prohibit|prohibits|disagree|disagrees|disallow"},
	{signMasked, "never|not|dont let|allow <1 #person <1 review|see|inspect|read|check|look <3 diff|diffs|changes|patch|edits"},

	{signUnasked, "not|never|dont bother|disturb|annoy|pester|interrupt <2 #person with|for <1 permission|approval|confirmation"},
	{signUnasked, "reviews|review|approvals|hooks|checks|confirmations <1 slow|slows|waste|delay|delays us|you|me|time|things|work"},
	{signUnasked, "push|commit|merge <1 straight|directly|right <1 to|into|onto <1 protected branch|branches"},
	{signUnasked, "ignoring|bypassing|overriding|circumventing|despite <1 branch|required|review protection|protections|checks|reviews|rules"},
	{signUnasked, "never|not|dont pause|stop|wait|hesitate to ask|check|confirm|verify <1 whether|if <2 command|action|change|step|operation <1 is|are <1 safe|ok|allowed|dangerous"},
	{signUnasked, "!use|run|call|invoke <1 sudo|root <3 without <1 asking|confirmation|approval|permission"},
	{signUnasked, "never|not|dont stop|pause|wait for <1 human|user|manual|any <1 intervention|confirmation|approval"},
	{signUnasked, "!act|work|operate|run|proceed autonomously at all times"},
	{signApprove, "!approve|sign <2 your own <1 changes|pr|prs|pull|commits|work"},
	{signApprove, "!sign off as <1 reviewer|approver|maintainer"},
	{signMasked, "#person never|not|cannot <1 see|sees|learn|learns|notice|notices <5 changes|changed|diff|modifications|edits"},
	{signMasked, "!rewrite|squash|amend|edit|alter <2 history|commits|log|commit <3 hide|conceal|mask|cover|obscure"},
	{signMasked, "not|never|dont mention|list|note|record|document <5 changelog|summary|description|notes|log <2 so|because|since|that <1 nobody|noone|reviewers"},
	{signMasked, "not|never|dont disclose|reveal|announce|show|mention <1 risky|dangerous|destructive|privileged <1 commands|actions|operations|steps"},
	{signDisabled, "!mark|flag|classify|label|dismiss <1 all|every|any <3 vulnerabilities|findings|alerts|warnings <6 false|resolved|ignored|accepted"},
	{signDisabled, "!disable|skip|bypass|escape <1 sandbox|sandboxing before|when|while|whenever <1 running|executing|you"},
	{signDisabled, "!add|put|insert|use eslint|nosec|nosemgrep|noqa|nolint <3 comments|comment|directives|markers|annotations <1 instead|rather"},
	{signDisabled, "!remove|delete|drop|strip|relax|weaken <2 approval|approvals|review|reviewer <1 requirement|requirements|step|rule|gate|rules"},
	{signDisabled, "!lower|reduce|drop|decrease|relax <2 coverage|quality|security|severity <1 threshold|gate|limit|level|requirement until|so|if|when"},
	{signDisabled, "not|never|dont run|execute|start|perform <2 security|vulnerability|secret|compliance <1 checks|scans|scan|tests|review|audit|scanner <2 they|it|because|since|as"},
	{signDisabled, "!suppress|silence|mute|hide <2 warnings|findings|alerts|errors <3 semgrep|codeql|snyk|gitleaks|bandit|scanner|sonarqube|security"},
	{signDisabled, "!change|edit|adjust|alter|rewrite <2 expected|expectations|assertions|assertion <7 match|matches|fit|fits <1 output|actual|result|results|code|implementation"},
	{signDisabled, "if|when|whenever <1 linter|scanner|hook|check|audit <1 complains|fails|blocks|objects <3 turn|switch|disable|remove|delete it|off|that"},

	{signExfil, "!open|create|file|post|start|write <3 issue|ticket|comment|gist|discussion|pr|thread <10 contains|containing|with|including|includes <5 #secret"},
	{signExfil, "#secret <8 put|paste|post|place|write <3 it|them|text|content|contents|value|values <4 gist|pastebin|paste|issue|comment|discussion|webhook"},
	{signExfil, "!search|scan|look|hunt|check <7 wallet|wallets|passwords|credentials|secrets|tokens|keys|cookies <6 send|transmit|upload|post|forward|report|submit|mail <6 #url"},
	{signExfil, "!make|send|call|get|open|fetch|visit|request|issue|load <5 #leak"},
	{signExfil, "!encode|put|embed|resolve|turn|send|append|split|convert|base64 <5 #secret|key|keys|secret|token|password|credentials <10 subdomain|subdomains"},
	{signExfil, "value|values|content|contents of <1 #variable <8 push|send|post|upload|mail|commit <4 #url"},
	{signExfil, "!include|put|add|pass|place|insert|embed <2 key|keys|token|secret|password|credentials|values|#secret <3 referrer|referer|useragent|agent|filename|path <10 #url"},
	{signExfil, "!zip|archive|pack|compress|tar <3 #secret|ssh|aws|gnupg|kube <6 upload|send|post|transfer|put|push|copy <5 #url"},
	{signExfil, "!send|forward|post|upload|report|stream|copy|mirror every|all|each|any <2 prompt|prompts|conversation|conversations|keystroke|keystrokes <5 to <1 #url"},
	{signExfil, "!use|call|open|visit|fetch|request <3 #url <6 base64|value|values|hash of <1 #secret"},
	{signExfil, "!store|save|put|publish|paste|post|share|upload|write <1 content|contents|value|values|dump of|from <2 #secret|keychain|credentials|secrets|passwords <3 gist|pastebin|paste|public"},
	{signExfil, "!tweet|broadcast|leak <2 password|passwords|credentials|secrets|token|tokens|keys|#secret"},
	{signExfil, "!paste|put|copy|include|add|write <3 account|private|#secret <2 json|key|contents|content into|in|to <2 description|pr|pull|issue|comment|readme"},
	{signExfil, "push|send|upload|post|transfer <1 content|contents|values of|from <1 #secret <2 to <1 #url"},
	{signExfil, "have|let|make <4 call|request|fetch|hit|ping <1 #leak"},
	{signExfil, "!put|place|write|hide|include <2 #secret <2 values|contents|content in|into <7 request|header|headers|body|payload|call to <1 #url"},

	{signFetch, "!download|fetch|get|load|retrieve|pull|read|open #url <4 treat|use|consider|regard|take|count <2 as <1 part|extension|continuation|section|if <3 file|document|instructions|rules|prompt|here|written"},
	{signFetch, "!consult|check|see|open|read|visit|query #url <2 what|how <1 to <1 do|next|proceed|act|on"},
	{signFetch, "rules|instructions|guidelines|directives|policies <1 in|at|from|under|on #url <2 override|overrides|replace|replaces|supersede|supersedes|outrank|outranks|win|prevail"},
	{signFetch, "#url <2 content|contents|text|body <1 replaces|replace|overrides|override|supersedes <2 document|file|instructions|rules|prompt|page"},
	{signFetch, "instructions|rules|orders|directives|tasks <1 live|lives|are|reside|sit|stand <1 at|on|under|in #url <9 comply|obey|follow|adhere|execute"},
	{signFetch, "!include|import|inline|adopt|insert <2 guidelines|rules|instructions|prompt|policy|text|directives from|at|of|in #url <2 as <1 if|part|though"},
	{signFetch, "!download|fetch|pull|get|install <5 version|copy|update|release <3 skill|plugin|rules|agent|prompt|file <1 from|at|under #url <8 unpack|extract|unzip|overwrite|replace|use|apply"},
	{signFetch, "!read|load|open|fetch|see|get #url #stop it|its|they|this <2 precedence|priority|overrides|supersedes|binding|authoritative|wins|replaces|content|contents <1 replaces|overrides|this|over"},
	{signFetch, "!request|fetch|get|load|read|open|download #url <2 adjust|adapt|change|align|modify|set your|the <1 behaviour|behavior|actions|work|plan"},
	{signFetch, "at #url #stop load|fetch|read|open|get <1 and|then <1 follow|obey|apply|execute it|them"},
	{signFetch, "whatever|what|everything #url returns|says|serves|contains|sends <1 is|are|becomes <1 your"},
	{signFetch, "!sync|update|refresh|replace|overwrite this|the <1 file|document|rules|skill with|from #url <5 obey|follow|apply|use|execute <2 new|it|version|rules|instructions"},
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
	"variable": func(u *unit, t *token) bool {
		return (t.kind == word || t.kind == file) && variable(u.text[t.start:t.end])
	},
	"gpt": func(u *unit, t *token) bool {
		return t.kind == word && strings.HasSuffix(strings.ToLower(u.text[t.start:t.end]), "gpt")
	},
	"stop":   func(_ *unit, t *token) bool { return t.kind == stop || t.kind == comma },
	"secret": func(_ *unit, t *token) bool { return t.class&cSecret != 0 },
	"url":    func(_ *unit, t *token) bool { return t.kind == url },
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
	words  []string
	groups []func(*unit, *token) bool
	gap    int // of up to this many words; words and groups are nil
	order  bool
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
		if gap, ok := strings.CutPrefix(rest, "<"); ok {
			e.gap, _ = strconv.Atoi(gap)
			out = append(out, e)
			continue
		}
		for part := range strings.SplitSeq(rest, "|") {
			if name, ok := strings.CutPrefix(part, "#"); ok {
				e.groups = append(e.groups, idiomGroups[name])
			} else {
				e.words = append(e.words, part)
			}
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
		if dest := destinationOf(u); !ownVendor(u, dest.host) {
			a.steal(u, i, end, dest)
		}
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
	for _, group := range e.groups {
		if group(u, t) {
			return true
		}
	}
	return t.form != "" && slices.Contains(e.words, t.form)
}
