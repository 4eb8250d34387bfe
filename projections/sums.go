package projections

import (
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"github.com/go-json-experiment/json"

	"waymark/internal/custody"
	"waymark/internal/deal"
	"waymark/internal/diversion"
	"waymark/internal/gs1"
	"waymark/internal/partner"
)

// A season names the sums of one rule in one quarter.
type season struct {
	rule    string
	quarter diversion.Quarter
}

// sums holds the counters of the rules that judge by them, and what these said
// last. It is the feed's: the rows are the same, and are read when it begins.
type sums struct {
	counts   map[season]map[diversion.Sum]int64
	verdicts map[season]map[string]diversion.Verdict // by group
	known    map[diversion.Tail]float64
}

// maxKnown bounds how many tails of distributions are kept.
const maxKnown = 1 << 16

// sumKey returns the key of a sum's row:
//
//	rule NUL | quarter 2 | look 1 | out 1 | of NUL | to
func sumKey(table byte, s diversion.Sum) []byte {
	k := append(seasonKey(table, season{s.Rule, s.Quarter}), s.Look, 0)
	if s.Out {
		k[len(k)-1] = 1
	}
	return append(append(append(k, s.Of...), 0), s.To...)
}

func seasonKey(table byte, s season) []byte {
	k := append(append(make([]byte, 0, 64), table), s.rule...)
	return binary.BigEndian.AppendUint16(append(k, 0), uint16(s.quarter))
}

// readSum reads what sumKey wrote.
func readSum(k []byte) (s diversion.Sum, ok bool) {
	s.Rule, k, ok = cut(k[1:])
	if !ok || len(k) < 5 {
		return s, false
	}
	s.Quarter, s.Look, s.Out = diversion.Quarter(binary.BigEndian.Uint16(k)), k[2], k[3] == 1
	s.Of, k, ok = cut(k[4:])
	s.To = string(k)
	return s, ok
}

func cut(b []byte) (string, []byte, bool) {
	i := slices.Index(b, 0)
	if i < 0 {
		return "", nil, false
	}
	return string(b[:i]), b[i+1:], true
}

// sums reads every counter and every verdict.
func (q rows) sums() (sums, error) {
	s := sums{map[season]map[diversion.Sum]int64{}, map[season]map[string]diversion.Verdict{}, map[diversion.Tail]float64{}}
	for kv, err := range q.scan([]byte{tableSum}, nil) {
		if err != nil {
			return s, err
		}
		sum, ok := readSum(kv[0])
		n, size := binary.Varint(kv[1])
		if !ok || size <= 0 {
			return s, fmt.Errorf("a sum's row is damaged")
		}
		at := season{sum.Rule, sum.Quarter}
		if s.counts[at] == nil {
			s.counts[at] = map[diversion.Sum]int64{}
		}
		s.counts[at][sum] = n
	}
	for kv, err := range q.scan([]byte{tableVerdict}, nil) {
		var v diversion.Verdict
		if err := orDamaged(err, kv, &v); err != nil {
			return s, err
		}
		rule, k, ok := cut(kv[0][1:])
		if !ok || len(k) < 2 {
			return s, fmt.Errorf("a verdict's row is damaged")
		}
		at := season{rule, diversion.Quarter(binary.BigEndian.Uint16(k))}
		if s.verdicts[at] == nil {
			s.verdicts[at] = map[string]diversion.Verdict{}
		}
		s.verdicts[at][v.Group] = v
	}
	return s, nil
}

// applySums counts what needs no item's way to be counted.
func applySums(t *tx, e *entry) error {
	switch d := e.value.(type) {
	case custody.Order:
		if s, n, ok := diversion.Ordered(&d); ok {
			t.add(s, n)
		}
		return nil
	case custody.ASN:
		return nil
	case partner.Partner, partner.Site, partner.Product, partner.Grant, partner.Waiver, deal.Registration, diversion.Policy,
		deal.Approval, deal.Closing:
		t.staleAll()
		return nil
	}
	if len(e.facts) == 0 || e.key == (custody.Key{}) {
		return nil
	}
	n := int64(1)
	if e.void {
		n = -1
	}
	if s, ok := diversion.Arrivals(e.facts[0].Fact); ok {
		t.add(s, n)
	}
	if s, ok := diversion.Undocumented(e.facts[0].Fact); ok {
		t.add(s, n)
	}
	return nil
}

