package seal

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// cosignature is the C2SP algorithm byte of cosignature/v1.
const cosignature = 4

type witness struct {
	name string
	hash uint32
	pub  ed25519.PublicKey
	key  ed25519.PrivateKey // of a cosigner
	now  func() time.Time
}

// NewWitness returns the verifier of a witness's cosignatures (C2SP
// tlog-cosignature), whose key is "name+hash+base64(4, Ed25519 public key)".
func NewWitness(vkey string) (note.Verifier, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, fmt.Errorf("parse witness key: %w", ErrMalformed)
	}
	b, err := base64.StdEncoding.Strict().DecodeString(parts[2])
	if err != nil || len(b) != 1+ed25519.PublicKeySize || b[0] != cosignature {
		return nil, fmt.Errorf("parse witness key of %q: %w", parts[0], ErrMalformed)
	}
	w := newWitness(parts[0], b[1:])
	if w.Key() != vkey {
		return nil, fmt.Errorf("parse witness key of %q: hash differs: %w", parts[0], ErrMalformed)
	}
	return w, nil
}

// A Cosigner signs the checkpoints that a witness has found consistent.
type Cosigner struct{ witness }

// NewCosigner returns the cosigner called name. now tells the time of signing.
func NewCosigner(name string, key ed25519.PrivateKey, now func() time.Time) *Cosigner {
	w := newWitness(name, key.Public().(ed25519.PublicKey))
	w.key, w.now = key, now
	return &Cosigner{*w}
}

func newWitness(name string, pub []byte) *witness {
	sum := sha256.Sum256(append([]byte(name+"\n\x04"), pub...))
	return &witness{name: name, hash: binary.BigEndian.Uint32(sum[:]), pub: pub}
}

// Key returns the verifier key, as [NewWitness] takes it.
func (w *witness) Key() string {
	return fmt.Sprintf("%s+%08x+%s", w.name, w.hash, base64.StdEncoding.EncodeToString(append([]byte{cosignature}, w.pub...)))
}

// Name returns the witness's name.
func (w *witness) Name() string { return w.name }

// KeyHash returns the hash that marks its signatures.
func (w *witness) KeyHash() uint32 { return w.hash }

// Verify tells whether sig is the witness's over a checkpoint's text.
func (w *witness) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize || binary.BigEndian.Uint64(sig) > 1<<62 {
		return false
	}
	return ed25519.Verify(w.pub, cosigned(binary.BigEndian.Uint64(sig), msg), sig[8:])
}

// Sign returns the cosignature over a checkpoint's text.
func (c *Cosigner) Sign(msg []byte) ([]byte, error) {
	at := uint64(c.now().Unix())
	return append(binary.BigEndian.AppendUint64(nil, at), ed25519.Sign(c.key, cosigned(at, msg))...), nil
}

func cosigned(at uint64, msg []byte) []byte {
	return append([]byte(fmt.Sprintf("cosignature/v1\ntime %d\n", at)), msg...)
}
