// Package evidence reads what a proof shows of goods.
//
// A seal proves that some facts are all that a log holds of a stream. What that
// says of a unit only follows once the facts are folded: a unit inherits the way
// of its carton, and the carton that of its pallet, for as long as it was
// inside. [Fold] does that anew from the proven facts, with the fold of package
// custody, and tells which streams it needs and was not shown: a proof that
// leaves out a pallet is not complete, however sound its signatures are.
//
// A late scan may tell of any time, so only streams that are shown whole count.
// A declaration that an event was an error counts for the items that it names.
package evidence

import (
	"fmt"

	"waymark/internal/custody"
	"waymark/internal/gs1"
	"waymark/ledger"
	"waymark/ledger/seal"
)

// Facts returns what a recorded event says of items, as it is sealed. It is what
// [seal.Config] asks for; the schema is [custody.SealedSchema].
func Facts(schema byte, r ledger.Recorded) ([]seal.Fact, error) {
	told, err := custody.Sealed(schema, r.Event)
	if err != nil {
		return nil, fmt.Errorf("facts of position %d: %w", r.Position, err)
	}
	facts := make([]seal.Fact, len(told))
	for i, f := range told {
		facts[i] = seal.Fact{Stream: Stream(f.Item), Content: f.Content}
	}
	return facts, nil
}

// Stream returns the name of an item's stream: its canonical Digital Link.
func Stream(it gs1.Item) string { return it.String() }

// Shown returns what a bundle shows, without checking anything of it: it is for
// those who made the bundle.
func Shown(b seal.Bundle) (seal.Statement, error) {
	leaves := map[uint64]seal.Leaf{}
	for _, e := range b.Entries {
		l, err := seal.ParseLeaf(e.Leaf)
		if err != nil {
			return seal.Statement{}, err
		}
		leaves[l.Index] = l
	}
	var s seal.Statement
	for _, h := range b.Streams {
		p := seal.Proven{Stream: h.Stream, From: h.From, To: h.To, Count: uint64(len(h.Facts))}
		for _, f := range h.Facts {
			if f.Hash == nil {
				p.Facts = append(p.Facts, seal.ProvenFact{Leaf: leaves[f.Index], Fact: f.Fact, Content: f.Content})
			}
		}
		s.Streams = append(s.Streams, p)
	}
	return s, nil
}
