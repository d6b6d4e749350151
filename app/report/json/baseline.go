package json

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

// MaxBaseline is the size in bytes up to which a baseline is read.
const MaxBaseline = 64 << 20

// Baseline is the set of findings that an earlier scan reported. The zero
// Baseline is empty.
type Baseline struct {
	known map[entry]struct{}
	keys  []string
}

type entry struct{ fingerprint, hash string }

// Has says whether the earlier scan reported a finding: the same fingerprint and
// the same credential, hash being "" for a finding that is about none.
func (b Baseline) Has(fingerprint, hash string) bool {
	_, ok := b.known[entry{fingerprint, hash}]
	return ok
}

// Len is the number of findings.
func (b Baseline) Len() int { return len(b.known) }

// KeyIDs are the ids of the hash keys that made the baseline's credential
// hashes, sorted. Hashes of another key match none of them.
func (b Baseline) KeyIDs() []string { return slices.Clone(b.keys) }

// earlier is what a baseline needs of an output.
type earlier struct {
	Schema   *int `json:"schema"`
	Findings *[]struct {
		Fingerprint string `json:"fingerprint"`
		Credential  *struct {
			Hash string `json:"hash"`
		} `json:"credential"`
	} `json:"findings"`
}

const remedy = "make it with castellan scan --format json -o FILE"

// Read reads an earlier output of Write, at most MaxBaseline bytes. It accepts
// schema 1 only and fields it does not know; its errors say what is wrong where.
func Read(r io.Reader) (Baseline, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxBaseline+1))
	switch {
	case err != nil:
		return Baseline{}, fmt.Errorf("read baseline: %w", err)
	case len(data) > MaxBaseline:
		return Baseline{}, fmt.Errorf("read baseline: larger than %d MiB", MaxBaseline>>20)
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}), bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		return Baseline{}, errors.New("read baseline: UTF-16, not UTF-8: " + remedy)
	}
	data = bytes.TrimPrefix(data, []byte("\uFEFF"))
	if len(bytes.TrimSpace(data)) == 0 {
		return Baseline{}, errors.New("read baseline: empty: " + remedy)
	}
	var in earlier
	if err := json.Unmarshal(data, &in); err != nil {
		return Baseline{}, fmt.Errorf("read baseline: %s%w", place(data, err), plain(err))
	}
	return baseline(&in)
}

// baseline checks what was read.
func baseline(in *earlier) (Baseline, error) {
	switch {
	case in.Schema == nil:
		return Baseline{}, errors.New("read baseline: no schema: " + remedy)
	case *in.Schema != Schema:
		return Baseline{}, fmt.Errorf("read baseline: schema is %d, want %d", *in.Schema, Schema)
	case in.Findings == nil:
		return Baseline{}, errors.New("read baseline: no findings array: " + remedy)
	}
	fingerprint := regexp.MustCompile(`^[0-9a-f]{64}$`)
	hash := regexp.MustCompile(`^k([0-9a-f]{8}):[0-9a-f]{64}$`)
	b := Baseline{known: make(map[entry]struct{}, len(*in.Findings))}
	for i, f := range *in.Findings {
		e := entry{fingerprint: f.Fingerprint}
		if !fingerprint.MatchString(f.Fingerprint) {
			return Baseline{}, fmt.Errorf("read baseline: findings[%d].fingerprint is not 64 hex digits", i)
		}
		if f.Credential != nil {
			m := hash.FindStringSubmatch(f.Credential.Hash)
			if m == nil {
				return Baseline{}, fmt.Errorf("read baseline: findings[%d].credential.hash is not of the form k<8 hex digits>:<64 hex digits>", i)
			}
			e.hash = f.Credential.Hash
			b.keys = append(b.keys, m[1])
		}
		b.known[e] = struct{}{}
	}
	slices.Sort(b.keys)
	b.keys = slices.Compact(b.keys)
	return b, nil
}

// plain is a JSON error in words for people, without the names of Go types.
func plain(err error) error {
	var kind *json.UnmarshalTypeError
	if !errors.As(err, &kind) {
		return err
	}
	if kind.Field == "" {
		return fmt.Errorf("the document must be an object, not a JSON %s", kind.Value)
	}
	return fmt.Errorf("%s must not be a JSON %s", kind.Field, kind.Value)
}

// place is where in data a JSON error is, as "line 3, column 7: "; "" if unknown.
func place(data []byte, err error) string {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	var offset int64
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &kind):
		offset = kind.Offset
	default:
		return ""
	}
	before := string(data[:min(max(offset-1, 0), int64(len(data)))])
	return fmt.Sprintf("line %d, column %d: ", strings.Count(before, "\n")+1, len(before)-strings.LastIndex(before, "\n"))
}
