package credential

import "strings"

const (
	pemBegin = "-----BEGIN "
	pemEnd   = "-----END "
	// maxPEM bounds a key with its armour, in bytes; RSA of 16,384 bits has 13 KiB.
	maxPEM = 16 << 10
)

// judgePEM finds a PEM private key (RFC 7468) in a value, with line ends real
// or written as \n.
func judgePEM(ctx *scope, value string) []Judgement {
	at := strings.Index(value, pemBegin)
	if at < 0 {
		return nil
	}
	end, ok := privateKey(value[at:])
	if !ok {
		return nil
	}
	return ctx.finds("private-key", High, value[at:at+end], at, at+end)
}

// privateKey is the end of the private key that begins at the start of s. It
// looks no further than to the next key.
func privateKey(s string) (end int, ok bool) {
	s = s[:min(len(s), maxPEM)]
	if next := strings.Index(s[len(pemBegin):], pemBegin); next >= 0 {
		s = s[:len(pemBegin)+next]
	}
	label, body, ok := strings.Cut(s[len(pemBegin):], "-----")
	if !ok || len(label) > 40 || !strings.HasSuffix(label, "PRIVATE KEY") && !strings.HasSuffix(label, "PRIVATE KEY BLOCK") {
		return 0, false
	}
	end = len(s)
	if i := strings.Index(body, pemEnd); i >= 0 {
		tail := body[i+len(pemEnd):]
		body = body[:i]
		if k := strings.Index(tail, "-----"); k >= 0 {
			end = len(s) - len(tail) + k + 5
		}
	} else if i := strings.IndexAny(body, "\"'`"); i >= 0 { // an unclosed key in a string
		end -= len(body) - i
		body = body[:i]
	}
	return end, armoured(body)
}

// armoured says whether a PEM body is base64 and not an example.
func armoured(body string) bool {
	var kept []byte
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case isSpace(c):
		case c == '\\' && i+1 < len(body) && strings.IndexByte("nrt", body[i+1]) >= 0:
			i++
		case classOf(c) != 'o', c == '+', c == '/', c == '=':
			kept = append(kept, c)
		case strings.IndexByte(":-,\"\\", c) >= 0: // headers of encrypted keys, string concatenation
		default:
			return false
		}
	}
	t := count(string(kept))
	return len(kept) >= 40 && t.distinct >= 16 && t.steps*5 < len(kept)
}