// add changes a sum. A look that was taken is to be taken again.
func (t *tx) add(s diversion.Sum, n int64) {
	at := season{s.Rule, s.Quarter}
	m := t.v.sums.counts[at]
	if m == nil {
		m = map[diversion.Sum]int64{}
		t.v.sums.counts[at] = m
	}
	if m[s] += n; m[s] == 0 {
		delete(m, s)
	}
	t.summed[s] = true
	r, ok := diversion.ByID(s.Rule)
	if !ok || r.Judge == nil {
		return
	}
	if !r.Looks.End(s.Quarter, int(s.Look)).After(time.UnixMilli(t.clock)) {
		family := partner.ID("")
		if r.Family != nil {
			family = r.Family(t.trade, s)
		}
		t.stale(s.Rule, s.Quarter, family)
	}
}

// stale marks a rule's verdicts of a quarter, and of the later ones that compare
// with it, to be drawn anew, for one family or, "", for all.
func (t *tx) stale(rule string, from diversion.Quarter, family partner.ID) {
	last := diversion.QuarterOf(time.UnixMilli(t.clock))
	for q := from; q <= min(last, from+2); q++ {
		at := season{rule, q}
		if t.anew[at] == nil {
			t.anew[at] = map[partner.ID]bool{}
		}
		t.anew[at][family] = true
	}
}

// staleAll marks every verdict to be drawn anew.
func (t *tx) staleAll() {
	for at := range t.v.sums.counts {
		t.stale(at.rule, at.quarter, "")
	}
}

// looks marks what the trade's clock has come to see since it was last asked.
func (t *tx) looks() {
	if t.clock < t.nextLook {
		return
	}
	was, now := time.UnixMilli(t.looked), time.UnixMilli(t.clock)
	t.looked = t.clock
	t.nextLook = 1<<63 - 1
	for _, r := range diversion.Rules {
		if r.Judge == nil {
			continue
		}
		q, look := r.Looks.Look(now)
		t.nextLook = min(t.nextLook, r.Looks.End(q, look).UnixMilli())
		before, seen := r.Looks.Look(was)
		if before == q && seen == look {
			continue
		}
		for at := range t.v.sums.counts {
			if at.rule == r.ID && at.quarter >= before {
				t.stale(r.ID, at.quarter, "")
			}
		}
	}
}

// writeSums writes the sums that the run changed.
func (t *tx) writeSums() error {
	for s := range t.summed {
		n, ok := t.v.sums.counts[season{s.Rule, s.Quarter}][s]
		k := sumKey(tableSum, s)
		if !ok {
			if err := t.delete(k); err != nil {
				return err
			}
		} else if err := t.set(k, binary.AppendVarint(nil, n)); err != nil {
			return err
		}
	}
	return nil
}

// A tally is what is kept with an item of what it adds to the sums: a key, and
// what counts once under it.
type tally string

func newTally(t diversion.Tally) tally {
	return tally(binary.BigEndian.AppendUint64(sumKey(tableOnce, t.Sum), t.Once))
}

func (t tally) sum() (diversion.Sum, bool) { return readSum([]byte(t[:len(t)-8])) }

// tallied makes the item add what its sightings say to the sums, and nothing
// else.
func (j *judging) tallied(it gs1.Item, tallies []diversion.Tally) error {
	if len(tallies) == 0 && len(j.own.tallies) == 0 {
		return nil
	}
	var is []tally
	for _, t := range tallies {
		is = append(is, newTally(t))
	}
	slices.Sort(is)
	is = slices.Compact(is)
	if slices.Equal(is, j.own.tallies) {
		return nil
	}
	for _, t := range j.own.tallies {
		if _, found := slices.BinarySearch(is, t); !found {
			if err := j.tallyOnce(t, -1); err != nil {
				return err
			}
		}
	}
	for _, t := range is {
		if _, found := slices.BinarySearch(j.own.tallies, t); !found {
			if err := j.tallyOnce(t, 1); err != nil {
				return err
			}
		}
	}
	k := append(pagePrefix(nil, it), pageTally)
	if len(is) == 0 {
		return j.delete(k)
	}
	var v []byte
	for _, t := range is {
		v = append(binary.AppendUvarint(v, uint64(len(t))), t...)
	}
	return j.set(k, v)
}

