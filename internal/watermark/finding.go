package watermark

import (
	"math"

	"waymark/internal/watermark/page"
)

// Carrier names where a mark was found.
type Carrier string

// The carriers, the strongest evidence first.
const (
	Token        Carrier = "token"         // printed or typed
	QR           Carrier = "qr"            // the signed claim in a QR code
	Background   Carrier = "background"    // of a page
	Text         Carrier = "text"          // invisible characters
	Property     Carrier = "property"      // of a document: properties, metadata
	Name         Carrier = "name"          // a workbook's defined name
	NumberFormat Carrier = "number-format" // of a workbook's cells
)

// Verdict is what a carrier says.
type Verdict string

const (
	// Proved: the mark's code or signature is right.
	Proved Verdict = "proved"
	// Tampered: something of the form of a mark, whose check fails: altered,
	// forged, damaged, or made with a key that the ring does not hold. It names
	// nobody.
	Tampered Verdict = "tampered"
)

// Finding is what one carrier of a file says.
type Finding struct {
	Carrier Carrier `json:"carrier"`
	Where   string  `json:"where,omitzero"` // the part of the file, where it was first
	Places  int     `json:"places"`         // how often
	Verdict Verdict `json:"verdict"`
	Mark    Mark    `json:"mark,omitzero"` // of a proved finding

	// Chance bounds the probability that something that carries no mark is
	// taken for this one: the number of words that were checked so far, times
	// the probability that one passes by chance.
	Chance float64 `json:"chance,omitzero"`

	Lock  float64 `json:"lock,omitzero"`  // of a background: how clearly the pattern stands out; 4.2 is the most that unmarked pages reach
	Wrong float64 `json:"wrong,omitzero"` // of a background: the share of symbols that had to be corrected
	Claim *Claim  `json:"claim,omitzero"` // of a QR code: what was signed
	Note  string  `json:"note,omitzero"`
}

// chance is the probability that one of tries words with that many checked bits
// passes by chance, at most.
func chance(tries, bits int) float64 { return float64(tries) * math.Exp2(-float64(bits)) }

// Limits bound a trace. Zero values take the defaults.
type Limits struct {
	Bytes    int         // of the file: 32 MiB
	Unpacked int         // bytes that the file's parts may unpack to: 128 MiB
	Pixels   int         // of one picture, by what it declares: 50 million
	Pictures int         // that a file's pages are searched for: 12
	Page     page.Limits // of the search in one picture
}

func (l Limits) withDefaults() Limits {
	set := func(v *int, to int) {
		if *v == 0 {
			*v = to
		}
	}
	set(&l.Bytes, 32<<20)
	set(&l.Unpacked, 128<<20)
	set(&l.Pixels, 50_000_000)
	set(&l.Pictures, 12)
	return l
}
