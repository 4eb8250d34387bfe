package projections

import (
	"encoding/binary"
	"maps"
	"slices"
	"strings"

	"waymark/internal/custody"
	"waymark/internal/diversion"
	"waymark/internal/gs1"
)

// applyFindings judges the items that the event concerns and the sums that it
// changes, and looks which findings time has made certain.
func applyFindings(t *tx, e *entry) error {
	if len(e.facts) > 0 {
		t.earn()
	}
	t.looks()
	if err := t.judge(); err != nil {
		return err
	}
	if err := t.escalate(); err != nil {
		return err
	}
	return t.digest()
}

// A judging is the judging of all items that one event concerns.
type judging struct {
	*tx
	pages      *pages
	own        page
	containers map[gs1.Item][]custody.Fact
	done       map[gs1.Item]bool
	again      map[gs1.Item]bool // to be judged after this
}

// judge judges every touched item, then the sums that this changed, and writes
// what follows in the findings.
func (t *tx) judge() error {
	if err := t.judgeItems(); err != nil {
		return err
	}
	if err := t.verdicts(); err != nil {
		return err
	}
	return t.write()
}

// judgeItems judges every touched item on its whole way, and forgets that they
// were touched. Where an event concerns very many, it is called more than once:
// what follows in the findings waits until all are judged.
func (t *tx) judgeItems() error {
	heard := map[gs1.Item]bool{}
	for len(t.touched) > 0 {
		again, err := t.judgeTouched()
		if err != nil {
			return err
		}
		clear(t.touched)
		for it := range again {
			if !heard[it] {
				heard[it], t.touched[it] = true, whole
			}
		}
	}
	return nil
}

// judgeTouched judges every touched item, each once: the pages that it reads are
// as they were before. It returns what is to be judged after it.
func (t *tx) judgeTouched() (again map[gs1.Item]bool, err error) {
	pages, err := t.rows.pages()
	if err != nil {
		return nil, err
	}
	j := &judging{t, pages, page{}, map[gs1.Item][]custody.Fact{}, map[gs1.Item]bool{}, map[gs1.Item]bool{}}
	for _, it := range sortedKeys(t.touched) {
		if err := j.item(it, t.touched[it]); err != nil {
			pages.close()
			return nil, err
		}
	}
	return j.again, pages.close()
}

// item judges one item, and after it the items that were seen on their own
// after they had been inside, where the change at since comes before that.
func (j *judging) item(it gs1.Item, since custody.Key) error {
	if j.done[it] {
		return nil
	}
	j.done[it] = true
	if err := j.pages.read(it, &j.own); err != nil {
		return err
	}
	entries, stays, err := custody.Timeline(it, j.own.facts, j.container)
	if err != nil {
		return err
	}
	w := custody.NewWay(it, entries, stays, j.trade)
	if inspected(j.own.facts) && w.Holds {
		if w.Heard, err = j.heard(it, map[gs1.Item]bool{}); err != nil {
			return err
		}
	}
	found := diversion.Inspect(w, j.from(since), j.policies)
	if err := j.tallied(it, found.Tallies); err != nil {
		return err
	}
	if err := j.settle(w, found.Signals); err != nil {
		return err
	}
	if err := j.noteSeen(it, stays, since); err != nil {
		return err
	}
	lively := len(stays) > 0 && (since == whole || slices.ContainsFunc(j.own.facts, bought))
	if len(stays) > 0 {
		since = whole // it may have left the container, and what came after with it
	}
	if err := j.followFrom(it, since); err != nil || !lively {
		return err
	}
	return j.hear(stays, map[gs1.Item]bool{})
}

// whole says that a change may bear on any sighting of an item's way.
var whole = custody.Key{}

// from returns from when on the item's sightings must be judged anew, given that
// its way changed at since. What rules look at before a sighting does not change
// with a fact that comes after it, and what they look at in the whole way does
// not with a plain one (see [bearing]). Only an item that is a member of no
// finding and adds to no sum, and whose way is its own facts alone, is judged in
// part.
func (j *judging) from(since custody.Key) custody.Key {
	if len(j.own.findings) > 0 || len(j.own.tallies) > 0 || j.linked() {
		return whole
	}
	return since
}

// linked tells whether any fact of the item just read ties it to another.
func (j *judging) linked() bool {
	return slices.ContainsFunc(j.own.facts, func(f custody.Fact) bool { return f.Link != custody.Alone })
}

// inside returns what was ever in the item just read and was seen on its own.
func (j *judging) inside(it gs1.Item) (out []gs1.Item, err error) {
	if !slices.ContainsFunc(j.own.facts, func(f custody.Fact) bool { return f.Link == custody.Holding }) {
		return nil, nil
	}
	return j.seenIn(it)
}

func (j *judging) seenIn(it gs1.Item) (out []gs1.Item, err error) {
	prefix := seenPrefix(it)
	for kv, err := range j.scan(prefix, nil) {
		if err != nil {
			return nil, err
		}
		out = append(out, gs1.Item(kv[0][len(prefix):]))
	}
	return out, nil
}

// follow judges an item on which another's change at since may bear, and what
// hangs on it in turn. An item that was not seen since then, and of which
// nothing is said, keeps its verdict.
func (j *judging) follow(it gs1.Item, since custody.Key) error {
	if j.done[it] {
		return nil
	}
	if err := j.pages.read(it, &j.own); err != nil {
		return err
	}
	n := len(j.own.facts)
	if n == 0 {
		return nil
	}
	lent := slices.ContainsFunc(j.own.facts, func(f custody.Fact) bool { return f.Link == custody.HasAlias })
	if lent || len(j.own.findings) > 0 || !j.own.facts[n-1].Key.Less(since) {
		return j.item(it, since)
	}
	j.done[it] = true
	return j.followFrom(it, since)
}

