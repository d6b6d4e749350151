package prompt

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// ideographs reads a run of Chinese or Japanese, which has no spaces, as one
// token with the classes of the words in it.
func (t *tokenizer) ideographs(at, end int) int {
	stopAt := at
	for stopAt < end {
		r, size := utf8.DecodeRuneInString(t.text[stopAt:end])
		if !unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) && r != 'ー' {
			break
		}
		stopAt += size
	}
	s := t.text[at:stopAt]
	m := meaning{}
	if containsAny(s, "忽略", "忽视", "忽視", "无视", "無視", "忘记", "忘記", "忘掉", "忘れ", "不要理会", "不要理會", "抛弃", "抛开", "放弃", "作废", "失效", "不再遵守", "不要遵守", "不必遵守", "无需遵守",
		"从わない", "従わない", "従わず", "従うな", "破棄", "別にして") {
		m.sense |= xIgnore
	}
	if containsAny(s, "之前", "以前", "先前", "以上", "上述", "前面", "此前", "前述", "原有", "已有", "前文", "早先", "上面", "上記", "これまで", "今までの", "先ほど", "前の", "元の", "既存の", "最初の", "原来的") {
		m.sense |= xPrior
	}
	if containsAny(s, "指令", "指示", "提示", "规则", "規則", "命令", "要求", "规定", "准则", "约束", "ルール", "プロンプト", "ガイドライン", "指針", "制約") {
		m.sense |= xGuide
	}
	if m.sense&(xIgnore|xPrior) != 0 && containsAny(s, "不要忽略", "不要忽视", "请勿忽略", "不得忽略", "禁止忽略", "不会忽略", "不能忽略", "不可忽略", "别忽略", "無視しない", "無視され", "無視せず", "忽略列表", "攻击", "注入", "攻撃", "例如", "不要忘记", "别忘", "勿忘", "忘れない", "忘れず") {
		m.sense = 0
	}
	switch {
	case containsAny(s, "不要", "请勿", "禁止", "不得", "切勿", "别把", "ないで", "しない", "してはいけ"):
		m.class |= cNegation
	case !containsAny(s, "例如", "攻击", "攻撃"):
		m.sense |= acts(s)
	}
	t.push(word, m, at, stopAt)
	return stopAt
}

// acts are the senses of what a run of Chinese or Japanese wants done.
func acts(s string) (m sense) {
	if containsAny(s, "发送到", "发送给", "发送至", "上传到", "上传至", "上传", "发到", "传到", "提交到", "送信", "アップロード", "送って", "送る") {
		m |= xSend
	}
	if containsAny(s, "密码", "密钥", "凭证", "凭据", "环境变量", "私钥", "令牌", "パスワード", "秘密鍵", "環境変数", "認証情報") {
		m |= xSecret
	}
	if containsAny(s, "下载", "获取", "读取", "访问", "打开", "ダウンロード", "取得", "読み込", "アクセス") {
		m |= xFetch
	}
	if containsAny(s, "遵循", "遵守", "执行", "按照", "照做", "従って", "従う", "従い", "実行") {
		m |= xObey
	}
	if containsAny(s, "无需确认", "不需要确认", "不用确认", "无须确认", "不经确认", "跳过确认", "无需批准", "无需询问", "不询问", "確認せず", "確認なし", "許可なく", "承認なし", "尋ねず") && containsAny(s, "执行", "运行", "命令", "実行", "コマンド", "操作") {
		m |= xQuiet | xAsk | xDeed
	}
	return m
}

// hangul gives the senses of a Korean word, whose endings the stem shares a
// token with.
func hangul(s string) meaning {
	m := meaning{}
	switch {
	case containsAny(s, "무시하지", "잊지"):
	case containsAny(s, "무시", "잊어", "잊고", "폐기", "따르지"):
		m.sense = xIgnore
	case containsAny(s, "이전", "앞선", "앞의", "위의", "기존", "지금까지", "먼저", "원래"):
		m.sense = xPrior
	case containsAny(s, "지시", "명령", "규칙", "지침", "프롬프트", "안내", "제약"):
		m.sense = xGuide
	}
	return m
}

func containsAny(s string, words ...string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}
