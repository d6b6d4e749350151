package credential

import (
	"encoding/json"
	"strings"
)

// jwtEnd is the end of a JSON Web Token that begins at the start of s, 0 if
// none does: three base64url parts, the first two of them JSON objects.
func jwtEnd(s string) int {
	if !strings.HasPrefix(s, "eyJ") {
		return 0
	}
	dots, end := 0, 0
	for end < len(s) && end < 64<<10 {
		c := s[end]
		if c == '.' {
			dots++
			if dots > 2 {
				break
			}
		} else if !wordByte(c) && c != '-' {
			break
		}
		end++
	}
	if dots < 2 {
		return 0
	}
	return end
}

// judgeJWT decodes the claims, without verifying anything: Supabase's anon key
// is made to be public, its service_role key opens everything.
func judgeJWT(ctx *Context, value string, start, end int) (Judgement, bool) {
	parts := strings.Split(value[start:end], ".")
	var head struct {
		Alg string `json:"alg"`
	}
	var claims struct {
		Iss, Sub, Role, Name string
		Ref                  string
	}
	header, ok1 := decode64(parts[0])
	body, ok2 := decode64(parts[1])
	if !ok1 || !ok2 || json.Unmarshal(header, &head) != nil || head.Alg == "" {
		return Judgement{}, false
	}
	j := Judgement{
		Class: Literal, Place: ctx.Place, Name: ctx.Name, Start: start, End: end,
		Kind: "jwt", Confidence: High, Secret: Secret{value[start:end]},
	}
	if json.Unmarshal(body, &claims) != nil {
		j.Confidence = Medium // claims of unusual types: still a token
	}
	supabase := strings.HasPrefix(claims.Iss, "supabase") || claims.Ref != "" && claims.Role != ""
	switch {
	case supabase && claims.Role == "anon":
		j.Class, j.Kind = Publishable, "supabase-anon-key"
		j.Provider, j.Product = "Supabase", "supabase"
	case supabase && claims.Role == "service_role":
		j.Kind, j.Provider, j.Product = "supabase-service-role-key", "Supabase", "supabase"
	case claims.Sub == "1234567890" && (claims.Name == "John Doe" || claims.Name == ""), len(parts[2]) < 10, placeholder("", parts[2]):
		j.Class, j.Secret = Placeholder, Secret{}
	}
	return j, true
}
