package credential

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// KeySize is the length of a hash key in bytes.
const KeySize = 32

// Hasher makes the identities of credentials: the same credential gives the
// same hash under the same key, and nothing can be told from it without.
type Hasher struct {
	key [KeySize]byte
	id  string
}

// NewHasher takes a key of KeySize bytes. Its id, the first 8 hex digits of
// SHA-256("castellan-hash-key-id" + key), tells hashes of different keys apart.
func NewHasher(key []byte) (*Hasher, error) {
	if len(key) != KeySize {
		return nil, fmt.Errorf("hash key has %d bytes, want %d", len(key), KeySize)
	}
	h := &Hasher{}
	copy(h.key[:], key)
	sum := sha256.Sum256(append([]byte("castellan-hash-key-id"), key...))
	h.id = hex.EncodeToString(sum[:4])
	return h, nil
}

// KeyID is the id in "k<keyid>:" of every hash.
func (h *Hasher) KeyID() string { return h.id }

// Sum is the hash of a credential.
func (h *Hasher) Sum(s Secret) string {
	mac := hmac.New(sha256.New, h.key[:])
	mac.Write([]byte(s.value))
	return "k" + h.id + ":" + hex.EncodeToString(mac.Sum(nil))
}

// Identity is what may be kept of a judged credential. j must be Literal or
// Publishable.
func (h *Hasher) Identity(j *Judgement) *Identity {
	return &Identity{
		Provider:    j.Provider,
		Kind:        j.Kind,
		Hash:        h.Sum(j.Secret),
		Length:      len(j.Secret.value),
		Publishable: j.Class == Publishable,
	}
}
