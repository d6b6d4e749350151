package credential

import (
	"encoding/json"
	"strings"
)

// maxJWT bounds a token, in bytes.
const maxJWT = 64 << 10

// jwtEnd is the end of a JSON Web Token that begins at the start of s, 0 if
// none does: three base64url parts. dead is an offset before which no other
// token can begin, so that a search stays linear.
func jwtEnd(s string) (end, dead int) {
	if !strings.HasPrefix(s, "eyJ") {
		return 0, 0
	}
	dots := 0
	for end < len(s) && end < maxJWT {
		c := s[end]
		if c == '.' {
			if dots++; dots == 1 {
				dead = end
			} else if dots > 2 {
				break
			}
		} else if !wordByte(c) && c != '-' {
			break
		}
		end++
	}
	if dots == 0 {
		dead = end
	}
	if dots < 2 {
		return 0, dead
	}
	return end, dead
}

// jwtClaims are the claims that say whose a token is. Values of other types
// than text are of no interest.
type jwtClaims struct{ Iss, Sub, Role, Name, Ref text }

// text takes a JSON string, and anything else as "".
type text string

func (t *text) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) == nil {
		*t = text(s)
	}
	return nil
}

// judgeJWT decodes header and claims of the token value[start:end], without
// verifying anything; a token that has expired was leaked all the same.
// Supabase's anon key is made to be public, its service_role key opens
// everything (supabase.com/docs, API keys).
func judgeJWT(ctx *scope, value string, start, end int) (Judgement, bool) {
	parts := strings.Split(value[start:end], ".")
	var head struct {
		Alg text `json:"alg"`
		Enc text `json:"enc"`
	}
	var claims jwtClaims
	header, ok := decode64(parts[0])
	if !ok || json.Unmarshal(header, &head) != nil || head.Alg == "" {
		return Judgement{}, false
	}
	body, ok := decode64(parts[1])
	if !ok || json.Unmarshal(body, &claims) != nil {
		return Judgement{}, false
	}
	j := ctx.finds("jwt", High, value[start:end], start, end)[0]
	iss, role := string(claims.Iss), string(claims.Role)
	supabase := strings.HasPrefix(iss, "supabase") || strings.Contains(iss, ".supabase.co") || claims.Ref != "" && role != ""
	if supabase {
		j.Provider, j.Product = "Supabase", "supabase"
	}
	switch {
	case iss == "supabase-demo": // the keys of every `supabase start`
	case len(parts[2]) < 10 || !random(parts[2]) && strongPlaceholders().MatchString(parts[2]) || repeats(parts[2]):
	case claims.Sub == "1234567890" && (claims.Name == "John Doe" || claims.Name == ""): // the sample of jwt.io
	case supabase && role == "anon":
		j.Class = Publishable
		return j, true
	default:
		return j, true
	}
	return ctx.says(Placeholder, start, end)[0], true
}
