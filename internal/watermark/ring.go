package watermark

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"

	"waymark/internal/watermark/page"
)

// keyIDs is how many key ids there are.
const keyIDs = 32

// Key is a secret and its number.
type Key struct {
	ID     uint8  `json:"id"`     // 0 to 31; never given to another secret
	Secret []byte `json:"secret"` // 16 bytes or more, random
}

// Keys are the secrets that marks are made and read with. A new key is added
// behind the others; the older ones stay as long as copies made with them may
// surface, and only read. Whoever holds Marks can make marks that name anybody:
// they stay at headquarters.
type Keys struct {
	// Marks vouch for marks. Quarterly rotation lasts for eight years.
	Marks []Key `json:"marks"`
	// Pages hide marks in the background of pages. Each costs a search of its
	// own, so that there should be four at most.
	Pages []Key `json:"pages"`
}

// Current is the id of the key that new marks are made with.
func (k Keys) Current() uint8 { return k.Marks[len(k.Marks)-1].ID }

// check finds fault with the keys.
func (k Keys) check() error {
	for name, keys := range map[string][]Key{"marks": k.Marks, "pages": k.Pages} {
		if len(keys) == 0 {
			return fmt.Errorf("the keys lack %s", name)
		}
		var seen [keyIDs]bool
		for _, key := range keys {
			switch {
			case key.ID >= keyIDs:
				return fmt.Errorf("key %d of %s: the id is over %d", key.ID, name, keyIDs-1)
			case seen[key.ID]:
				return fmt.Errorf("key %d of %s is there twice", key.ID, name)
			case len(key.Secret) < 16:
				return fmt.Errorf("key %d of %s: the secret has %d bytes, and 16 are the least", key.ID, name, len(key.Secret))
			}
			seen[key.ID] = true
		}
	}
	return nil
}

// Ring is a set of keys, ready for use. It may be used from several goroutines.
type Ring struct {
	current  uint8
	codes    [keyIDs][]byte // by key id: the secret of message authentication codes
	signs    [keyIDs]ed25519.PrivateKey
	canary   [keyIDs][]byte
	patterns []*page.Pattern // the newest first
}

// NewRing makes keys ready; it takes some milliseconds.
func NewRing(keys Keys) (*Ring, error) {
	if err := keys.check(); err != nil {
		return nil, fmt.Errorf("make a ring of keys: %w", err)
	}
	r := &Ring{current: keys.Current()}
	for _, k := range keys.Marks {
		r.codes[k.ID] = derived(k.Secret, "mark")
		r.canary[k.ID] = derived(k.Secret, "canary")
		r.signs[k.ID] = ed25519.NewKeyFromSeed(derived(k.Secret, "claim"))
	}
	for _, k := range keys.Pages {
		r.patterns = append([]*page.Pattern{page.NewPattern(derived(k.Secret, "page"))}, r.patterns...)
	}
	return r, nil
}

// derived is a key of 32 bytes for one purpose.
func derived(secret []byte, purpose string) []byte {
	key, err := hkdf.Key(sha256.New, secret, nil, "waymark watermark "+purpose, 32)
	if err != nil {
		panic(err) // unreachable: 32 bytes are within what HKDF gives
	}
	return key
}

// Mark is the mark of a copy by the newest key.
func (r *Ring) Mark(id ID) Mark { return Mark{ID: id, Key: r.current} }

// PublicKey is the key that checks claims of a key id, for inspectors; it makes
// none.
func (r *Ring) PublicKey(key uint8) (ed25519.PublicKey, error) {
	if key >= keyIDs || r.signs[key] == nil {
		return nil, fmt.Errorf("public key %d: %w", key, ErrNoKey)
	}
	return r.signs[key].Public().(ed25519.PublicKey), nil
}

// Carriers are part of what a code vouches for: a mark cut from one carrier does
// not pass in another.
const (
	carrierPage  = "page"
	carrierText  = "text"
	carrierToken = "token"
)

// code is the message authentication code of a body in a carrier.
func (r *Ring) code(carrier string, m Mark, b body) ([]byte, error) {
	if m.Key >= keyIDs || r.codes[m.Key] == nil {
		return nil, fmt.Errorf("key %d: %w", m.Key, ErrNoKey)
	}
	mac := hmac.New(sha256.New, r.codes[m.Key])
	mac.Write([]byte("waymark mark 1\x00" + carrier + "\x00"))
	mac.Write(b[:])
	return mac.Sum(nil), nil
}

// sealed is a mark's body with the first bytes of its code.
func (r *Ring) sealed(carrier string, m Mark, code int) ([]byte, error) {
	b := m.body()
	if back, ok := b.mark(); !ok || back != m {
		return nil, fmt.Errorf("mark %d by key %d is out of range", uint64(m.ID), m.Key)
	}
	sum, err := r.code(carrier, m, b)
	if err != nil {
		return nil, err
	}
	return append(b[:], sum[:code]...), nil
}

// judgement is what becomes of bytes that may be a mark.
type judgement int

const (
	noMark     judgement = iota // another version: not ours, or noise
	unknownKey                  // of our form, by a key that the ring does not hold
	falseCode                   // of our form, and its code is wrong
	trueMark
)

// judge checks what sealed makes.
func (r *Ring) judge(carrier string, sealed []byte) (Mark, judgement) {
	b := body(sealed[:8])
	m, ok := b.mark()
	if !ok {
		return Mark{}, noMark
	}
	sum, err := r.code(carrier, m, b)
	switch {
	case err != nil:
		return m, unknownKey
	case !hmac.Equal(sum[:len(sealed)-8], sealed[8:]):
		return m, falseCode
	}
	return m, trueMark
}
