// Package page hides a word of 96 bits in the background of a page, and finds
// it again in pictures of that page.
//
// The mark is a tile of 64 × 64 cells that repeats every 192 points (67.7 mm)
// under the text, a tint of a few grey levels. A third of its power is a
// template of 32 waves, known to who holds the key, by which a picture's scale,
// rotation and tilt are found in its Fourier transform; the cells carry the
// word, coded at rate 1/4, and 256 cells are known in advance, which tells where
// the tile begins. A reader lays all tiles of a picture over one another, so
// that a crop of a few tiles is enough.
//
// The tint survives recompression, scaling, rotation, cropping, print and scan,
// and photos. It does not survive binarisation, photocopiers that suppress the
// background, or somebody who knows how it is made and subtracts it.
package page

// Word is what a page carries. What it means, and how it is told from chance,
// is its owner's affair.
type Word [12]byte

// WordBits is the length of a word.
const WordBits = 96

// bits returns the word's bits, the first first.
func (w Word) bits() []uint8 {
	out := make([]uint8, WordBits)
	for i := range out {
		out[i] = w[i/8] >> (7 - i%8) & 1
	}
	return out
}

// wordOf is the word of 96 bits.
func wordOf(bits []uint8) Word {
	var w Word
	for i, b := range bits[:WordBits] {
		w[i/8] |= b & 1 << (7 - i%8)
	}
	return w
}
