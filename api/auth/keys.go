package auth

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math/big"
	"os"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"waymark/internal/partner"
)

// A Key is what is kept of one key.
type Key struct {
	ID      string     `json:"id"` // letters, digits, '-', '_' and '.'
	SHA256  string     `json:"sha256"`
	Scopes  []string   `json:"scopes"`
	Partner partner.ID `json:"partner,omitzero"`
	Roles   []string   `json:"roles,omitempty"`
	Expires time.Time  `json:"expires,omitzero"` // never where zero
}

// Keys are the keys that open a server. Nil opens nothing.
type Keys struct {
	callers map[[sha256.Size]byte]entry
}

type entry struct {
	caller  *Caller
	expires time.Time
}

// LoadKeys reads a file of keys: a JSON array of [Key], or one Key a line as
// waymark key prints them.
func LoadKeys(path string) (*Keys, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("load keys: %w", err)
	}
	keys, line, err := readKeys(data)
	if err != nil {
		return nil, fmt.Errorf("load keys from %s: line %d: %w", path, line, err)
	}
	return keys, nil
}

// readKeys reads a file of keys, and says in which line it fails.
func readKeys(data []byte) (keys *Keys, line int, err error) {
	keys, _ = NewKeys()
	dec := jsontext.NewDecoder(bytes.NewReader(data))
	array := dec.PeekKind() == '['
	if array {
		_, _ = dec.ReadToken() // was peeked at
	}
	for {
		next := skipBetween(data, dec.InputOffset())
		line = 1 + bytes.Count(data[:next], []byte("\n"))
		if bytes.HasPrefix(data[next:], []byte(keyStem)) {
			return nil, line, errors.New("this is a key itself; its holder keeps that, and the file has the line of JSON that was printed with it")
		}
		switch kind := dec.PeekKind(); {
		case array && kind == ']':
			_, _ = dec.ReadToken() // was peeked at
			array = false
			continue
		case kind == 0:
			_, err := dec.ReadToken()
			if errors.Is(err, io.EOF) {
				return keys, 0, nil
			}
			return nil, line, err
		}
		var key Key
		if err := json.UnmarshalDecode(dec, &key, json.RejectUnknownMembers(true)); err != nil {
			return nil, line, err
		}
		if err := keys.add(key); err != nil {
			return nil, line, err
		}
	}
}

// skipBetween returns where the first byte at or after i is that is no space and
// no comma.
func skipBetween(data []byte, i int64) int64 {
	for i < int64(len(data)) && bytes.IndexByte([]byte(" \t\r\n,"), data[i]) >= 0 {
		i++
	}
	return i
}

// NewKeys returns the keys of a list.
func NewKeys(list ...Key) (*Keys, error) {
	k := &Keys{callers: map[[sha256.Size]byte]entry{}}
	for i, key := range list {
		if err := k.add(key); err != nil {
			return nil, fmt.Errorf("key %d: %w", i, err)
		}
	}
	return k, nil
}

func (k *Keys) add(key Key) error {
	if !partner.ValidID(key.ID) {
		return fmt.Errorf("id %q, want 1 to 64 letters, digits, '-', '_' or '.'", key.ID)
	}
	var sum [sha256.Size]byte
	if n, err := hex.Decode(sum[:], []byte(key.SHA256)); err != nil || n != len(sum) || len(key.SHA256) != 2*n {
		return fmt.Errorf("%s: sha256 is not 64 hexadecimal digits", key.ID)
	}
	var scopes Scope
	for _, name := range key.Scopes {
		s, err := ParseScope(name)
		if err != nil {
			return fmt.Errorf("%s: %w", key.ID, err)
		}
		scopes |= s
	}
	if scopes == 0 {
		return fmt.Errorf("%s: a key without a scope opens nothing", key.ID)
	}
	if _, twice := k.callers[sum]; twice {
		return fmt.Errorf("%s: a key before it has the same sha256", key.ID)
	}
	who := NewCaller(key.ID, scopes, key.Partner)
	for _, name := range key.Roles {
		r, err := ParseRole(name)
		if err != nil {
			return fmt.Errorf("%s: %w", key.ID, err)
		}
		who.Roles |= r
	}
	if who.Roles != Nobody && key.Partner != "" {
		return fmt.Errorf("%s: a key bound to a partner plays no role of the owner's", key.ID)
	}
	k.callers[sum] = entry{who, key.Expires}
	return nil
}

// maxKey bounds the keys that are looked at, in bytes.
const maxKey = 256

// Caller returns who holds the key.
func (k *Keys) Caller(key string, now time.Time) (*Caller, bool) {
	if k == nil || key == "" || len(key) > maxKey {
		return nil, false
	}
	e, ok := k.callers[sha256.Sum256([]byte(key))]
	if !ok || !e.expires.IsZero() && now.After(e.expires) {
		return nil, false
	}
	return e.caller, true
}

// keyStem begins every key, so that one can be recognised where it leaks.
const keyStem = "wm_"

// Mint makes a key out of 32 random bytes, "wm_<env>_<id>_<random>_<crc>", and
// what to keep of it. The key itself is kept nowhere.
func Mint(env, id string, random io.Reader, scopes ...string) (string, Key, error) {
	secret := make([]byte, 32)
	if _, err := io.ReadFull(random, secret); err != nil {
		return "", Key{}, fmt.Errorf("mint key %s: %w", id, err)
	}
	name := keyStem + env + "_" + id + "_" + base62(secret)
	key := fmt.Sprintf("%s_%08x", name, crc32.ChecksumIEEE([]byte(name)))
	sum := sha256.Sum256([]byte(key))
	kept := Key{ID: id, SHA256: hex.EncodeToString(sum[:]), Scopes: scopes}
	if _, err := NewKeys(kept); err != nil {
		return "", Key{}, fmt.Errorf("mint key: %w", err)
	}
	return key, kept, nil
}

// base62 writes 32 bytes as 43 letters and digits.
func base62(b []byte) string {
	s := new(big.Int).SetBytes(b).Text(62)
	return strings.Repeat("0", 43-len(s)) + s
}
