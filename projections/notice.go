package projections

import (
	"context"
	"encoding/binary"

	"waymark/ledger"
)

// announced says where the log holds the notice that an entry comes of.
func (v *Views) announced(q rows, h *Hop) error {
	b, err := q.get(name(tableListing, h.ASN))
	if err != nil || len(b) != 8 {
		return err
	}
	at := ledger.Position(binary.BigEndian.Uint64(b))
	for r, err := range v.log.All(context.Background(), at-1, false) {
		if err == nil && r.Position == at {
			h.Position, h.Recorded = r.Position, r.Created
		}
		return err
	}
	return nil
}
