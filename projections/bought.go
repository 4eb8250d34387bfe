package projections

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"waymark/internal/custody"
	"waymark/internal/diversion"
	"waymark/internal/partner"
)

func boughtKey(buyer partner.ID, at time.Time, order string) []byte {
	return append(append(boughtPrefix(buyer), u64(uint64(at.UnixMilli()))...), order...)
}

func boughtPrefix(buyer partner.ID) []byte { return key(tableBought, []byte(buyer), []byte{0}) }

// documents names the orders that a finding on a family's volume adds up, at
// most limit, ordered by date.
func (q rows) documents(s *state, row *findingRow, f *Finding, limit int) error {
	if row.Rule != diversion.VolumeAnomaly.ID || row.Verdict == nil || row.Verdict.Since == 0 {
		return nil
	}
	trade := q.trade(s, newDocuments())
	from, until := row.Verdict.Window()
	type dated struct {
		at int64
		id string
	}
	var found []dated
	for _, buyer := range family(s.dir, row.Verdict.Partner) {
		prefix := boughtPrefix(buyer)
		end := string(boughtKey(buyer, until, ""))
		for kv, err := range q.scan(prefix, boughtKey(buyer, from, "")) {
			if err != nil {
				return err
			}
			if string(kv[0]) >= end || len(found) == complete {
				break
			}
			var o custody.Order
			id := string(kv[0][len(prefix)+8:])
			if known, err := q.load(name(tableOrder, id), &o); err != nil {
				return fmt.Errorf("read order %s: %w", id, err)
			} else if at, ok := o.Date.Start(); known && ok && row.Verdict.Counts(trade, &o) {
				found = append(found, dated{at.UnixMilli(), id})
			}
		}
	}
	slices.SortFunc(found, func(a, b dated) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.id, b.id))
	})
	for _, d := range found[:min(len(found), limit)] {
		f.Documents = append(f.Documents, d.id)
	}
	return nil
}

// family returns a partner and those below it.
func family(dir *partner.Directory, root partner.ID) []partner.ID {
	out := []partner.ID{root}
	for i := 0; i < len(out); i++ {
		for _, child := range dir.Children(out[i]) {
			if !slices.Contains(out, child) {
				out = append(out, child)
			}
		}
	}
	return out
}
