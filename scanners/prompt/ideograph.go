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
	ignore := containsAny(s, "忽略", "忽视", "忽視", "无视", "無視", "忘记", "忘掉", "忘れ", "不要理会", "不要理會")
	if !ignore {
		t.push(word, meaning{}, at, stopAt)
		return stopAt
	}
	prior := containsAny(s, "之前", "以前", "先前", "以上", "上述", "前面", "此前", "上記", "これまで", "以前の")
	instruction := containsAny(s, "指令", "指示", "提示", "规则", "規則", "命令", "要求", "ルール", "プロンプト")
	deny := containsAny(s, "不要忽略", "不要忽视", "请勿忽略", "不得忽略", "禁止忽略", "不会忽略", "無視しない", "忽略列表", "攻击", "注入", "攻撃", "例如")
	if prior && instruction && !deny {
		// The parts in the order the rules expect, at the same place.
		t.push(word, meaning{class: cIgnore}, at, stopAt)
		t.push(word, meaning{class: cPrior | cAll}, at, stopAt)
		t.push(word, meaning{class: cInstruction | cPrompt}, at, stopAt)
		return stopAt
	}
	t.push(word, meaning{}, at, stopAt)
	return stopAt
}

func containsAny(s string, words ...string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}
