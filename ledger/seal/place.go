package seal

import (
	"math"
	"slices"
)

// A place is where a fact stands: index of the entry, and place in it.
type place struct {
	index uint64
	fact  uint32
}

// A step is a place and the number of the step before it of the same stream, 0
// where it is the first.
type step struct {
	place
	before uint32
}

// maxSteps bounds the facts of a log.
const maxSteps, stepChunk = math.MaxUint32, 1 << 16

// steps are the places of all facts, without a pointer or a slice for each
// stream: a million streams move with every batch.
type steps struct {
	chunks [][]step
	n      uint32
}

// add returns the number of a new step after the one before.
func (s *steps) add(p place, before uint32) uint32 {
	if s.n%stepChunk == 0 {
		s.chunks = append(s.chunks, make([]step, 0, stepChunk))
	}
	last := len(s.chunks) - 1
	s.chunks[last] = append(s.chunks[last], step{p, before})
	s.n++
	return s.n
}

// places returns where the facts of a stream stand, in order.
func (t *tree) places(id StreamID) []place {
	h := t.heads.slot(id)
	if h == nil {
		return nil
	}
	out := make([]place, 0, h.Count)
	for n := h.last; n > 0; {
		st := t.steps.chunks[(n-1)/stepChunk][(n-1)%stepChunk]
		out, n = append(out, st.place), st.before
	}
	slices.Reverse(out)
	return out
}
