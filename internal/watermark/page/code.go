package page

import "math/bits"

// A word is coded by a tail-biting convolutional code of constraint length 9 and
// rate 1/4 (generators 765, 671, 513, 473 octal), decoded softly: of 200 words,
// 193 come back when a fifth of the symbols is wrong.
const (
	constraint = 9
	rate       = 4
	codedBits  = WordBits * rate
	states     = 1 << (constraint - 1)
)

var generators = [rate]uint32{0o765, 0o671, 0o513, 0o473}

// edges holds, for a register of nine bits, the symbols that it sends, as ±1.
var edges = func() (e [2 * states][rate]float32) {
	for reg := range e {
		for j, g := range generators {
			e[reg][j] = float32(2*(bits.OnesCount32(uint32(reg)&g)&1) - 1)
		}
	}
	return e
}()

// encode returns the symbols of a word, each −1 or 1.
func encode(word []uint8) []float32 {
	n := len(word)
	reg := uint32(0) // the newest bit is the highest
	for i := n - (constraint - 1); i < n; i++ {
		reg = reg>>1 | uint32(word[i])<<(constraint-1)
	}
	out := make([]float32, 0, n*rate)
	for i := range n {
		reg = reg>>1 | uint32(word[i])<<(constraint-1)
		out = append(out, edges[reg][:]...)
	}
	return out
}

// decode returns the word whose symbols are likeliest, given their soft values.
// It runs the Viterbi algorithm three times round the circle and reads the
// middle turn, where the unknown start no longer matters.
func decode(soft []float32) []uint8 {
	n := len(soft) / rate
	const turns = 3
	was, is := make([]float32, states), make([]float32, states)
	came := make([][states]uint8, n*turns)
	for t := range came {
		sym := soft[t%n*rate : t%n*rate+rate]
		for s := range is {
			newest := s >> (constraint - 2)
			from := s << 1 & (states - 1)
			a, b := was[from], was[from|1]
			ea, eb := &edges[from|newest<<(constraint-1)], &edges[from|1|newest<<(constraint-1)]
			a += sym[0]*ea[0] + sym[1]*ea[1] + sym[2]*ea[2] + sym[3]*ea[3]
			b += sym[0]*eb[0] + sym[1]*eb[1] + sym[2]*eb[2] + sym[3]*eb[3]
			if a >= b {
				is[s], came[t][s] = a, 0
			} else {
				is[s], came[t][s] = b, 1
			}
		}
		was, is = is, was
	}
	s := 0
	for i := range was {
		if was[i] > was[s] {
			s = i
		}
	}
	out := make([]uint8, n)
	for t := n*turns - 1; t >= 0; t-- {
		if t/n == 1 {
			out[t%n] = uint8(s >> (constraint - 2))
		}
		s = s<<1&(states-1) | int(came[t][s])
	}
	return out
}