// followFrom follows from the item just read: to what was inside and was seen
// on its own, and to the unit that it is a code of.
func (j *judging) followFrom(it gs1.Item, since custody.Key) error {
	inside, err := j.inside(it)
	if err != nil {
		return err
	}
	var units []gs1.Item
	for i := range j.own.facts {
		if f := &j.own.facts[i]; f.Link == custody.AliasOf {
			units = append(units, f.Other)
		}
	}
	for _, unit := range units {
		if err := j.follow(unit, whole); err != nil {
			return err
		}
	}
	for _, child := range inside {
		if err := j.follow(child, since); err != nil {
			return err
		}
	}
	return nil
}

// container is a custody.Loader that reads each container once.
func (j *judging) container(it gs1.Item) ([]custody.Fact, error) {
	if f, ok := j.containers[it]; ok {
		return f, nil
	}
	f, err := j.pages.facts(it)
	if err == nil {
		j.containers[it] = f
	}
	return f, err
}

// noteSeen keeps, with each container that the item was ever in, that the item,
// or something in it, was seen on its own: a fact of the container bears on it.
// A plain fact needs a row only where it is the first such sighting.
func (j *judging) noteSeen(it gs1.Item, stays []custody.Stay, since custody.Key) error {
	if len(stays) == 0 {
		return nil
	}
	inside, err := j.inside(it)
	if err != nil {
		return err
	}
	for _, s := range stays {
		n := 0
		for i := range j.own.facts {
			if bears(&j.own.facts[i], s) {
				n++
			}
		}
		if len(inside) > 0 || n == 1 || n > 1 && since == whole {
			if err := j.note(s.In, it); err != nil {
				return err
			}
		}
	}
	return nil
}

// note keeps that an item in a container was seen on its own, and so on
// upwards: where a row stands, those above it do.
func (j *judging) note(in, it gs1.Item) error {
	k := seenKey(in, it)
	if old, err := j.get(k); err != nil || old != nil {
		return err
	}
	if err := j.set(k, nil); err != nil {
		return err
	}
	facts, err := j.container(in)
	if err != nil {
		return err
	}
	for i := range facts {
		if f := &facts[i]; f.Link == custody.Into {
			if err := j.note(f.Other, in); err != nil {
				return err
			}
		}
	}
	return nil
}

// bears tells whether what is known of a container may bear on an item's own
// fact: on all that follow the packing, and through the notices and orders of
// the container on those that ask where the item was sent. Codes of one unit
// bear for each other.
func bears(f *custody.Fact, s custody.Stay) bool {
	return s.From.Less(f.Key) || f.Kind == custody.Sighted || f.Link == custody.AliasOf || f.Link == custody.HasAlias ||
		f.Step.Arrives() || f.Step.Leaves() || f.Step == custody.RetailSelling
}

// settle makes the item a member of the findings that its signals belong to,
// and of no others.
func (j *judging) settle(w *custody.Way, signals []diversion.Signal) error {
	if len(signals) == 0 && len(j.own.findings) == 0 {
		return nil
	}
	was := map[diversion.ID]bool{}
	for _, id := range j.own.findings {
		was[id] = true
	}
	units := unitsIn(w)
	is := map[diversion.ID]bool{}
	for _, s := range signals {
		id := s.Finding(w.Item)
		if is[id] {
			continue // of what the item says of a group, the first counts
		}
		is[id] = true
		if err := j.join(id, s, w.Item, units); err != nil {
			return err
		}
		delete(was, id)
	}
	for _, id := range slices.SortedFunc(maps.Keys(was), compareIDs) {
		if err := j.leave(id, w.Item); err != nil {
			return err
		}
	}
	return nil
}

func compareIDs(a, b diversion.ID) int { return slices.Compare(a[:], b[:]) }

// unitsIn returns how many units an item stands for: 1, or what was packed in.
func unitsIn(w *custody.Way) int {
	product, _ := w.Trade.Product(w.Product)
	per := func(g gs1.GTIN) int {
		if g != 0 && g == product.CartonGTIN && product.UnitsPerCarton > 0 {
			return product.UnitsPerCarton
		}
		return 1
	}
	inside := 0
	for i := range w.Entries {
		if e := &w.Entries[i]; e.Via == "" && e.Link == custody.Holding {
			inside += e.Count * per(e.Content)
		}
	}
	if inside > 0 {
		return inside
	}
	g, _ := w.Item.GTIN()
	return per(g)
}

// member is the value of a member's row: its units, and its evidence, of which
// the first is what set the signal off.
func member(units int, evidence []diversion.Term) []byte {
	b := binary.AppendUvarint(nil, uint64(units))
	for _, e := range evidence {
		b = append(e.Key.Append(b), byte(e.Role))
	}
	return b
}

func readMember(b []byte) (units int, evidence []diversion.Term) {
	n, size := binary.Uvarint(b)
	if size <= 0 {
		return 0, nil
	}
	for b = b[size:]; len(b) > custody.KeySize; b = b[custody.KeySize+1:] {
		evidence = append(evidence, diversion.Term{Key: custody.ReadKey(b), Role: diversion.Role(b[custody.KeySize])})
	}
	return int(n), evidence
}

func sortedKeys[K ~string, V any](m map[K]V) []K {
	return slices.SortedFunc(maps.Keys(m), func(a, b K) int { return strings.Compare(string(a), string(b)) })
}