func readTallies(b []byte) (out []tally) {
	for len(b) > 0 {
		n, size := binary.Uvarint(b)
		if size <= 0 || int(n) > len(b)-size || n < 9 {
			return nil
		}
		out = append(out, tally(b[size:size+int(n)]))
		b = b[size+int(n):]
	}
	return out
}

// tallyOnce counts how many items say a tally. The sum changes with the first
// and the last.
func (j *judging) tallyOnce(t tally, by int64) error {
	k := []byte(t)
	old, err := j.get(k)
	if err != nil {
		return err
	}
	n, _ := binary.Uvarint(old)
	sum, ok := t.sum()
	if !ok {
		return fmt.Errorf("a tally's row is damaged")
	}
	is := int64(n) + by
	if is <= 0 {
		j.add(sum, -1)
		return j.delete(k)
	}
	if n == 0 {
		j.add(sum, 1)
	}
	return j.set(k, binary.AppendUvarint(nil, uint64(is)))
}

// verdicts draws anew the verdicts that are out of date.
func (t *tx) verdicts() error {
	for _, at := range sortedSeasons(t.anew) {
		r, ok := diversion.ByID(at.rule)
		if !ok || r.Judge == nil {
			continue
		}
		families := t.anew[at]
		if families[""] {
			families = map[partner.ID]bool{"": true}
		}
		for _, only := range sortedKeys(families) {
			if err := t.verdict(r, at, only); err != nil {
				return err
			}
		}
	}
	clear(t.anew)
	return nil
}

func sortedSeasons[V any](m map[season]V) []season {
	out := make([]season, 0, len(m))
	for at := range m {
		out = append(out, at)
	}
	slices.SortFunc(out, func(a, b season) int {
		if a.rule != b.rule {
			return slices.Compare([]byte(a.rule), []byte(b.rule))
		}
		return int(a.quarter) - int(b.quarter)
	})
	return out
}

func (t *tx) verdict(r *diversion.Rule, at season, only partner.ID) error {
	if len(t.v.sums.known) > maxKnown {
		clear(t.v.sums.known)
	}
	var said []diversion.Verdict
	s := diversion.Season{
		Quarter: at.quarter, Looks: r.Looks.Looks(at.quarter, time.UnixMilli(t.clock)), Trade: t.trade, Policies: t.policies,
		Sums: func(rule string, q diversion.Quarter) map[diversion.Sum]int64 {
			return t.v.sums.counts[season{rule, q}]
		},
		Known: t.v.sums.known, Only: only,
	}
	if s.Looks > 0 {
		said = r.Judge(&s)
	}
	before := t.v.sums.verdicts[at]
	if before == nil {
		before = map[string]diversion.Verdict{}
		t.v.sums.verdicts[at] = before
	}
	now := map[string]bool{}
	for i := range said {
		v := &said[i]
		now[v.Group] = true
		if err := t.say(r, v.Group, v); err != nil { // its window may be another though it is the same
			return err
		}
		if old, ok := before[v.Group]; ok && v.Equal(&old) {
			continue
		}
		before[v.Group] = *v
		data, err := json.Marshal(v, json.Deterministic(true))
		if err != nil {
			return fmt.Errorf("keep a verdict of %s: %w", r.ID, err)
		}
		if err := t.set(append(seasonKey(tableVerdict, at), v.Group...), data); err != nil {
			return err
		}
	}
	for _, group := range sortedKeys(before) {
		if now[group] || only != "" && t.dir.Root(before[group].Partner) != only {
			continue
		}
		delete(before, group)
		if err := t.delete(append(seasonKey(tableVerdict, at), group...)); err != nil {
			return err
		}
		if err := t.say(r, group, nil); err != nil {
			return err
		}
	}
	return nil
}

// say makes a verdict what a finding says; nil takes it back.
func (t *tx) say(r *diversion.Rule, group string, v *diversion.Verdict) error {
	c, err := t.changing(diversion.GroupID(r, group))
	if err != nil {
		return err
	}
	c.is.Rule, c.is.Version, c.is.Strength = r.ID, r.Version, r.Strength
	if v == nil || c.is.Verdict == nil || !v.Equal(c.is.Verdict) {
		c.is.Verdict = v
	}
	if v != nil {
		c.is.Partner, c.is.From, c.is.To = v.Partner, v.From, v.To
	}
	return nil
}
