package credential

import (
	"encoding/base64"
	"strings"
	"testing"
)

func TestHashIsKeyedAndStable(t *testing.T) {
	t.Parallel()
	one, _ := NewHasher([]byte(strings.Repeat("1", KeySize)))
	two, _ := NewHasher([]byte(strings.Repeat("2", KeySize)))
	a, b := Secret{"value"}, Secret{"other"}
	if one.Sum(a) == one.Sum(b) || one.Sum(a) == two.Sum(a) || one.KeyID() == two.KeyID() {
		t.Error("hashes are not a keyed function of the value")
	}
	if want := "k" + one.KeyID() + ":"; !strings.HasPrefix(one.Sum(a), want) || len(one.Sum(a)) != len(want)+64 {
		t.Errorf("hash %q is not %s plus 64 hex digits", one.Sum(a), want)
	}
	if first, again := one.Sum(a), one.Sum(Secret{"value"}); first != again {
		t.Errorf("one value has the hashes %s and %s", first, again)
	}
	if _, err := NewHasher([]byte("short")); err == nil {
		t.Error("a short key was taken")
	}
}

func TestOneCredentialHasOneHashHoweverItIsWritten(t *testing.T) {
	t.Parallel()
	h, _ := NewHasher([]byte(strings.Repeat("1", KeySize)))
	pass := "Zq@17#" + gen(seeded(8), base62, 14)
	escaped := strings.NewReplacer("@", "%40", "#", "%23").Replace(pass)
	basic := base64.StdEncoding.EncodeToString([]byte("app:" + pass))
	hashes := map[string]bool{}
	for name, value := range map[string]string{"DB_PASSWORD": pass, "DATABASE_URL": "postgres://app:" + escaped + "@db.acme.dev/x", "Authorization": "Basic " + basic} {
		for _, j := range Judge(Context{Place: InEnv, Name: name}, value) {
			if j.IsCredential() {
				hashes[h.Sum(j.Secret)] = true
			}
		}
	}
	if len(hashes) != 1 {
		t.Errorf("%d hashes of one password", len(hashes))
	}
}
