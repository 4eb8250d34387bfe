package projections

import (
	"encoding/binary"
	"fmt"

	"waymark/internal/custody"
	"waymark/internal/diversion"
)

// Sums returns every counter, as its row has it.
func (v *Views) Sums() (map[diversion.Sum]int64, error) {
	q, _, done := v.read()
	defer done()
	out := map[diversion.Sum]int64{}
	for kv, err := range q.scan([]byte{tableSum}, nil) {
		if err != nil {
			return nil, err
		}
		s, _ := readSum(kv[0])
		out[s], _ = binary.Varint(kv[1])
	}
	return out, nil
}

// UnitsIn returns how many units an item stands for.
func UnitsIn(w *custody.Way) int { return unitsIn(w) }

// Rows returns what the digest is made of, beside the master data, a row a line.
func (v *Views) Rows() (out []string, err error) {
	q, _, done := v.read()
	defer done()
	for _, table := range digested {
		for kv, err := range q.scan([]byte{table}, nil) {
			if err != nil {
				return nil, err
			}
			if k, val, ok, err := lasting(kv[0], kv[1]); err != nil {
				return nil, err
			} else if ok {
				out = append(out, fmt.Sprintf("%q %q", k, val))
			}
		}
	}
	return out, nil
}

// Onces returns how many items say each of the tallies that count once.
func (v *Views) Onces() (map[diversion.Tally]uint64, error) {
	q, _, done := v.read()
	defer done()
	out := map[diversion.Tally]uint64{}
	for kv, err := range q.scan([]byte{tableOnce}, nil) {
		if err != nil {
			return nil, err
		}
		t := tally(kv[0])
		s, _ := t.sum()
		out[diversion.Tally{Sum: s, Once: binary.BigEndian.Uint64(kv[0][len(kv[0])-8:])}], _ = binary.Uvarint(kv[1])
	}
	return out, nil
}
