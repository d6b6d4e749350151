package credential

import "strings"

// seldom are the letters that follow each letter from a to z seldom in words:
// before the bar, in less than 6 of 100,000 pairs of letters; behind it, in
// less than 8 of 10,000. Counted over 16,500 words of English documentation.
var seldom = [26]string{
	"j|aefhoqwxz", "hqx|bcdfgjkmnptvwyz", "jxz|bdfgmnpqvwy", "z|bcfghjkmnpqtvwxy", "|hjkuz", "bhjkqvwxz|cdgmnpty", "jkqwx|bcdfgmptvyz",
	"hjqvwxz|bcdfgklmnprsuy", "hijwy|kqux", "bcdfghjklmnpqrtvwxyz|aiosu", "hjqvxz|abcdfgklmnoprtuwy", "jqxz|bcfghkmnprvw", "ghjqvwxz|cdfklnrty",
	"x|bhjlmpqrwyz", "qz|ehjxy", "jqxz|bcdfgkmnvwy", "abcdefghijkmnopqtvwxyz|lrs", "jqxz|bfhw", "jxz|bdfgkmnqrvw", "jq|bdfgkmnvwxz", "hjkquvwy|dgoxz",
	"hjkquwxyz|bcdfglmnoprstv", "cgjkquvwxyz|bdfhlmnpst", "fgjkqruwz|abcdehilmnosvxy", "hjkqx|abcdefgilmortuvwyz", "bcdfghjkmnpqrstuvwxy|ailoz",
}

// wordless says whether letters of one case, at least 12, follow each other as
// in no word; ok is false for other values. Of such made at random it says so
// of 92 in 100 of 12 letters and of 96 of 20; of 1,000 words of 12 or more
// letters of 1 or 2, of words joined of 8.
func wordless(s string) (is, ok bool) {
	if len(s) < 12 || s != strings.ToLower(s) && s != strings.ToUpper(s) {
		return false, false
	}
	points := 0
	for i := range len(s) {
		if c := s[i] | 0x20; c < 'a' || c > 'z' {
			return false, false
		}
		if i == 0 {
			continue
		}
		after := seldom[s[i-1]|0x20-'a']
		switch at, bar := strings.IndexByte(after, s[i]|0x20), strings.IndexByte(after, '|'); {
		case at < 0:
		case at < bar:
			points += 2
		default:
			points++
		}
	}
	return points*11 >= len(s)*5, true
}
