package watermark

import (
	"crypto/ed25519"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Claim is what the QR code of a copy says, signed, so that who holds the public
// key checks it without the ledger. It repeats what the page says in words, and
// no more.
type Claim struct {
	Mark    Mark      `json:"mark"`
	Until   time.Time `json:"until"`   // the quote is valid before this; to the second
	Regions []string  `json:"regions"` // where delivery is allowed
	Digest  [16]byte  `json:"digest,format:hex"`
}

// Faults of a claim.
var (
	ErrNoClaim   = errors.New("not a claim")
	ErrSignature = errors.New("the signature is wrong")
)

const (
	claimPrefix  = "WM1:"
	claimSigned  = "waymark claim 1\x00"
	claimFixed   = 8 + 8 + 16 + 1
	claimRegions = 120 // bytes, so that the code stays small enough to be printed
)

// Claim signs a claim and writes it as the text of a QR code.
func (r *Ring) Claim(c Claim) (string, error) {
	if c.Mark.Key >= keyIDs || r.signs[c.Mark.Key] == nil {
		return "", fmt.Errorf("sign a claim by key %d: %w", c.Mark.Key, ErrNoKey)
	}
	regions := strings.Join(c.Regions, ",")
	if len(regions) > claimRegions {
		return "", fmt.Errorf("sign a claim for %d regions: their names take %d bytes, and %d are the most", len(c.Regions), len(regions), claimRegions)
	}
	b := c.Mark.body()
	signed := append([]byte{}, b[:]...)
	signed = binary.BigEndian.AppendUint64(signed, uint64(c.Until.Unix()))
	signed = append(signed, c.Digest[:]...)
	signed = append(append(signed, byte(len(regions))), regions...)
	signature := ed25519.Sign(r.signs[c.Mark.Key], append([]byte(claimSigned), signed...))
	return claimPrefix + written(symbols(append(signed, signature...))), nil
}

// ReadClaim checks the text of a QR code with public keys. It fails with
// ErrNoClaim for text of another form, and with ErrSignature for a claim that
// the key did not sign.
func ReadClaim(text string, publicKey func(key uint8) (ed25519.PublicKey, error)) (Claim, error) {
	letters, ok := strings.CutPrefix(text, claimPrefix)
	if !ok || len(letters) > 2*(claimFixed+claimRegions+ed25519.SignatureSize) {
		return Claim{}, ErrNoClaim
	}
	values := make([]byte, len(letters))
	for i := range len(letters) {
		v := strings.IndexByte(alphabet, letters[i])
		if v < 0 {
			return Claim{}, ErrNoClaim
		}
		values[i] = byte(v)
	}
	data, ok := octets(values)
	if !ok || len(data) < claimFixed+ed25519.SignatureSize {
		return Claim{}, ErrNoClaim
	}
	signed, signature := data[:len(data)-ed25519.SignatureSize], data[len(data)-ed25519.SignatureSize:]
	m, ok := body(signed[:8]).mark()
	if !ok || int(signed[claimFixed-1]) != len(signed)-claimFixed {
		return Claim{}, ErrNoClaim
	}
	key, err := publicKey(m.Key)
	if err != nil {
		return Claim{}, fmt.Errorf("check a claim: %w", err)
	}
	if !ed25519.Verify(key, append([]byte(claimSigned), signed...), signature) {
		return Claim{}, fmt.Errorf("check a claim by key %d: %w", m.Key, ErrSignature)
	}
	c := Claim{Mark: m, Until: time.Unix(int64(binary.BigEndian.Uint64(signed[8:])), 0).UTC(), Digest: [16]byte(signed[16:])}
	if regions := string(signed[claimFixed:]); regions != "" {
		c.Regions = strings.Split(regions, ",")
	}
	return c, nil
}

// claims finds claims in a text.
func (r *Ring) claims(text string, found *findings) {
	const most = 256 // signatures are slow to check
	for range most {
		_, rest, ok := strings.Cut(text, claimPrefix)
		if !ok {
			return
		}
		n := 0
		for n < len(rest) && strings.IndexByte(alphabet, rest[n]) >= 0 {
			n++
		}
		r.claim(claimPrefix+rest[:n], found)
		text = rest[n:]
	}
}

// claim judges one claim.
func (r *Ring) claim(text string, found *findings) {
	c, err := ReadClaim(text, r.PublicKey)
	switch {
	case err == nil:
		found.add(Finding{Carrier: QR, Verdict: Proved, Mark: c.Mark, Chance: chance(1, 126), Claim: &c})
	case errors.Is(err, ErrSignature):
		found.add(Finding{Carrier: QR, Verdict: Tampered, Note: "its signature is wrong: altered or forged"})
	case errors.Is(err, ErrNoKey):
		found.add(Finding{Carrier: QR, Verdict: Tampered, Note: "it is signed with a key that is not known here"})
	}
}
